// SPDX-License-Identifier: Apache-2.0
#pragma once
// The values of the slow devices, as the control loop takes them.

#include "hal-service/control/timing.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <optional>

namespace devices {

struct Surroundings {
    // Without a value no sensor is fitted, or it gives nothing plausible, or nothing yet.
    std::array<std::optional<units::MilliCelsius>, hal::max_connectors> outlet_temperature{};
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
    bool reader = true;
    hal::Moment taken{-1};  // negative: nobody has looked yet
};

}  // namespace devices
