// SPDX-License-Identifier: Apache-2.0
#pragma once
// Restarts the machine and its network by the service manager, or this program by itself.

#include <functional>
#include <string>

namespace charge_daemon {

// Tries at most 1 + `retries` times; returns "" when it worked, else why the last attempt did not.
std::string tried(int retries, const std::function<std::string()>& attempt);

// Asks logind; returns "" when it agreed, else why not.
std::string reboot_machine();

// Asks systemd to restart a unit such as "systemd-networkd.service"; returns "" when it agreed,
// else why not.
std::string restart_unit(const std::string& unit);

// Executes this program again in the same process with the same arguments; returns only to say why
// it can't.
std::string execute_anew(char** argv);

}  // namespace charge_daemon
