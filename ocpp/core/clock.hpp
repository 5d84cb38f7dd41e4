// SPDX-License-Identifier: Apache-2.0
#pragma once
// UTC as the central system counts it: an offset to the machine's clock, which is never set
// (OCPP 1.6 4.2, 4.6).

#include "ocpp/core/step.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace ocpp::core {

class Clock {
public:
    // Answers from before the age of OCPP 1.6 say nothing about the time.
    static constexpr Instant earliest_believed{
        std::chrono::sys_days{std::chrono::year{2016} / 1 / 1}};
    // Differences below this are the network's, and would only make series of samples uneven.
    static constexpr std::chrono::milliseconds tolerated{1000};

    Clock() = default;
    explicit Clock(std::chrono::milliseconds offset) : offset_(offset) {}

    Instant at(const Now& now) const {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(now.utc) + offset_;
    }
    // The time of day at another moment of the steady clock.
    Instant at(const Now& now, std::chrono::steady_clock::time_point steady) const {
        return at(now) + std::chrono::round<std::chrono::milliseconds>(steady - now.steady);
    }
    std::chrono::steady_clock::time_point steady_at(const Now& now, Instant instant) const {
        return now.steady + (instant - at(now));
    }

    // To be told of each moment. By how much the machine's clock was set since the last one, if it
    // was; what the central system has set goes on evenly then. Before that the machine is
    // believed.
    std::optional<std::chrono::milliseconds> notice_step(const Now& now) {
        const auto machine = now.utc.time_since_epoch() - now.steady.time_since_epoch();
        const auto step = std::chrono::round<std::chrono::milliseconds>(
            machine - std::exchange(machine_, machine).value_or(machine));
        if (!followed_ || (step > -tolerated && step < tolerated)) return std::nullopt;
        offset_ -= step;
        return step;
    }

    // True when the offset has changed.
    bool follow(Instant server, const Now& now) {
        if (server < earliest_believed) return false;
        followed_ = true;
        const auto difference = server - at(now);
        if (difference > -tolerated && difference < tolerated) return false;
        offset_ += difference;
        return true;
    }
    std::chrono::milliseconds offset() const { return offset_; }

private:
    std::chrono::milliseconds offset_{0};
    bool followed_ = false;
    // UTC of the machine minus its steady clock, when it was noticed last.
    std::optional<std::chrono::nanoseconds> machine_;
};

}  // namespace ocpp::core
