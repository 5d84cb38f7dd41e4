// SPDX-License-Identifier: Apache-2.0
#pragma once
// The analogue memory before two of the converter's channels: it follows a peak at once and
// forgets it within milliseconds.

#include "tests/rig/board/chips.hpp"

#include <cmath>

namespace rig {

enum class Peak { Highest, Lowest };

class PeakHold {
public:
    static constexpr double time_constant_us = 3000;

    explicit PeakHold(Peak peak) : peak_(peak) {}

    // `millivolts`: the peak since the last call.
    void advance(Moment now, std::int64_t millivolts) {
        const auto level = static_cast<double>(millivolts);
        const bool beyond = peak_ == Peak::Highest ? level >= held_ : level <= held_;
        const auto elapsed = static_cast<double>((now - last_).count());
        held_ = beyond ? level : level + (held_ - level) * std::exp(-elapsed / time_constant_us);
        last_ = now;
    }
    std::int64_t millivolts() const { return std::llround(held_); }

private:
    const Peak peak_;
    double held_ = 0;
    Moment last_{0};
};

}  // namespace rig
