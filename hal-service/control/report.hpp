// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state of one connector as the control loop publishes it: a Reading without anything that
// would have to be allocated.

#include "hal-service/shared/messages.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace hal {

inline constexpr std::size_t max_faults = 16;

// Measured when the fault was found. The meaning of the two numbers depends on the code.
struct FaultDetail {
    std::int64_t first = 0;
    std::int64_t second = 0;
    bool operator==(const FaultDetail&) const = default;
};

// Detail of OverTemperature when a process finds that the one before has tripped, and no sensor.
inline constexpr FaultDetail unread_temperature{-1, 0};

struct ActiveFault {
    FaultCode code{};
    bool prevents_charging = false;
    FaultDetail detail;
    bool operator==(const ActiveFault&) const = default;
};

enum class TemperaturePlace { Outlet, Body, Inlet };
constexpr auto names(TemperaturePlace) { return std::array{"Outlet", "Body", "Inlet"}; }

// A bit for each pole, in the detail of RelayWelded and RelayStuckOpen.
enum class Pole { L1, L2, L3, N };
constexpr auto names(Pole) { return std::array{"L1", "L2", "L3", "N"}; }
constexpr std::int64_t pole_bit(Pole pole) { return std::int64_t{1} << static_cast<int>(pole); }

// Any change of this discrete part is reported at once.
struct Condition {
    bool plugged = false;
    bool cable = false;
    bool pwm = false;
    bool ev_requests = false;
    bool contactor_closed = false;
    bool locked = false;
    bool mains = true;
    PilotState pilot = PilotState::A;
    int phases = 3;
    bool phase_change = false;
    bool button = false;
    std::int64_t plug_count = 0;
    std::int64_t toggles = 0;
    std::int64_t wake_ups = 0;
    std::int64_t weld_checks = 0;  // WeldResult::number
    units::Milliamps offered;
    std::size_t fault_count = 0;
    std::array<ActiveFault, max_faults> faults{};

    bool prevents_charging() const {
        return std::any_of(faults.begin(), faults.begin() + fault_count,
                           [](const ActiveFault& fault) { return fault.prevents_charging; });
    }
    bool operator==(const Condition&) const = default;
};

// These values outlive the process.
struct Registers {
    units::MilliwattHours energy;          // the register that is reported
    units::MilliwattHours meter_register;  // the meter's own when `energy` was last raised
    std::int64_t plug_count = 0;
    std::int32_t plugged = 0;
    std::int32_t monitor_testing = 0;  // a test of the monitor was begun and may go on in it
    std::int64_t phases = 0;           // 1 or 3 were energised in this visit; 0: none yet
    std::int64_t welded = 0;           // poles found welded, as pole_bit()s
    std::int32_t monitor_checked = 0;  // the monitor has passed its test for this session
    std::int32_t heat_withheld = 0;    // mA of the rating, as Heat knows them
    bool operator==(const Registers&) const = default;
};
// The file is read as it lies there. Two numbers have halved since the first version, whose upper
// half was always 0.
static_assert(sizeof(Registers) == 7 * sizeof(std::int64_t) &&
              std::endian::native == std::endian::little);

// The result of a finished check of open contactors, with the measurements that it rests on.
struct WeldResult {
    std::int64_t number = 0;                // counts the checks that are reported, since the start
    std::int64_t poles = 0;                 // found welded, as pole_bit()s
    PerPhase<units::Millivolts> voltage{};  // behind the contactors, the mean of a window
    std::int64_t samples = 0;
    bool operator==(const WeldResult&) const = default;
};

struct Report {
    Condition condition;
    Registers kept;
    PerPhase<units::Milliamps> current{};
    PerPhase<units::Millivolts> voltage{};
    PerPhase<units::Watts> power{};
    PerPhase<units::PerMille> power_factor{};
    units::Millihertz frequency;
    std::optional<units::MilliCelsius> outlet_temperature;
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
    units::Milliamps cable_limit;
    units::Milliamps temperature_limit;
    WeldResult weld_check;
};
static_assert(std::is_trivially_copyable_v<Report>);

std::string describe(const ActiveFault& fault);
Reading to_reading(ConnectorId connector, const Report& report);
// Describes the newest check; sent once for each new value of Condition::weld_checks.
WeldChecked to_weld_checked(ConnectorId connector, const Report& report);

}  // namespace hal
