// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/cable.hpp"

#include <algorithm>

namespace hal {

Proximity proximity(std::int64_t ohms) {
    if (ohms >= 4500) return Proximity::Open;
    if (ohms > 2460) return Proximity::Invalid;
    if (ohms >= 936) return Proximity::A13;
    if (ohms >= 308) return Proximity::A20;
    if (ohms >= 140) return Proximity::A32;
    if (ohms >= 60) return Proximity::A63;
    return Proximity::Shorted;
}

units::Milliamps cable_rating(Proximity cable) {
    switch (cable) {
        case Proximity::A13: return {13'000};
        case Proximity::A20: return {20'000};
        case Proximity::A32: return {32'000};
        case Proximity::A63: return {63'000};
        case Proximity::Open:
        case Proximity::Invalid:
        case Proximity::Shorted: break;
    }
    return {};
}

void ProximityFilter::add(std::int64_t ohms) {
    const auto seen = proximity(ohms);
    run_ = seen == candidate_ ? std::min(run_ + 1, timing::agreeing_samples) : 1;
    candidate_ = seen;
    if (run_ >= timing::agreeing_samples) cable_ = seen;
}

bool Lock::tick(bool wanted, bool locked, bool may_move, Moment now) {
    if (wanted != wanted_ || locked == wanted) {
        const bool was_jammed = jammed_ && locked != wanted;
        *this = {};
        wanted_ = wanted;
        jammed_ = was_jammed;
        since_ = now;
        return wanted;
    }
    const auto elapsed = now - since_;
    if (back_ && (!may_move || elapsed >= timing::lock_back)) {
        back_ = false;
        since_ = now;
    } else if (!back_ && elapsed >= timing::lock_moves) {
        jammed_ = jammed_ || tries_ >= timing::lock_tries || !may_move;
        const bool again = jammed_ ? elapsed >= timing::lock_moves + timing::lock_again : true;
        if (may_move && again) {
            ++tries_;
            back_ = true;
            since_ = now;
        }
    }
    return back_ ? !wanted : wanted;
}

}  // namespace hal
