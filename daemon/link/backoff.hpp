// SPDX-License-Identifier: Apache-2.0
#pragma once
// Computes the pause before the central system is dialled again. Pure.

#include "ocpp/core/setup.hpp"

#include <chrono>
#include <cstdint>

namespace charge_daemon {

// No wait is longer, whatever the keys say.
inline constexpr std::chrono::hours longest_back_off{24};

class Backoff {
public:
    Backoff() = default;

    // Returns the wait before attempt n+1, where n counts the attempts since the last reset():
    // RetryBackOffWaitMinimum * 2^min(n, RetryBackOffRepeatTimes) + 0..RetryBackOffRandomRange.
    // After a connection that was accepted the first wait is the random part alone.
    std::chrono::milliseconds next(const ocpp::core::LinkSettings& settings, std::uint64_t random);
    // Starts over.
    void reset() { *this = {}; }
    // Takes note of a handshake that succeeded: the other end is there, and will most likely be
    // there again soon after the connection has ended.
    void accepted() { *this = {0, true}; }

private:
    Backoff(int attempts, bool accepted) : attempts_(attempts), accepted_(accepted) {}

    int attempts_ = 0;
    bool accepted_ = false;
};

}  // namespace charge_daemon
