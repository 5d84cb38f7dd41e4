// SPDX-License-Identifier: Apache-2.0
#pragma once
// Notifies the service manager. Without one, every call does nothing.

#include <chrono>

namespace process {

void notify_ready();
void notify_stopping();
void feed_watchdog();
// Returns how long the service manager waits for feed_watchdog(); zero: it does not wait.
std::chrono::microseconds watchdog_interval();

}  // namespace process
