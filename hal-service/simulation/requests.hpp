// SPDX-License-Identifier: Apache-2.0
#pragma once
// The requests of the simulator's control socket, and what each of them does to the world.

#include "hal-service/report.hpp"
#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/result.hpp"
#include "hal-service/simulation/world.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace simulation {

inline constexpr std::size_t max_request_bytes = 4096;

// A number with decimals, kept in thousandths within [Min, Max].
template <std::int64_t Min, std::int64_t Max>
struct Decimal {
    std::int64_t thousandths = 0;

    static std::optional<Decimal> from_number(double number) {
        if (!(number * 1000 >= static_cast<double>(Min) &&
              number * 1000 <= static_cast<double>(Max)))
            return std::nullopt;
        return Decimal{static_cast<std::int64_t>(std::llround(number * 1000))};
    }
    double to_number() const { return static_cast<double>(thousandths) / 1000; }
    bool operator==(const Decimal&) const = default;
};
using Amps = Decimal<0, 200'000>;
using Volts = Decimal<0, 500'000>;
using Hertz = Decimal<40'000, 70'000>;
using Celsius = Decimal<-60'000, 200'000>;
using Percent = Decimal<0, 100'000>;
using KilowattHours = Decimal<100, 1'000'000>;

template <std::int64_t Min, std::int64_t Max>
struct Whole {
    std::int64_t value = 0;

    static std::optional<Whole> from_number(double number) {
        if (number != std::floor(number) || number < static_cast<double>(Min) ||
            number > static_cast<double>(Max))
            return std::nullopt;
        return Whole{static_cast<std::int64_t>(number)};
    }
    double to_number() const { return static_cast<double>(value); }
    bool operator==(const Whole&) const = default;
};

enum class End { Both, ChargePoint, Vehicle };
constexpr auto names(End) { return std::array{"both", "charge_point", "vehicle"}; }

struct PlugIn {
    int connector = 0;
    std::optional<End> end;
    std::optional<int> cable_rating;
    static constexpr auto fields() {
        return std::tuple{Field{"connector", &PlugIn::connector}, Field{"end", &PlugIn::end},
                          Field{"cable_rating", &PlugIn::cable_rating}};
    }
};

struct Unplug {
    int connector = 0;
    std::optional<End> end;
    static constexpr auto fields() {
        return std::tuple{Field{"connector", &Unplug::connector}, Field{"end", &Unplug::end}};
    }
};

struct CarRequest {
    int connector = 0;
    std::optional<bool> ready;
    std::optional<Amps> max_current;
    std::optional<Whole<1, 3>> phases;
    std::optional<bool> ventilation;
    std::optional<bool> diode;
    std::optional<bool> sleepy;
    std::optional<Whole<0, 100>> bcb_pulses;
    std::optional<Whole<0, 600'000>> response_ms;
    std::optional<Percent> soc;
    std::optional<KilowattHours> battery_kwh;
    static constexpr auto fields() {
        return std::tuple{Field{"connector", &CarRequest::connector},
                          Field{"ready", &CarRequest::ready},
                          Field{"max_current", &CarRequest::max_current},
                          Field{"phases", &CarRequest::phases},
                          Field{"ventilation", &CarRequest::ventilation},
                          Field{"diode", &CarRequest::diode},
                          Field{"sleepy", &CarRequest::sleepy},
                          Field{"bcb_pulses", &CarRequest::bcb_pulses},
                          Field{"response_ms", &CarRequest::response_ms},
                          Field{"soc", &CarRequest::soc},
                          Field{"battery_kwh", &CarRequest::battery_kwh}};
    }
};

struct MainsRequest {
    std::optional<std::array<Volts, 3>> volts;
    std::optional<Hertz> hertz;
    std::optional<Whole<1, 600'000>> interrupt_ms;
    static constexpr auto fields() {
        return std::tuple{Field{"volts", &MainsRequest::volts},
                          Field{"hertz", &MainsRequest::hertz},
                          Field{"interrupt_ms", &MainsRequest::interrupt_ms}};
    }
};

enum class FaultName {
    RelayWelded,
    RelayStuckOpen,
    PilotGrounded,
    PilotNoise,
    PilotOpen,
    ResidualCurrent,
    Temperature,
    MeterOffline,
    BusErrors,
    LockJammed,
    ReaderOffline,
    Overcurrent,
    ProtectiveEarth,
    RelaySupply,
    ResidualMonitor,
    TemperatureSensor,
    MeterGain,
    Tamper,
    Button
};
constexpr auto names(FaultName) {
    return std::array{"relay_welded",
                      "relay_stuck_open",
                      "pilot_grounded",
                      "pilot_noise",
                      "pilot_open",
                      "residual_current",
                      "temperature",
                      "meter_offline",
                      "bus_errors",
                      "lock_jammed",
                      "reader_offline",
                      "overcurrent",
                      "protective_earth",
                      "relay_supply",
                      "residual_monitor",
                      "temperature_sensor",
                      "meter_gain",
                      "tamper",
                      "button"};
}

struct FaultRequest {
    FaultName name{};
    std::optional<int> connector;  // 1
    std::optional<bool> on;        // true
    std::optional<hal::Pole> relay;
    std::optional<Volts> volts;
    std::optional<Whole<0, 10'000>> ac_ma;
    std::optional<Whole<0, 10'000>> dc_ma;
    std::optional<hal::TemperaturePlace> place;
    std::optional<Celsius> celsius;
    std::optional<Whole<1, 1'000'000>> count;
    std::optional<Amps> amps;
    std::optional<bool> broken;
    std::optional<Whole<-1000, 1000>> offset_ma;
    std::optional<Whole<500, 1500>> per_mille;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &FaultRequest::name},
                          Field{"connector", &FaultRequest::connector},
                          Field{"on", &FaultRequest::on},
                          Field{"relay", &FaultRequest::relay},
                          Field{"volts", &FaultRequest::volts},
                          Field{"ac_ma", &FaultRequest::ac_ma},
                          Field{"dc_ma", &FaultRequest::dc_ma},
                          Field{"place", &FaultRequest::place},
                          Field{"celsius", &FaultRequest::celsius},
                          Field{"count", &FaultRequest::count},
                          Field{"amps", &FaultRequest::amps},
                          Field{"broken", &FaultRequest::broken},
                          Field{"offset_ma", &FaultRequest::offset_ma},
                          Field{"per_mille", &FaultRequest::per_mille}};
    }
};

struct Reset {
    static constexpr auto fields() { return std::tuple{}; }
};

// The reader's id tag: upper-case hex of a UID, or text as typed.
struct PresentTag {
    std::string id_tag;
};

struct Observe {
    static constexpr auto fields() { return std::tuple{}; }
};

// What changes the world.
using Command = std::variant<PlugIn, Unplug, CarRequest, MainsRequest, FaultRequest, Reset>;
using Request = std::variant<Command, PresentTag, Observe>;

// One line. The error is what the answer says.
shared::Result<Request, std::string> parse_request(
    std::string_view line, const std::vector<hal::ConnectorInfo>& connectors);

// Nothing, or why the world refuses. Commands have passed parse_request.
const char* apply(World& world, const Command& command);

}  // namespace simulation
