// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything in the simulated world that stays as it is while chargepoint-hald isn't running: what
// is plugged in, the cars, faults, the mains. Requests change it; the model acts by it.

#include "hal-service/control/report.hpp"
#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace simulation {

using shared::Field;

inline constexpr std::int64_t microwatt_hours_per_watt_hour = 1'000'000;

struct Car {
    bool ready = true;
    units::Milliamps max_current{16'000};
    int phases = 3;
    bool ventilation = false;
    bool diode = true;
    bool sleepy = false;
    int bcb_pulses = 0;
    std::chrono::milliseconds response{500};
    units::WattHours battery{60'000};
    std::int64_t charge_uwh = 12'000 * microwatt_hours_per_watt_hour;  // 20 %

    bool operator==(const Car&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"ready", &Car::ready}, Field{"max_current", &Car::max_current},
                  Field{"phases", &Car::phases}, Field{"ventilation", &Car::ventilation},
                  Field{"diode", &Car::diode}, Field{"sleepy", &Car::sleepy},
                  Field{"bcb_pulses", &Car::bcb_pulses}, Field{"response_ms", &Car::response},
                  Field{"battery", &Car::battery}, Field{"charge_uwh", &Car::charge_uwh});
    }
};

// A defect of the residual current monitor itself.
struct MonitorFault {
    bool broken = false;      // shows nothing, not even its own test
    units::Milliamps offset;  // error of its DC stage, until a test finds the zero again

    bool operator==(const MonitorFault&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"broken", &MonitorFault::broken}, Field{"offset", &MonitorFault::offset});
    }
};

// The residual current monitor has a supply of its own: a process that ends takes neither its zero
// nor a test from it.
struct MonitorMemory {
    units::Milliamps zero;
    std::optional<std::int64_t> pulse_begin;  // us; of a pulse that lasts, or of a test

    bool operator==(const MonitorMemory&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"zero", &MonitorMemory::zero},
                  Field{"pulse_begin_us", &MonitorMemory::pulse_begin});
    }
};

struct OutletFaults {
    std::array<bool, 4> welded{};  // by hal::Pole
    bool stuck_open = false;
    bool pilot_grounded = false;
    bool pilot_open = false;
    units::Millivolts pilot_noise;
    units::Milliamps residual_ac;
    units::Milliamps residual_dc;
    std::optional<units::MilliCelsius> outlet_temperature;
    std::optional<units::MilliCelsius> body_temperature;
    std::optional<units::MilliCelsius> inlet_temperature;
    bool meter_offline = false;
    std::int64_t bus_errors = 0;  // transfers that are still to fail
    bool lock_jammed = false;
    bool reader_offline = false;
    units::Milliamps overcurrent;  // drawn in spite of the offer; 0: off
    bool protective_earth = false;
    bool relay_supply = false;  // the coils' own supply is cut off
    MonitorFault residual_monitor;
    std::array<bool, 3> lost_temperature{};  // sensors, by hal::TemperaturePlace
    std::int64_t meter_gain = 1000;          // per mille: what the meter makes of volts and of amps
    bool tamper = false;
    bool button = false;  // held

    bool operator==(const OutletFaults&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"welded", &OutletFaults::welded},
                  Field{"stuck_open", &OutletFaults::stuck_open},
                  Field{"pilot_grounded", &OutletFaults::pilot_grounded},
                  Field{"pilot_open", &OutletFaults::pilot_open},
                  Field{"pilot_noise", &OutletFaults::pilot_noise},
                  Field{"residual_ac", &OutletFaults::residual_ac},
                  Field{"residual_dc", &OutletFaults::residual_dc},
                  Field{"outlet_temperature", &OutletFaults::outlet_temperature},
                  Field{"body_temperature", &OutletFaults::body_temperature},
                  Field{"inlet_temperature", &OutletFaults::inlet_temperature},
                  Field{"meter_offline", &OutletFaults::meter_offline},
                  Field{"bus_errors", &OutletFaults::bus_errors},
                  Field{"lock_jammed", &OutletFaults::lock_jammed},
                  Field{"reader_offline", &OutletFaults::reader_offline},
                  Field{"overcurrent", &OutletFaults::overcurrent},
                  Field{"protective_earth", &OutletFaults::protective_earth},
                  Field{"relay_supply", &OutletFaults::relay_supply},
                  Field{"residual_monitor", &OutletFaults::residual_monitor},
                  Field{"lost_temperature", &OutletFaults::lost_temperature},
                  Field{"meter_gain", &OutletFaults::meter_gain},
                  Field{"tamper", &OutletFaults::tamper}, Field{"button", &OutletFaults::button});
    }
};

struct Outlet {
    int id = 0;
    bool cable_in = false;    // the charge point end, of a cable that has one
    bool vehicle_in = false;  // the vehicle's end, or the plug of a household cable
    int cable_rating = 32;    // A
    bool locked = false;
    std::int64_t switch_count = 0;
    bool awake = false;  // the car that is plugged in, although it is a sleepy one
    Car car;
    OutletFaults faults;
    std::optional<MonitorMemory> monitor;  // without one it is at rest, with the zero of a new one

    bool operator==(const Outlet&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"id", &Outlet::id}, Field{"cable_in", &Outlet::cable_in},
                  Field{"vehicle_in", &Outlet::vehicle_in},
                  Field{"cable_rating", &Outlet::cable_rating}, Field{"locked", &Outlet::locked},
                  Field{"switch_count", &Outlet::switch_count}, Field{"awake", &Outlet::awake},
                  Field{"car", &Outlet::car}, Field{"faults", &Outlet::faults},
                  Field{"monitor", &Outlet::monitor});
    }
};

struct Mains {
    std::array<units::Millivolts, 3> voltage{units::Millivolts{230'000}, units::Millivolts{230'000},
                                             units::Millivolts{230'000}};
    units::Millihertz frequency{50'000};
    std::chrono::microseconds interruption{0};  // is to go on for so long

    bool operator==(const Mains&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"voltage", &Mains::voltage}, Field{"frequency", &Mains::frequency},
                  Field{"interruption_us", &Mains::interruption});
    }
};

inline constexpr std::size_t max_tag_characters = 20;  // IdToken of OCPP 1.6
// The id tag of a card that lies on the reader, in UTF-8; "" = none does.
using Card = std::array<char, 4 * max_tag_characters + 1>;

struct World {
    std::size_t count = 0;  // outlets, in the order of the connectors
    std::array<Outlet, hal::max_connectors> outlets{};
    Mains mains;
    units::Millihertz line_frequency = Mains{}.frequency;  // of fresh mains: the board's
    Card card{};

    Outlet* find(int id);
    bool operator==(const World&) const = default;
};
static_assert(std::is_trivially_copyable_v<World>);

// A world without plugged-in vehicles and without faults, with default cars.
template <class Connectors>
World fresh_world(const Connectors& connectors,
                  units::Millihertz line_frequency = Mains{}.frequency) {
    World world;
    world.mains.frequency = world.line_frequency = line_frequency;
    for (const auto& connector : connectors)
        if (world.count < world.outlets.size()) world.outlets[world.count++].id = connector.id;
    return world;
}

}  // namespace simulation
