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
    // Returns the wait before attempt n+1, where n counts the attempts since the last reset():
    // RetryBackOffWaitMinimum * 2^min(n, RetryBackOffRepeatTimes) + 0..RetryBackOffRandomRange.
    std::chrono::milliseconds next(const ocpp::core::LinkSettings& settings, std::uint64_t random);
    // Starts over, because a connection was accepted and lasted.
    void reset() { attempts_ = 0; }

private:
    int attempts_ = 0;
};

}  // namespace charge_daemon
