// SPDX-License-Identifier: Apache-2.0
#include "hal-service/offer.hpp"

#include <algorithm>

namespace hal {

void Offer::show(units::Milliamps limit, Moment now) {
    const auto duty = duty_for(limit);
    if (shown_ && (duty == duty_ || !may_begin(now))) return;
    signalled_before_ = signalled_;
    shown_ = true;
    duty_ = duty;
    signalled_ = current_from(duty);
    changed_ = now;
}

void Offer::end() {
    const auto changed = changed_;
    *this = {};
    changed_ = changed;
}

units::Milliamps Offer::allowance(Moment now) const {
    return may_begin(now) ? signalled_ : std::max(signalled_, signalled_before_);
}

}  // namespace hal
