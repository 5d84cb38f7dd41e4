// SPDX-License-Identifier: Apache-2.0
#pragma once
// A socket's cable: what its proximity resistor says, IEC 61851-1 Table B.2, and the lock that
// holds it.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

namespace hal {

enum class Proximity { Open, Invalid, Shorted, A13, A20, A32, A63 };

// Split between the nominal values, so that a reading in a gap counts as the lower current.
Proximity proximity(std::int64_t ohms);
// What the cable bears; 0 without a cable that says so.
units::Milliamps cable_rating(Proximity cable);

// Counts after so many equal samples, as the pilot does.
class ProximityFilter {
public:
    void add(std::int64_t ohms);
    Proximity cable() const { return cable_; }
    bool present() const { return cable_ != Proximity::Open; }

private:
    Proximity cable_ = Proximity::Open;
    Proximity candidate_ = Proximity::Open;
    int run_ = 0;
};

// Tries again what a lock didn't do the first time: a bolt that is stuck comes loose when driven
// back for a moment.
class Lock {
public:
    // What the output shall be. `may_move`: the contactors are open, so that it may be driven back.
    bool tick(bool wanted, bool locked, bool may_move, Moment now);
    bool wanted() const { return wanted_; }
    bool jammed() const { return jammed_; }

private:
    bool wanted_ = false;
    bool back_ = false;
    bool jammed_ = false;
    int tries_ = 1;
    Moment since_{0};
};

}  // namespace hal
