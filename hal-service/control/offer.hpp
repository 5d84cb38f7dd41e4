// SPDX-License-Identifier: Apache-2.0
#pragma once
// The current signalled to the vehicle, with the last 6 s: a vehicle has 5 s to follow an offer.

#include "hal-service/control/pilot.hpp"
#include "hal-service/control/timing.hpp"

#include <array>

namespace hal {

class Offer {
public:
    // Changes the offer at most every 5 s, however often the wish changes.
    void show(units::Milliamps limit, Moment now);
    // Serves an outlet without a pilot, where nothing is signalled to the vehicle.
    void set(units::Milliamps limit) { signalled_ = limit; }
    void end();
    void forget() { *this = {}; }  // the vehicle has gone

    bool may_begin(Moment now) const { return now - changed_ >= timing::duty_interval; }
    Duty duty() const { return duty_; }
    units::Milliamps signalled() const { return signalled_; }
    // Returns the most that was signalled lately: the vehicle may not have followed yet.
    units::Milliamps allowance(Moment now) const;

private:
    bool shown_ = false;
    Duty duty_;
    units::Milliamps signalled_;
    Moment changed_{-1'000'000'000};  // long ago
    // The two offers before the present one are kept with the moments when they ended.
    struct Past {
        units::Milliamps signalled;
        Moment ended{-1'000'000'000};
    };
    std::array<Past, 2> past_{};
};

}  // namespace hal
