// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds contactor poles that conduct although they are switched off: by the voltage behind them,
// and by their mirror contacts (IEC 60947-4-1).

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/timing.hpp"

#include <array>
#include <cstdint>

namespace hal {

// Below it a pole may carry what leaks through a snubber or comes from the vehicle: a ghost.
inline constexpr units::Millivolts live_pole{150'000};

class WeldCheck {
public:
    // Only with all poles switched off is a voltage behind one of them proof: a vehicle that
    // charges on one phase feeds some 100 V into the others. And only where `supply` has one, too:
    // else it is the vehicle's. `commanded`: until this tick.
    void tick(const Inputs& inputs, const PerPhase<units::Millivolts>& supply,
              const Outputs& commanded, Moment now);

    // Poles found live in three windows in a row, as pole_bit()s; kept until three are clean.
    std::int64_t welded() const { return result_.poles; }
    // Poles found clean in three windows in a row, with a voltage before them, and nothing else
    // since.
    std::int64_t clean() const { return clean_; }
    // The first check after each opening, and each that found something else.
    const WeldResult& result() const { return result_; }

private:
    void add(const Inputs& inputs, const PerPhase<units::Millivolts>& supply);
    void end_window();
    void find(std::int64_t poles);
    // A session on one phase must not close L2 and L3.
    void watch_second_contactor(const Inputs& inputs, const Outputs& commanded, Moment now);

    struct PoleCheck {
        int live_samples = 0;
        int judged_samples = 0;
        int live_windows = 0;
        int clean_windows = 0;
    };
    std::array<PoleCheck, 4> poles_{};
    PerPhase<units::Millivolts> sum_{};
    WeldResult result_;
    std::int64_t clean_ = 0;
    Moment sticks_since_{-1};  // K2, although only K1 is commanded; negative: it does not
    int samples_ = 0;
    int windows_ = 0;  // since the contactors opened, up to what a verdict needs
    bool off_ = false;
    Moment window_begin_{0};
};

}  // namespace hal
