// SPDX-License-Identifier: Apache-2.0
#pragma once
// The current that heat permits: from the full current at the board's first limit linearly down to
// 6 A at the second, and none beyond it until the outlet has cooled. Without a reading it only
// falls, and a trip stays, also in the process after.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hal {

inline constexpr units::MilliCelsius derate_hysteresis{2000};
// No sensor of a board measures less.
inline constexpr units::MilliCelsius coldest_believed{-55'000};

// In whole amps. `present` is what is allowed now; more is given back only after cooling by the
// hysteresis.
units::Milliamps derated(units::Milliamps max, const process::TemperatureSettings& settings,
                         units::MilliCelsius hottest, units::Milliamps present);

struct Hottest {
    TemperaturePlace place = TemperaturePlace::Outlet;
    units::MilliCelsius temperature;
};

class Heat {
public:
    // Registers::heat_withheld after a trip: nothing is left of the rating.
    static constexpr std::int32_t all_withheld = 1'000'000;

    // `withheld` is that of the process before.
    Heat(units::Milliamps max, const process::TemperatureSettings& settings, std::int32_t withheld);
    // With `sensor_lost` the loss is no longer only suspected.
    void tick(const Inputs& inputs, bool sensor_lost = false);

    units::Milliamps limit() const { return limit_; }
    // True: each sensor that counts gives a believed reading, or none is fitted.
    bool known() const { return known_; }
    // True from the board's limit on, until all readings are below that for on again.
    bool trips() const { return trips_; }
    bool warm() const;
    // True: known, and cooler by the hysteresis than where less is offered.
    bool cool() const;
    // Only Outlet and Body count, as they are read now; the inlet's air decides nothing.
    const std::optional<Hottest>& hottest() const { return hottest_; }
    std::int32_t withheld() const;

private:
    void look_at(TemperaturePlace place, std::optional<units::MilliCelsius> reading);

    const units::Milliamps max_;
    const process::TemperatureSettings settings_;
    units::Milliamps limit_;
    std::optional<Hottest> hottest_;
    std::array<bool, 2> seen_{};  // by TemperaturePlace, since the start
    bool known_ = false;
    bool trips_ = false;
};

}  // namespace hal
