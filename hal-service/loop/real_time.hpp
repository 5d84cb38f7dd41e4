// SPDX-License-Identifier: Apache-2.0
#pragma once
// What makes a thread of this process one that the kernel neither makes wait nor surprises: its
// scheduling, memory that is there already, and an absolute clock.

#include "hal-service/control/timing.hpp"

#include <optional>
#include <string>

namespace hal {

Moment monotonic_now();
void sleep_until(Moment moment);

// Once, before there are threads: all memory stays in RAM, and what was freed stays ours, so that
// no tick ever waits for a page. What the system said when it was refused.
std::optional<std::string> lock_memory();

// First thing in a thread: its name, SCHED_FIFO, and pages under its stack. False: it is scheduled
// as any other.
bool begin_real_time(const char* name, int priority);

}  // namespace hal
