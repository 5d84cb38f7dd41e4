// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds contactor poles that conduct although they are switched off: by the voltage behind them,
// and by their mirror contacts (IEC 60947-4-1).

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/timing.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hal {

// A lower voltage behind an open pole may leak through a snubber or come from the vehicle.
inline constexpr units::Millivolts live_pole{150'000};

class WeldCheck {
public:
    // The voltage before the contactors as it was last known. Only one that is known now proves
    // that a pole is open.
    struct Supply {
        PerPhase<units::Millivolts> voltage{};
        bool known = true;
    };

    // A voltage behind a pole is proof only while all poles are switched off, because a vehicle
    // that charges on one phase feeds some 100 V into the others; and only where `supply` has a
    // voltage, because otherwise it is the vehicle's. `commanded` are the outputs until this tick.
    void tick(const Inputs& inputs, const Supply& supply, const Outputs& commanded, Moment now);

    // Returns the poles that were live in three windows in a row, as pole_bit()s, until three
    // windows are clean.
    std::int64_t welded() const { return result_.poles; }
    // Returns the poles that were clean in three windows in a row, with a voltage before them, and
    // have not been live since.
    std::int64_t clean() const { return clean_; }
    // Changes with the first check after each opening, and with each that found something else.
    const WeldResult& result() const { return result_; }

private:
    void add(const Inputs& inputs, const Supply& supply);
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
    std::optional<Moment> sticks_since_;  // K2 is closed although only K1 is commanded
    int samples_ = 0;
    int windows_ = 0;  // since the contactors opened, up to what a verdict needs
    bool off_ = false;
    Moment window_begin_{0};
};

}  // namespace hal
