// SPDX-License-Identifier: Apache-2.0
#include "hal-service/weld_check.hpp"

namespace hal {

void WeldCheck::tick(const Inputs& inputs, const PerPhase<units::Millivolts>& supply, bool all_off,
                     Moment now) {
    if (!all_off || !inputs.power_good) {
        off_ = false;
        return;
    }
    if (!off_) {
        off_ = true;
        samples_ = windows_ = 0;
        sum_ = {};
        for (auto& pole : poles_) pole = {};
        window_begin_ = now + timing::weld_check_after;  // what just opened may still arc
    }
    if (now < window_begin_) return;
    add(inputs, supply);
    if (now + timing::tick >= window_begin_ + timing::weld_window) {
        end_window();
        window_begin_ = now + timing::tick;
    }
}

void WeldCheck::add(const Inputs& inputs, const PerPhase<units::Millivolts>& supply) {
    ++samples_;
    bool any_live = false;
    for (std::size_t i = 0; i < inputs.load_voltage.size(); ++i) {
        sum_[i] += inputs.load_voltage[i];
        const bool live = inputs.load_voltage[i] > live_pole && supply[i] > live_pole;
        any_live |= live;
        if (live) ++poles_[i].live_samples;
    }
    // A neutral that sticks shows no voltage; its mirror contact gives it away.
    if (inputs.k1_feedback && !any_live) ++poles_[static_cast<std::size_t>(Pole::N)].live_samples;
}

void WeldCheck::end_window() {
    auto found = result_.poles;
    for (const Pole name : {Pole::L1, Pole::L2, Pole::L3, Pole::N}) {
        auto& pole = poles_[static_cast<std::size_t>(name)];
        const bool live = pole.live_samples * 2 > samples_;
        pole.live_windows = live ? pole.live_windows + 1 : 0;
        pole.clean_windows = live ? 0 : pole.clean_windows + 1;
        pole.live_samples = 0;
        if (pole.live_windows >= timing::weld_windows) found |= pole_bit(name);
        if (pole.clean_windows >= timing::weld_windows) found &= ~pole_bit(name);
    }
    const bool verdict = windows_ < timing::weld_windows && ++windows_ == timing::weld_windows;
    if (verdict || found != result_.poles) {
        ++result_.number;
        result_.poles = found;
        result_.samples = samples_;
        for (std::size_t i = 0; i < sum_.size(); ++i)
            result_.voltage[i] = {sum_[i].count / samples_};
    }
    samples_ = 0;
    sum_ = {};
}

}  // namespace hal
