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
    std::array<std::optional<units::MilliCelsius>, hal::max_connectors> outlet_temperature{};
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
    // A sensor that is fitted gives nothing plausible: by connector, and of the whole board.
    std::array<bool, hal::max_connectors> outlet_lost{};
    bool board_lost = false;
    bool reader = true;
    hal::Moment taken{-1};  // negative: nobody has looked yet
};

}  // namespace devices
