// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/weld_check.hpp"

namespace hal {
namespace {

constexpr std::int64_t of_k1 = pole_bit(Pole::L1) | pole_bit(Pole::N);
constexpr std::int64_t of_k2 = pole_bit(Pole::L2) | pole_bit(Pole::L3);

}  // namespace

void WeldCheck::tick(const Inputs& inputs, const Supply& supply, const Outputs& commanded,
                     Moment now) {
    watch_second_contactor(inputs, commanded, now);
    if (commanded.k1 || commanded.k2 || !inputs.power_good || !inputs.lines) {
        off_ = false;
        return;
    }
    if (!off_) {
        off_ = true;
        samples_ = windows_ = 0;
        sum_ = {};
        for (auto& pole : poles_) pole = {};
        window_begin_ = now + timing::weld_check_after;  // poles that just opened may still arc
    }
    if (now < window_begin_) return;
    add(inputs, supply);
    if (now + timing::tick >= window_begin_ + timing::weld_window) {
        end_window();
        window_begin_ = now + timing::tick;
    }
}

void WeldCheck::watch_second_contactor(const Inputs& inputs, const Outputs& commanded, Moment now) {
    if (!commanded.k1 || commanded.k2 || !inputs.k2_feedback) {
        sticks_since_.reset();
        return;
    }
    if (!sticks_since_) sticks_since_ = now;
    constexpr auto long_enough =
        timing::weld_check_after + timing::weld_windows * timing::weld_window;
    if (now - *sticks_since_ < long_enough || (result_.poles & of_k2) != 0) return;
    result_.voltage = inputs.load_voltage;
    result_.samples = 1;
    find(result_.poles | of_k2);
}

void WeldCheck::add(const Inputs& inputs, const Supply& supply) {
    ++samples_;
    std::int64_t live = 0;
    std::int64_t judged = 0;
    for (std::size_t i = 0; i < inputs.load_voltage.size(); ++i) {
        sum_[i] += inputs.load_voltage[i];
        if (supply.voltage[i] <= live_pole) continue;
        const auto bit = pole_bit(static_cast<Pole>(i));
        if (supply.known) judged |= bit;
        if (inputs.load_voltage[i] > live_pole) live |= bit;
    }
    // Without a voltage that tells the pole, the mirror contact tells the contactor.
    if (inputs.k1_feedback && (live & of_k1) == 0) live |= pole_bit(Pole::N);
    if (inputs.k2_feedback && (live & of_k2) == 0) live |= of_k2;
    judged |= pole_bit(Pole::N) | live;
    for (std::size_t i = 0; i < poles_.size(); ++i) {
        const auto bit = pole_bit(static_cast<Pole>(i));
        if ((live & bit) != 0) ++poles_[i].live_samples;
        if ((judged & bit) != 0) ++poles_[i].judged_samples;
    }
}

void WeldCheck::end_window() {
    auto found = result_.poles;
    for (std::size_t i = 0; i < poles_.size(); ++i) {
        const auto bit = pole_bit(static_cast<Pole>(i));
        auto& pole = poles_[i];
        const bool live = pole.live_samples * 2 > samples_;
        const bool judged = pole.judged_samples * 2 > samples_;
        pole.live_windows = live ? pole.live_windows + 1 : 0;
        pole.clean_windows = judged && !live ? pole.clean_windows + 1 : 0;
        pole.live_samples = pole.judged_samples = 0;
        if (pole.live_windows >= timing::weld_windows) found |= bit;
        if (live) clean_ &= ~bit;
        if (pole.clean_windows < timing::weld_windows) continue;
        found &= ~bit;
        clean_ |= bit;
    }
    const bool verdict = windows_ < timing::weld_windows && ++windows_ == timing::weld_windows;
    if (verdict || found != result_.poles) {
        result_.samples = samples_;
        for (std::size_t i = 0; i < sum_.size(); ++i)
            result_.voltage[i] = {sum_[i].count / samples_};
        find(found);
    }
    samples_ = 0;
    sum_ = {};
}

void WeldCheck::find(std::int64_t poles) {
    ++result_.number;
    result_.poles = poles;
    clean_ &= ~poles;
}

}  // namespace hal
