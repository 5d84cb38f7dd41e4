// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds contactor poles that conduct although they are switched off, by the voltage behind them.

#include "hal-service/board.hpp"
#include "hal-service/report.hpp"
#include "hal-service/timing.hpp"

#include <array>
#include <cstdint>

namespace hal {

// Below it a pole may carry what leaks through a snubber or comes from the vehicle: a ghost.
inline constexpr units::Millivolts live_pole{150'000};

class WeldCheck {
public:
    // Only with all poles switched off is a voltage behind one of them proof: a vehicle that
    // charges on one phase feeds some 100 V into the others. And only where `supply` has one, too:
    // else it is the vehicle's.
    void tick(const Inputs& inputs, const PerPhase<units::Millivolts>& supply, bool all_off,
              Moment now);

    // Poles found live in three windows in a row, as pole_bit()s; kept until three are clean.
    std::int64_t welded() const { return result_.poles; }
    // The first check after each opening, and each that found something else.
    const WeldResult& result() const { return result_; }

private:
    void add(const Inputs& inputs, const PerPhase<units::Millivolts>& supply);
    void end_window();

    struct PoleCheck {
        int live_samples = 0;
        int live_windows = 0;
        int clean_windows = 0;
    };
    std::array<PoleCheck, 4> poles_{};
    PerPhase<units::Millivolts> sum_{};
    WeldResult result_;
    int samples_ = 0;
    int windows_ = 0;  // since the contactors opened, up to what a verdict needs
    bool off_ = false;
    Moment window_begin_{0};
};

}  // namespace hal
