// SPDX-License-Identifier: Apache-2.0
#pragma once
// How things begin anew: the machine and its network by the service manager, or this program by
// itself.

#include <functional>
#include <string>

namespace charge_daemon {

// Tries at most 1 + `retries` times; "" when it worked, else why the last attempt did not.
std::string tried(int retries, const std::function<std::string()>& attempt);

// Asks logind; "" when it agreed, else why not.
std::string reboot_machine();

// Asks systemd for a unit such as "systemd-networkd.service"; "" when it will, else why not.
std::string restart_unit(const std::string& unit);

// This program with the same arguments in the same process; returns only to say why it can't.
std::string execute_anew(char** argv);

}  // namespace charge_daemon
