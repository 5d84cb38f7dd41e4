// SPDX-License-Identifier: Apache-2.0
#pragma once
// Describes the whole configuration file: the keys of the hardware process and those of the daemon.
// Every program loads the file with it, so that a key that nobody knows is an error in each.

#include "hal-service/process/keys.hpp"

namespace charge_daemon {

const process::Sections& sections();

}  // namespace charge_daemon
