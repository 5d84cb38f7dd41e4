// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the pilot says the vehicle may draw, and what it was told before: a vehicle has five seconds
// to follow.

#include "hal-service/control/pilot.hpp"
#include "hal-service/control/timing.hpp"

#include <array>

namespace hal {

class Offer {
public:
    // At the board's pace: not oftener than every 5 s, whatever is wished.
    void show(units::Milliamps limit, Moment now);
    // Without a pilot nobody is told.
    void set(units::Milliamps limit) { signalled_ = limit; }
    void end();
    void forget() { *this = {}; }  // the vehicle has gone

    bool may_begin(Moment now) const { return now - changed_ >= timing::duty_interval; }
    Duty duty() const { return duty_; }
    units::Milliamps signalled() const { return signalled_; }
    // The most that was signalled lately, so that the vehicle may not have followed yet.
    units::Milliamps allowance(Moment now) const;

private:
    bool shown_ = false;
    Duty duty_;
    units::Milliamps signalled_;
    Moment changed_{-1'000'000'000};  // long ago
    // The two offers before, and when they ended.
    struct Past {
        units::Milliamps signalled;
        Moment ended{-1'000'000'000};
    };
    std::array<Past, 2> past_{};
};

}  // namespace hal
