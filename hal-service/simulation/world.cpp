// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/world.hpp"

#include "hal-service/simulation/requests.hpp"

#include <algorithm>

namespace simulation {
namespace {

template <class T, class From>
void take(T& target, const std::optional<From>& given) {
    if (given) target = T(*given);
}

const char* change(World& world, const PlugIn& request) {
    auto& outlet = *world.find(request.connector);
    const auto end = request.end.value_or(End::Both);
    if (end != End::Vehicle && !outlet.cable_in) {
        outlet.cable_in = true;
        outlet.cable_rating = 32;
    }
    if (end != End::ChargePoint) outlet.vehicle_in = true;
    take(outlet.cable_rating, request.cable_rating);
    return nullptr;
}

const char* change(World& world, const Unplug& request) {
    auto& outlet = *world.find(request.connector);
    const auto end = request.end.value_or(End::Both);
    if (end != End::Vehicle && outlet.cable_in && outlet.locked)
        return "the lock holds the charge point end";
    if (end != End::Vehicle) outlet.cable_in = false;
    if (end != End::ChargePoint) outlet.vehicle_in = false;
    return nullptr;
}

const char* change(World& world, const CarRequest& request) {
    auto& car = world.find(request.connector)->car;
    take(car.ready, request.ready);
    take(car.ventilation, request.ventilation);
    take(car.diode, request.diode);
    if (request.sleepy && *request.sleepy != car.sleepy)
        world.find(request.connector)->awake = false;
    take(car.sleepy, request.sleepy);
    if (request.max_current) car.max_current = {request.max_current->thousandths};
    if (request.phases) car.phases = static_cast<int>(request.phases->value);
    if (request.bcb_pulses) car.bcb_pulses = static_cast<int>(request.bcb_pulses->value);
    if (request.response_ms) car.response = std::chrono::milliseconds(request.response_ms->value);
    if (request.battery_kwh) {
        // The state of charge stays; the energy in it is another.
        const auto old = std::max<std::int64_t>(1, car.battery.count);
        car.battery = {request.battery_kwh->thousandths};
        car.charge_uwh = car.charge_uwh / old * car.battery.count;
    }
    if (request.soc)
        car.charge_uwh = car.battery.count * (microwatt_hours_per_watt_hour / 100'000) *
                         request.soc->thousandths;
    return nullptr;
}

const char* change(World& world, const MainsRequest& request) {
    if (request.volts)
        for (std::size_t i = 0; i < world.mains.voltage.size(); ++i)
            world.mains.voltage[i] = {(*request.volts)[i].thousandths};
    if (request.hertz) world.mains.frequency = {request.hertz->thousandths};
    if (request.interrupt_ms)
        world.mains.interruption = std::chrono::milliseconds(request.interrupt_ms->value);
    return nullptr;
}

void set_temperature(OutletFaults& faults, const FaultRequest& request, bool on) {
    std::optional<units::MilliCelsius> value;
    if (on) value = units::MilliCelsius{request.celsius->thousandths};
    const auto at = [&](hal::TemperaturePlace place) {
        return !request.place || *request.place == place;
    };
    if (at(hal::TemperaturePlace::Outlet)) faults.outlet_temperature = value;
    if (at(hal::TemperaturePlace::Body)) faults.body_temperature = value;
    if (at(hal::TemperaturePlace::Inlet)) faults.inlet_temperature = value;
}

const char* change(World& world, const FaultRequest& request) {
    auto& faults = world.find(*request.connector)->faults;
    const bool on = request.on.value_or(true);
    switch (request.name) {
        case FaultName::RelayWelded:
            if (request.relay)
                faults.welded[static_cast<std::size_t>(*request.relay)] = on;
            else
                faults.welded = {};
            break;
        case FaultName::RelayStuckOpen: faults.stuck_open = on; break;
        case FaultName::PilotGrounded: faults.pilot_grounded = on; break;
        case FaultName::PilotNoise:
            faults.pilot_noise = {on ? request.volts->thousandths : 0};
            break;
        case FaultName::PilotOpen: faults.pilot_open = on; break;
        case FaultName::ResidualCurrent:
            faults.residual_ac = {on && request.ac_ma ? request.ac_ma->value : 0};
            faults.residual_dc = {on && request.dc_ma ? request.dc_ma->value : 0};
            break;
        case FaultName::Temperature: set_temperature(faults, request, on); break;
        case FaultName::MeterOffline: faults.meter_offline = on; break;
        case FaultName::BusErrors: faults.bus_errors = on ? request.count->value : 0; break;
        case FaultName::LockJammed: faults.lock_jammed = on; break;
        case FaultName::ReaderOffline: faults.reader_offline = on; break;
        case FaultName::Overcurrent:
            faults.overcurrent = {on ? request.amps->thousandths : 0};
            break;
        case FaultName::ProtectiveEarth: faults.protective_earth = on; break;
        case FaultName::RelaySupply: faults.relay_supply = on; break;
        case FaultName::ResidualMonitor:
            faults.residual_monitor = {on && request.broken.value_or(false),
                                       {on && request.offset_ma ? request.offset_ma->value : 0}};
            break;
        case FaultName::TemperatureSensor:
            for (std::size_t i = 0; i < faults.lost_temperature.size(); ++i)
                if (!request.place || static_cast<std::size_t>(*request.place) == i)
                    faults.lost_temperature[i] = on;
            break;
        case FaultName::MeterGain: faults.meter_gain = on ? request.per_mille->value : 1000; break;
        case FaultName::Tamper: faults.tamper = on; break;
        case FaultName::Button: faults.button = on; break;
    }
    return nullptr;
}

const char* change(World& world, const LayCard& request) {
    world.card = request.card;
    return nullptr;
}

const char* change(World& world, const Reset& /*request*/) {
    World fresh;
    fresh.mains.frequency = fresh.line_frequency = world.line_frequency;
    fresh.count = world.count;
    for (std::size_t i = 0; i < world.count; ++i) fresh.outlets[i].id = world.outlets[i].id;
    world = fresh;
    return nullptr;
}

}  // namespace

Outlet* World::find(int id) {
    for (std::size_t i = 0; i < count; ++i)
        if (outlets[i].id == id) return &outlets[i];
    return nullptr;
}

const char* apply(World& world, const Command& command) {
    return std::visit([&](const auto& request) { return change(world, request); }, command);
}

}  // namespace simulation
