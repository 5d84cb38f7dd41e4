// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/clock.hpp"

namespace ocpp::core {

using std::chrono::milliseconds;

namespace {

Instant utc_of(const Now& now) { return std::chrono::time_point_cast<milliseconds>(now.utc); }

}  // namespace

bool Clock::set_since(const Now& now) const { return utc_of(now) >= floor_; }

KnownTime Clock::known(const Now& now) const {
    if (doubted_since_ || at(now) < floor_ - tolerated) return {floor_, std::nullopt};
    return {floor_, offset_};
}

std::optional<milliseconds> Clock::set_at() const {
    if (!followed_ || !machine_) return std::nullopt;
    return std::chrono::round<milliseconds>(*machine_);
}

std::optional<milliseconds> Clock::notice_step(const Now& now) {
    // Nanoseconds would not hold the difference between two clocks that are 300 years apart.
    using std::chrono::microseconds;
    const auto machine =
        std::chrono::floor<microseconds>(now.utc.time_since_epoch()) -
        std::chrono::floor<microseconds>(now.of_machine().steady.time_since_epoch());
    if (!machine_) {
        // Neither a boot nor anybody who sets the clock came in between: the offset is as good as
        // before.
        const auto here = std::chrono::round<milliseconds>(machine);
        followed_ = set_before_ && std::chrono::abs(here - std::clamp(*set_before_, -most_offset,
                                                                      most_offset)) < tolerated;
        if (!followed_) begin(now);
    }
    const auto step = std::chrono::round<milliseconds>(
        machine - std::exchange(machine_, machine).value_or(machine));
    if (step > -tolerated && step < tolerated) return std::nullopt;
    if (doubted_since_ && set_since(now)) {
        found(at(now) - step, utc_of(now));
        offset_ = {};
        return step;
    }
    if (!followed_ && !doubted_since_) return std::nullopt;
    offset_ -= step;
    return step;
}

bool Clock::follow(Instant server, const Now& now) {
    if (server < earliest_believed) {
        unconfirmed_.reset();
        return false;
    }
    const auto difference = server - at(now);
    if (!believable(difference)) return false;
    followed_ = true;
    if (doubted_since_)
        found(at(now), server);
    else if (difference > -tolerated && difference < tolerated)
        return false;
    offset_ += difference;
    return true;
}

bool Clock::believable(milliseconds difference) {
    const auto before = std::exchange(unconfirmed_, std::nullopt);
    if (!followed_ || doubted_since_ || std::chrono::abs(difference) <= believed_at_once)
        return true;
    if (before && std::chrono::abs(difference - *before) < agreement) return true;
    unconfirmed_ = difference;
    return false;
}

// How long the machine was off, a clock that was lost cannot tell: not at all, so that what comes
// stays behind what was.
void Clock::begin(const Now& now) {
    const bool implausible = offset_ > plausible_offset || offset_ < -plausible_offset;
    if (implausible && set_since(now)) {
        if (doubted_since_) found(floor_, utc_of(now));
        offset_ = {};
    } else if (implausible || at(now) < floor_ - tolerated) {
        const auto least = doubted_since_ ? floor_ : floor_ + milliseconds{1};
        if (!doubted_since_) doubted_since_ = least;
        if (at(now) < least) offset_ += least - at(now);
    }
}

void Clock::found(Instant shown, Instant now) {
    shift_ = Shift{*doubted_since_, now - shown};
    doubted_since_.reset();
}

}  // namespace ocpp::core
