// SPDX-License-Identifier: Apache-2.0
#pragma once
// How long the program under test takes from what should make it open a contactor to its output
// line, as an instrument on the board would measure it.

#include "tests/rig/board/chips.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace rig {

// The earlier of two that come at once counts: a sensor that fails shows all of its outputs.
enum class Cause { Pilot, Earth, SensorError, ResidualDc, ResidualAc, PowerFail };
constexpr auto names(Cause) {
    return std::array{"pilot", "earth", "sensor_error", "residual_dc", "residual_ac", "power_fail"};
}
inline constexpr std::size_t causes = 6;

struct Delays {
    std::int64_t count = 0;
    Moment longest{0};
    Moment sum{0};
    bool operator==(const Delays&) const = default;
};

class Openings {
public:
    // `present` by cause, as of now; only while an output is on it can call for an opening.
    void advance(Moment now, const std::array<bool, causes>& present, bool output_on) {
        if (was_on_ && !output_on) close(now);
        for (std::size_t i = 0; i < causes; ++i) {
            if (present[i] && !was_present_[i] && output_on && !waiting_) {
                waiting_ = true;
                cause_ = i;
                since_ = now;
            }
        }
        was_present_ = present;
        was_on_ = output_on;
    }
    const std::array<Delays, causes>& delays() const { return delays_; }
    void forget() { delays_ = {}; }

private:
    void close(Moment now) {
        if (!waiting_) return;  // something else made it open
        waiting_ = false;
        auto& delay = delays_[cause_];
        ++delay.count;
        delay.longest = std::max(delay.longest, now - since_);
        delay.sum += now - since_;
    }

    std::array<Delays, causes> delays_{};
    std::array<bool, causes> was_present_{};
    bool was_on_ = false;
    bool waiting_ = false;
    std::size_t cause_ = 0;
    Moment since_{0};
};

}  // namespace rig
