// SPDX-License-Identifier: Apache-2.0
#pragma once
// The inputs of one connector, as an ADC, a meter and input lines show them, and its outputs, as a
// PWM device and output lines take them. They know nothing of charging sessions.

#include "hal-service/control/pilot.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hal {

// One transfer from the energy meter, which sits on the supply side of the contactors.
struct MeterSample {
    bool valid = false;      // false: the transfer failed, the rest means nothing
    bool calibrated = true;  // false: the calibration is damaged, or the unit of energy another
    PerPhase<units::Milliamps> current{};
    PerPhase<units::Millivolts> voltage{};
    PerPhase<units::Watts> power{};
    PerPhase<units::PerMille> power_factor{};
    units::MilliwattHours energy;  // the meter's own register
    units::Millihertz frequency;
};

inline constexpr std::int64_t proximity_open_ohms = 1'000'000;

// The outputs of a residual current monitor, IEC 62955; its test input is Outputs::monitor_check.
struct ResidualSample {
    bool dc = false;     // 6 mA smooth direct current
    bool ac = false;     // 30 mA
    bool error = false;  // the monitor says that it is broken
};

struct Inputs {
    PilotSample pilot;                                  // with a pilot
    std::int64_t proximity_ohms = proximity_open_ohms;  // with a socket, by the pilot's transfer
    bool lines = true;                                  // false: the input lines can't be read
    bool plug_detected = false;                         // with a household socket
    bool locked = false;                                // the lock's own feedback
    MeterSample meter;
    PerPhase<units::Millivolts> load_voltage{};  // behind the contactors
    bool k1_feedback = false;                    // mirror contact: L1 or N is closed
    bool k2_feedback = false;                    // L2 or L3 is closed
    ResidualSample residual;
    bool protective_earth = true;
    bool power_good = true;    // the supply's early warning
    bool relay_supply = true;  // the dead-man circuit and its fellows let the coils have power
    bool tamper = false;       // the enclosure is open
    bool button = false;
    bool reader = true;             // the tag reader answers
    bool lost_temperature = false;  // Outlet or Body is fitted and gives no plausible value
    bool lost_inlet = false;        // likewise Inlet
    std::optional<units::MilliCelsius> outlet_temperature;
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
};

// A new object is safe: nothing is offered, nothing is energised.
struct Outputs {
    PilotDrive pilot = PilotDrive::Steady;
    Duty duty;        // with PilotDrive::Oscillating
    bool k1 = false;  // L1 and N
    bool k2 = false;  // L2 and L3
    bool lock = false;
    bool monitor_check = false;  // the monitor tests itself and finds its zero
    bool operator==(const Outputs&) const = default;
};

using BoardInputs = std::array<Inputs, max_connectors>;
using BoardOutputs = std::array<Outputs, max_connectors>;

}  // namespace hal
