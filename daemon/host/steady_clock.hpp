// SPDX-License-Identifier: Apache-2.0
#pragma once
// The clock of all intervals and deadlines.

#include <chrono>

namespace charge_daemon {

using SteadyClock = std::chrono::steady_clock;

}  // namespace charge_daemon
