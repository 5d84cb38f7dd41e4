// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs the daemon's loop until a condition holds, for a bounded time.

#include "daemon/host/asio.hpp"
#include "daemon/host/event_loop.hpp"

#include <functional>

namespace charge_daemon::fake {

inline constexpr std::chrono::seconds patience{20};

// False when it did not come true.
inline bool until(asio::io_context& io, const std::function<bool()>& condition) {
    const auto deadline = SteadyClock::now() + patience;
    while (!condition()) {
        if (SteadyClock::now() > deadline) return false;
        io.restart();
        io.run_one_for(std::chrono::milliseconds{100});
    }
    return true;
}

inline bool until(EventLoop& loop, const std::function<bool()>& condition) {
    return until(loop.io(), condition);
}

}  // namespace charge_daemon::fake
