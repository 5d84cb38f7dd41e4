// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/clock.hpp"

namespace ocpp::core {

using std::chrono::milliseconds;

namespace {

Instant utc_of(const Now& now) { return std::chrono::time_point_cast<milliseconds>(now.utc); }

}  // namespace

bool Clock::set_since(const Now& now) const { return utc_of(now) >= floor_; }

KnownTime Clock::known(const Now& now, const TimeFloor& floor) const {
    if (const auto learned = floor.learned(now)) return {floor.at(), *learned - utc_of(now)};
    const bool about_right = offset_ <= plausible_offset && offset_ >= -plausible_offset;
    if (doubted_since_ || !about_right || at(now) < floor.at() - tolerated)
        return {floor.at(), std::nullopt};
    return {floor.at(), offset_};
}

Instant TimeFloor::Told::goes_on(std::chrono::steady_clock::time_point now) const {
    return server + std::chrono::round<milliseconds>(now - at);
}

void TimeFloor::told(Instant server, const Now& now, std::optional<Instant> proven_until) {
    const Told telling{server, now.of_machine().steady};
    const auto before = std::exchange(before_, std::nullopt);
    doubtful_ = false;
    if (server < Clock::earliest_believed) return;
    before_ = telling;
    const bool twice =
        before && std::chrono::abs(server - before->goes_on(telling.at)) < Clock::agreement;
    const bool contradicts = proven_until && server > *proven_until;
    const bool proven = proven_until && !contradicts;
    doubtful_ = contradicts && !twice;
    if (!twice && !proven) return;
    learned_ = telling;
    if (!contradicts) at_ = server;
}

std::optional<Instant> TimeFloor::learned(const Now& now) const {
    if (!learned_) return std::nullopt;
    return learned_->goes_on(now.of_machine().steady);
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
