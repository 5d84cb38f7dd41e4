// SPDX-License-Identifier: Apache-2.0
#pragma once
// Shows a pilot circuit to a person: the newest sample, and the spread of the levels over a second.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

#include <cstdint>

namespace hal {

// The spread of one level over a window.
struct LevelSpread {
    units::Millivolts least;
    units::Millivolts most;
    units::Millivolts mean;
    std::int64_t variance = 0;  // square millivolts
};

struct PilotView {
    PilotSample sample;
    std::int64_t proximity_ohms = proximity_open_ohms;
    LevelSpread high;  // spread over the last whole window
    LevelSpread low;
    std::int64_t samples = 0;  // valid ones in that window
    std::int64_t invalid = 0;  // transfers that failed in it
};

class PilotWindow {
public:
    static constexpr Moment length{1'000'000};

    void add(const Inputs& inputs, Moment now);
    const PilotView& view() const { return view_; }

private:
    class Level {
    public:
        void add(units::Millivolts level, bool first);
        LevelSpread spread(std::int64_t samples) const;

    private:
        std::int64_t least_ = 0;
        std::int64_t most_ = 0;
        std::int64_t sum_ = 0;
        std::int64_t squares_ = 0;
    };
    void end(Moment now);

    PilotView view_;
    Level high_;
    Level low_;
    std::int64_t samples_ = 0;
    std::int64_t invalid_ = 0;
    Moment begin_{-1};
};

}  // namespace hal
