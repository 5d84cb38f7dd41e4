// SPDX-License-Identifier: Apache-2.0
#pragma once
// Makes a thread of this process punctual: real-time scheduling, memory that is locked in RAM, and
// sleeping until an absolute time.

#include "hal-service/control/timing.hpp"

#include <optional>
#include <string>

namespace hal {

Moment monotonic_now();
void sleep_until(Moment moment);

// Called once, before there are threads: all memory stays in RAM, freed memory too, so that no tick
// ever waits for a page. Returns the error of the system when it was refused.
std::optional<std::string> lock_memory();

// First thing in a thread: its name, SCHED_FIFO, and pages under its stack. False: it is scheduled
// as any other.
bool begin_real_time(const char* name, int priority);

}  // namespace hal
