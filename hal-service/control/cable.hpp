// SPDX-License-Identifier: Apache-2.0
#pragma once
// The cable in a socket: its rating by the proximity resistor, IEC 61851-1 Table B.2, and the lock
// that holds it.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

namespace hal {

enum class Proximity { Open, Invalid, Shorted, A13, A20, A32, A63 };

// The limits lie between the nominal values, so that a reading in a gap counts as the lower
// current.
Proximity proximity(std::int64_t ohms);
// Returns the most current that the cable bears, or 0 without a valid cable.
units::Milliamps cable_rating(Proximity cable);

// A new value counts after several equal samples, as with the pilot.
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

// Drives the lock, and tries again when it did not move: a stuck bolt comes loose when it is driven
// back for a moment.
class Lock {
public:
    // Returns the output. With `may_move` the contactors are open, so that the bolt may be driven
    // back.
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
