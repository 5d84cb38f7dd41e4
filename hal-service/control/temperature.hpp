// SPDX-License-Identifier: Apache-2.0
#pragma once
// The current that heat permits: from the full current at the board's first limit linearly down to
// 6 A at the second.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/process/board_settings.hpp"

namespace hal {

inline constexpr units::MilliCelsius derate_hysteresis{2000};

struct Hottest {
    TemperaturePlace place = TemperaturePlace::Outlet;
    units::MilliCelsius temperature;
};
// Only Outlet and Body count; the inlet's air is measured and decides nothing.
Hottest hottest(const Inputs& inputs);

// In whole amps. `present` is what is allowed now; more is given back only after cooling by the
// hysteresis.
units::Milliamps derated(units::Milliamps max, const process::TemperatureSettings& settings,
                         const Inputs& inputs, units::Milliamps present);

}  // namespace hal
