// SPDX-License-Identifier: Apache-2.0
#pragma once
// The requests of the simulator's control socket, and their effects on the world.

#include "hal-service/control/report.hpp"
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
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connector", &PlugIn::connector},
                  shared::Field{"end", &PlugIn::end},
                  shared::Field{"cable_rating", &PlugIn::cable_rating});
    }
};

struct Unplug {
    int connector = 0;
    std::optional<End> end;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connector", &Unplug::connector},
                  shared::Field{"end", &Unplug::end});
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
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connector", &CarRequest::connector},
                  shared::Field{"ready", &CarRequest::ready},
                  shared::Field{"max_current", &CarRequest::max_current},
                  shared::Field{"phases", &CarRequest::phases},
                  shared::Field{"ventilation", &CarRequest::ventilation},
                  shared::Field{"diode", &CarRequest::diode},
                  shared::Field{"sleepy", &CarRequest::sleepy},
                  shared::Field{"bcb_pulses", &CarRequest::bcb_pulses},
                  shared::Field{"response_ms", &CarRequest::response_ms},
                  shared::Field{"soc", &CarRequest::soc},
                  shared::Field{"battery_kwh", &CarRequest::battery_kwh});
    }
};

struct MainsRequest {
    std::optional<std::array<Volts, 3>> volts;
    std::optional<Hertz> hertz;
    std::optional<Whole<1, 600'000>> interrupt_ms;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"volts", &MainsRequest::volts},
                  shared::Field{"hertz", &MainsRequest::hertz},
                  shared::Field{"interrupt_ms", &MainsRequest::interrupt_ms});
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
    static constexpr auto fields(auto of) {
        return of(shared::Field{"name", &FaultRequest::name},
                  shared::Field{"connector", &FaultRequest::connector},
                  shared::Field{"on", &FaultRequest::on},
                  shared::Field{"relay", &FaultRequest::relay},
                  shared::Field{"volts", &FaultRequest::volts},
                  shared::Field{"ac_ma", &FaultRequest::ac_ma},
                  shared::Field{"dc_ma", &FaultRequest::dc_ma},
                  shared::Field{"place", &FaultRequest::place},
                  shared::Field{"celsius", &FaultRequest::celsius},
                  shared::Field{"count", &FaultRequest::count},
                  shared::Field{"amps", &FaultRequest::amps},
                  shared::Field{"broken", &FaultRequest::broken},
                  shared::Field{"offset_ma", &FaultRequest::offset_ma},
                  shared::Field{"per_mille", &FaultRequest::per_mille});
    }
};

struct Reset {
    static constexpr auto fields(auto of) { return of(); }
};

// Lays a card on the reader, where it stays; an empty one takes it away.
struct LayCard {
    Card card{};
};

// The id tag is a UID in upper-case hex, or text as typed.
struct PresentTag {
    std::string id_tag;
};

struct Observe {
    static constexpr auto fields(auto of) { return of(); }
};

// A command changes the world.
using Command =
    std::variant<PlugIn, Unplug, CarRequest, MainsRequest, FaultRequest, LayCard, Reset>;
using Request = std::variant<Command, PresentTag, Observe>;

// Reads one line. The error is the text of the refusal.
shared::Result<Request, std::string> parse_request(
    std::string_view line, const std::vector<hal::ConnectorInfo>& connectors);

// Returns nullptr, or the reason why the world refuses. The command has passed parse_request.
const char* apply(World& world, const Command& command);

}  // namespace simulation
