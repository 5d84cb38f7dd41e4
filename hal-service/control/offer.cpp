// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/offer.hpp"

#include <algorithm>

namespace hal {

void Offer::show(units::Milliamps limit, Moment now) {
    const auto duty = duty_for(limit);
    if (shown_ && (duty == duty_ || !may_begin(now))) return;
    past_ = {{{signalled_, now}, past_[0]}};
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
    auto most = signalled_;
    for (const auto& past : past_)
        if (now - past.ended < timing::followed_within) most = std::max(most, past.signalled);
    return most;
}

}  // namespace hal
