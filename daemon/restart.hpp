// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the daemon begins anew: the machine by its service manager, or this program by itself.

#include <functional>
#include <string>

namespace charge_daemon {

// Tries at most 1 + `retries` times; "" when it worked, else why the last attempt did not.
std::string tried(int retries, const std::function<std::string()>& attempt);

// Asks logind; "" when it agreed, else why not.
std::string reboot_machine();

// This program with the same arguments in the same process; returns only to say why it can't.
std::string execute_anew(char** argv);

}  // namespace charge_daemon
