// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the newest plausible sample of current, voltage and energy with its age, and a register
// that never falls.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/timing.hpp"

namespace hal {

// A sample above these comes from a disturbed transfer: no outlet of this kind shows more.
inline constexpr units::Millivolts greatest_voltage{500'000};
inline constexpr units::Milliamps greatest_current{100'000};
inline constexpr units::Watts greatest_power{50'000};
inline constexpr units::Millihertz greatest_frequency{100'000};

bool believable(const MeterSample& sample);

class Consumption {
public:
    void tick(const MeterSample& sample, Registers& kept, Moment now);

    // Counts from the newest plausible sample, or from the start.
    Moment age(Moment now) const { return now - seen_; }
    bool known(Moment now) const { return any_ && age(now) < timing::meter_stale; }
    const MeterSample& last() const { return last_; }

private:
    bool started_ = false;
    bool any_ = false;
    Moment seen_{0};
    MeterSample last_;
};

}  // namespace hal
