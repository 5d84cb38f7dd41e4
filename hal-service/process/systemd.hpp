// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the service manager is told. Without one, every call does nothing.

#include <chrono>

namespace process {

void notify_ready();
void notify_stopping();
void feed_watchdog();
// How long the service manager waits for feed_watchdog(); zero: it does not.
std::chrono::microseconds watchdog_interval();

}  // namespace process
