// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/pilot_noise.hpp"

#include <algorithm>
#include <cstdlib>

namespace hal {
namespace {

// From A to C, of a vehicle that is plugged in while it asks, are 6.3 V with the highest rail of
// Table A.2. Noise of up to 3 V around its level never jumps so far.
constexpr std::int64_t jump = 6500;
// An ADC's error and what any cable picks up.
constexpr std::int64_t stands_still = 500;
constexpr int long_still = 1000;

std::int64_t apart(units::Millivolts a, units::Millivolts b) { return std::abs(a.count - b.count); }

}  // namespace

void PilotNoise::add(const PilotSample& sample, Moment now) {
    ++samples_;
    const bool still = known_ > 0 && apart(sample.high, before_[0].high) <= stands_still;
    still_ = still ? std::min(still_ + 1, long_still) : 0;
    if (jumps(sample, now)) {
        count_jump();
        known_ = 0;  // so that a jump isn't counted twice
    }
    before_ = {sample, before_[0]};
    known_ = std::min(known_ + 1, before_.size());
    if (samples_ - newest_ >= timing::noise_over / timing::tick) too_noisy_ = false;
}

bool PilotNoise::jumps(const PilotSample& sample, Moment now) const {
    return std::any_of(before_.begin(), before_.begin() + known_, [&](const PilotSample& before) {
        return apart(sample.high, before.high) > jump ||
               (now >= low_from_ && apart(sample.low, before.low) > jump);
    });
}

void PilotNoise::count_jump() {
    newest_ = samples_;
    jumps_[next_++ % jumps_.size()] = samples_;
    const auto oldest = jumps_[next_ % jumps_.size()];
    too_noisy_ = too_noisy_ || samples_ - oldest < timing::noise_window / timing::tick;
}

}  // namespace hal
