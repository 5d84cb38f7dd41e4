// SPDX-License-Identifier: Apache-2.0
#include "hal-service/loop/pilot_window.hpp"

#include <algorithm>

namespace hal {

void PilotWindow::add(const Inputs& inputs, Moment now) {
    if (begin_ < Moment{0} || now < begin_) begin_ = now;
    if (now - begin_ >= length) end(now);
    view_.sample = inputs.pilot;
    view_.proximity_ohms = inputs.proximity_ohms;
    if (!inputs.pilot.valid) {
        ++invalid_;
        return;
    }
    high_.add(inputs.pilot.high, samples_ == 0);
    low_.add(inputs.pilot.low, samples_ == 0);
    ++samples_;
}

void PilotWindow::end(Moment now) {
    view_.high = high_.spread(samples_);
    view_.low = low_.spread(samples_);
    view_.samples = samples_;
    view_.invalid = invalid_;
    high_ = low_ = {};
    samples_ = invalid_ = 0;
    begin_ = now;
}

void PilotWindow::Level::add(units::Millivolts level, bool first) {
    least_ = first ? level.count : std::min(least_, level.count);
    most_ = first ? level.count : std::max(most_, level.count);
    sum_ += level.count;
    squares_ += level.count * level.count;
}

LevelSpread PilotWindow::Level::spread(std::int64_t samples) const {
    if (samples == 0) return {};
    // n * the sum of squares fits: 10^3 samples of 10^5 mV give 10^16.
    const auto variance = (squares_ * samples - sum_ * sum_) / (samples * samples);
    return {{least_}, {most_}, {sum_ / samples}, std::max<std::int64_t>(0, variance)};
}

}  // namespace hal
