// SPDX-License-Identifier: Apache-2.0
#pragma once
// When a vehicle that sleeps through an offer is woken, IEC 61851-1 A.5.3. One that has asked for
// current since it was offered needs no waking: it has had enough.

#include "hal-service/control/timing.hpp"
#include "hal-service/process/board_settings.hpp"

namespace hal {

class WakeUp {
public:
    explicit WakeUp(const process::WakeUpSettings& settings) : settings_(settings) {}

    void offered(Moment now) { *this = WakeUp(settings_, now); }
    // It closed S2, be it for a pulse of a toggle: it is not asleep.
    void moved(Moment now) { since_ = now; }
    void asked() { asked_ = true; }
    bool due(Moment now) const {
        return !asked_ && done_ < settings_.repeats &&
               now - since_ >= (done_ == 0 ? settings_.after : settings_.pause);
    }
    // Woken and offered again.
    void done(Moment now) {
        ++done_;
        since_ = now;
    }

    process::WakeUpLevel level() const { return settings_.level; }
    Moment duration() const {
        return settings_.duration < timing::least_minus ? timing::least_minus : settings_.duration;
    }

private:
    WakeUp(const process::WakeUpSettings& settings, Moment now)
        : settings_(settings), since_(now) {}

    process::WakeUpSettings settings_;
    Moment since_{0};
    int done_ = 0;
    bool asked_ = false;
};

}  // namespace hal
