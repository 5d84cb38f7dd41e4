// SPDX-License-Identifier: Apache-2.0
#pragma once
// The board file as a struct: the abilities and limits of each outlet. The defaults are those of
// the reference board, which the simulator models as well.

#include "hal-service/process/wiring.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace process {

// The pilot wakes a vehicle by one of these, IEC 61851-1 A.5.3.
enum class WakeUpLevel { E, F };
constexpr auto names(WakeUpLevel) { return std::array{"E", "F"}; }

// A vehicle that is offered current (B2) and doesn't ask for it.
struct WakeUpSettings {
    std::chrono::milliseconds after{30'000};  // in B2 without a request
    WakeUpLevel level = WakeUpLevel::F;
    std::chrono::milliseconds duration{4000};  // the level's
    std::chrono::milliseconds pause{30'000};   // from one to the next
    int repeats = 1;                           // in all, until unplugged or newly offered
};

struct TemperatureSettings {
    units::MilliCelsius derate_from{80'000};
    units::MilliCelsius off_from{100'000};
    units::MilliCelsius on_again_below{90'000};
    units::Milliamps without_sensor{10'000};  // the most while a sensor that is fitted is lost
};

struct PhaseChangeSettings {
    std::chrono::seconds pause{60};  // contactors proven open until the next offer
    int per_hour = 6;
};

// Settings of one outlet, found by the id of its [[connector]].
struct OutletSettings {
    hal::ConnectorId connector = 1;
    bool ventilation = false;                  // the room is ventilated: state D is served
    bool residual_monitor = true;              // one with an output for 30 mA AC and a test input
    bool residual_dc = true;                   // it is an RDC-DD with an output for 6 mA DC, too
    units::Millihertz line_frequency{50'000};  // of the supply: 50 or 60 Hz
    MeterRange meter_range = range_of(MeterChip{});
    WakeUpSettings wake_up;
    TemperatureSettings temperature;
    PhaseChangeSettings phase_change;
    OutletWiring wiring;
};

struct BoardSettings {
    std::vector<OutletSettings> outlets;
    Wiring wiring;
    std::string file;  // "" = no file, the reference board

    // Returns the reference board's values for an outlet that the file doesn't name.
    OutletSettings outlet(hal::ConnectorId connector) const {
        for (const auto& outlet : outlets)
            if (outlet.connector == connector) return outlet;
        OutletSettings fallback;
        fallback.connector = connector;
        return fallback;
    }
};

}  // namespace process
