// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the root certificates that the configuration file names.

#include "daemon/settings/settings.hpp"
#include "hal-service/process/key_rules.hpp"

#include <string>

namespace charge_daemon {

// PEM; "" where the settings name no file.
struct RootFiles {
    std::string central_system;
    std::string manufacturer;
};

// Each certificate of the files must be able to be a root: a CA, with a key that is strong enough.
// One that has expired is no mistake of the configuration; it is left out when it would be
// installed, with an error in the log. The complaint names the setting and what is wrong.
shared::Result<RootFiles, process::Complaint> root_files(const process::Settings& settings);

}  // namespace charge_daemon
