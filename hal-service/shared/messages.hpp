// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything the two processes say to each other, as JSON lines over a Unix socket. Readings and
// setpoints are whole states, never changes: the newest one is all there is to know, and saying it
// twice does no harm. Each line is an object with one member, the message's name:
//
//     {"setpoint":{"connector":1,"power_allowed":true,...}}

#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/hardware_words.hpp"
#include "hal-service/shared/units.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace hal {

using shared::Field;
using shared::List;
using shared::Text;

// Raised with every change of a message; both sides refuse a peer of another version.
inline constexpr int protocol_version = 3;

inline constexpr std::size_t max_line_bytes = 16 * 1024;
inline constexpr shared::JsonBounds line_bounds{max_line_bytes, 8};
struct Fault {
    FaultCode code{};
    Text<50> info;             // the particulars: measured levels, the relay's name, the place
    bool prevents_charging{};  // false: a warning

    bool operator==(const Fault&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"code", &Fault::code}, Field{"info", &Fault::info},
                  Field{"prevents_charging", &Fault::prevents_charging});
    }
};

// The properties of a connector, as the board has them.
struct ConnectorInfo {
    ConnectorId id = 1;
    ConnectorType type{};
    int phases = 3;  // wired: 1 or 3
    units::Milliamps max_current;

    bool operator==(const ConnectorInfo&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"id", &ConnectorInfo::id}, Field{"type", &ConnectorInfo::type},
                  Field{"phases", &ConnectorInfo::phases},
                  Field{"max_current", &ConnectorInfo::max_current});
    }
};

// First line in both directions. The HAL's carries the board, the daemon's an empty list.
struct Hello {
    int version = protocol_version;
    Text<50> software;  // "chargepoint-hald 0.1.0"
    // New with each start of chargepoint-hald: power was interrupted when it differs.
    Text<36> instance;
    List<ConnectorInfo, 0, max_connectors> connectors;

    bool operator==(const Hello&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"version", &Hello::version}, Field{"software", &Hello::software},
                  Field{"instance", &Hello::instance}, Field{"connectors", &Hello::connectors});
    }
};

// Either direction, before the sender closes the socket: why it does.
struct Refusal {
    Text<200> reason;
    bool operator==(const Refusal&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"reason", &Refusal::reason}); }
};

// Up: the whole state of one connector, at once when something discrete changed and at least
// once a second.
struct Reading {
    ConnectorId connector = 1;
    bool plugged = false;  // a vehicle (or a Schuko plug) is connected
    bool cable =
        false;  // the cable's charge point end is in a socket; always true for a fixed cable
    std::int64_t plug_count = 0;  // raised with each plug-in: tells one visit from the next
    PilotState pilot{};
    bool pwm = false;          // the pilot oscillates, so current is offered
    bool ev_requests = false;  // the vehicle has closed S2 (state C or D)
    bool contactor_closed = false;
    bool locked = false;
    bool mains = true;         // false: supply lost, this may be the last reading
    int phases = 3;            // connected to the vehicle now: 1 or 3
    units::Milliamps offered;  // by the duty cycle; 0 without PWM
    PerPhase<units::Milliamps> current{};
    PerPhase<units::Millivolts> voltage{};  // to neutral
    PerPhase<units::Watts> power{};
    PerPhase<units::PerMille> power_factor{};
    units::MilliwattHours energy;  // active import register: never falls, survives restarts
    units::Millihertz frequency;
    std::optional<units::MilliCelsius> outlet_temperature;
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
    // The most the hardware permits now, whatever is wished: by the cable's rating, by the
    // temperatures.
    units::Milliamps cable_limit;
    units::Milliamps temperature_limit;
    std::int64_t toggles = 0;   // B-C-B pulses of this visit, ISO 15118-3
    std::int64_t wake_ups = 0;  // during this visit
    bool phase_change = false;  // on the way from 1 to 3 phases or back
    bool button = false;        // held; there is one for all connectors
    List<Fault, 0, 16> faults;

    bool prevents_charging() const {
        return std::ranges::any_of(faults, &Fault::prevents_charging);
    }
    bool operator==(const Reading&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connector", &Reading::connector}, Field{"plugged", &Reading::plugged},
                  Field{"cable", &Reading::cable}, Field{"plug_count", &Reading::plug_count},
                  Field{"pilot", &Reading::pilot}, Field{"pwm", &Reading::pwm},
                  Field{"ev_requests", &Reading::ev_requests},
                  Field{"contactor_closed", &Reading::contactor_closed},
                  Field{"locked", &Reading::locked}, Field{"mains", &Reading::mains},
                  Field{"phases", &Reading::phases}, Field{"offered", &Reading::offered},
                  Field{"current", &Reading::current}, Field{"voltage", &Reading::voltage},
                  Field{"power", &Reading::power}, Field{"power_factor", &Reading::power_factor},
                  Field{"energy", &Reading::energy}, Field{"frequency", &Reading::frequency},
                  Field{"outlet_temperature", &Reading::outlet_temperature},
                  Field{"body_temperature", &Reading::body_temperature},
                  Field{"inlet_temperature", &Reading::inlet_temperature},
                  Field{"cable_limit", &Reading::cable_limit},
                  Field{"temperature_limit", &Reading::temperature_limit},
                  Field{"toggles", &Reading::toggles}, Field{"wake_ups", &Reading::wake_ups},
                  Field{"phase_change", &Reading::phase_change}, Field{"button", &Reading::button},
                  Field{"faults", &Reading::faults});
    }
};

// Up, once for each card shown: the only true event. Upper-case hex of a UID, or text as typed.
struct TagRead {
    Text<20> id_tag;
    bool operator==(const TagRead&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"id_tag", &TagRead::id_tag}); }
};

// Up, after each check of open contactors that found something new, and after the first one of each
// opening: the data it rests on.
struct WeldChecked {
    ConnectorId connector = 1;
    bool detected = false;
    Text<20> relay;                         // "L2"; empty: none
    PerPhase<units::Millivolts> voltage{};  // behind the contactors
    std::int64_t samples = 0;

    bool operator==(const WeldChecked&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connector", &WeldChecked::connector},
                  Field{"detected", &WeldChecked::detected}, Field{"relay", &WeldChecked::relay},
                  Field{"voltage", &WeldChecked::voltage}, Field{"samples", &WeldChecked::samples});
    }
};

// Down: the whole wish for one connector. When `valid_for` runs out unrenewed, the hardware
// falls back and then stops by itself.
struct Setpoint {
    ConnectorId connector = 1;
    bool power_allowed = false;
    units::Milliamps current_limit;  // per phase; below 6 A nothing is offered (IEC 61851-1 A.2)
    int phases = 3;                  // 1 or 3
    bool lock_cable = false;         // only a socket has a lock
    bool wake_up = false;            // a vehicle that ignores the offer may be woken
    Indication indication = Indication::Available;
    std::chrono::milliseconds valid_for{0};

    bool operator==(const Setpoint&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connector", &Setpoint::connector},
                  Field{"power_allowed", &Setpoint::power_allowed},
                  Field{"current_limit", &Setpoint::current_limit},
                  Field{"phases", &Setpoint::phases}, Field{"lock_cable", &Setpoint::lock_cable},
                  Field{"wake_up", &Setpoint::wake_up}, Field{"indication", &Setpoint::indication},
                  Field{"valid_for_ms", &Setpoint::valid_for});
    }
};

// Down: how bright the whole charge point is; holds until the next one.
struct Panel {
    int light_intensity = 100;  // percent
    bool downlight = false;
    bool operator==(const Panel&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"light_intensity", &Panel::light_intensity},
                  Field{"downlight", &Panel::downlight});
    }
};

// Down: chargepoint-hald ends, contactors open, and executes itself anew (restart.mode = "reexec").
struct Restart {
    bool operator==(const Restart&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

using FromHardware = std::variant<Hello, Refusal, Reading, TagRead, WeldChecked>;
using ToHardware = std::variant<Hello, Refusal, Setpoint, Panel, Restart>;

// One line, with its end.
std::string encode(const FromHardware& message);
std::string encode(const ToHardware& message);
// The error says what is wrong and where: "setpoint.phases is not a number".
shared::Result<FromHardware, std::string> decode_from_hardware(std::string_view line);
shared::Result<ToHardware, std::string> decode_to_hardware(std::string_view line);
// The version in a hello that may be of another version, and may look otherwise but for that.
std::optional<std::int64_t> version_in_hello(std::string_view line);

}  // namespace hal
