// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/systemd.hpp"

#include <systemd/sd-daemon.h>

namespace process {

void notify_ready() { sd_notify(0, "READY=1"); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }
void feed_watchdog() { sd_notify(0, "WATCHDOG=1"); }

std::chrono::microseconds watchdog_interval() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::chrono::microseconds{0};
    return std::chrono::microseconds{microseconds};
}

}  // namespace process
