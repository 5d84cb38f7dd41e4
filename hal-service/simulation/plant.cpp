// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/plant.hpp"

#include <algorithm>
#include <variant>

namespace simulation {
namespace {

using namespace std::chrono_literals;

constexpr units::Millivolts coil_drops_below{100'000};
constexpr hal::Moment longest_step = 10s;  // a process may have been stopped for longer

// Heat: a socket carrying 32 A on each phase settles 30 K above its surroundings.
constexpr std::int64_t surroundings_millicelsius = 25'000;
constexpr double kelvin_per_square_amp = 30.0 / (32.0 * 32.0);
constexpr double heat_time_constant_seconds = 600;
constexpr double body_share = 0.5;

constexpr std::int64_t pilot_period_us = 1000;

std::int64_t proximity_ohms(int rating) {
    switch (rating) {
        case 13: return 1500;
        case 20: return 680;
        case 63: return 100;
        default: return 220;
    }
}

std::uint32_t next_random(std::uint32_t state) {
    state ^= state << 13U;
    state ^= state >> 17U;
    return state ^ (state << 5U);
}

}  // namespace

Plant::Plant(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
             const MeterMemory::Registers& registers, int speed)
    : speed_(speed) {
    truth_.world = world;
    for (std::size_t i = 0; i < connectors.size() && i < models_.size(); ++i) {
        models_[i].type = connectors[i].type;
        models_[i].phases = connectors[i].phases;
        models_[i].lock = Lock(world.outlets[i].locked);
        models_[i].monitor = ResidualMonitor(world.outlets[i].monitor);
        registers_[i].connector = connectors[i].id;
        for (const auto& stored : registers)
            if (stored.connector == connectors[i].id) registers_[i] = stored;
    }
}

const char* Plant::obey(const Command& command) {
    const char* refusal = simulation::apply(truth_.world, command);
    if (std::holds_alternative<Reset>(command))
        for (auto& model : models_) {
            model.outlet_heat = 0;
            model.monitor.calm();
        }
    return refusal;
}

void Plant::advance(hal::Moment now, const Drives& drives) {
    const auto elapsed =
        last_ < hal::Moment{0} ? hal::Moment{0} : std::min(now - last_, longest_step);
    last_ = now;
    for (std::size_t i = 0; i < count(); ++i) book(i, elapsed);
    supply_.tick(line(0), now);
    truth_.power_good = supply_.good();
    truth_.meter_fed = supply_.feeds_meter();
    for (std::size_t i = 0; i < count(); ++i) {
        move(i, drives[i], now, elapsed);
        show(i, drives[i], now);
        leak(i, drives[i], now);
        warm(i, elapsed);
    }
    for (std::size_t i = 0; i < count(); ++i) show_temperatures(i);
    auto& interruption = truth_.world.mains.interruption;
    interruption = std::max(interruption - elapsed, hal::Moment{0});
}

units::Millivolts Plant::line(std::size_t phase) const {
    const auto& mains = truth_.world.mains;
    if (mains.interruption > hal::Moment{0}) return {0};
    return mains.voltage[phase];
}

// Books the energy since the last step.
void Plant::book(std::size_t index, hal::Moment elapsed) {
    // 1 mWh = 3.6 J = 3.6e12 microwatt-microseconds
    constexpr std::int64_t per_milliwatt_hour = 3'600'000'000'000;
    const auto& truth = truth_.outlets[index];
    std::int64_t microwatts = 0;
    for (std::size_t phase = 0; phase < 3; ++phase)
        microwatts += truth.current[phase].count * truth.voltage[phase].count;
    auto& remainder = models_[index].energy_remainder;
    const auto gain = truth_.world.outlets[index].faults.meter_gain;
    remainder += microwatts / 1000 * gain / 1000 * gain * elapsed.count();
    registers_[index].milliwatt_hours += remainder / per_milliwatt_hour;
    remainder %= per_milliwatt_hour;
    // One microwatt-hour is 3.6e9 microwatt-microseconds.
    auto& car = truth_.world.outlets[index].car;
    const auto room = car.battery.count * microwatt_hours_per_watt_hour - car.charge_uwh;
    const auto charged = microwatts / 1000 * elapsed.count() / 3'600'000 * speed_;
    if (charged > 0)
        car.charge_uwh += std::clamp<std::int64_t>(charged, 0, std::max<std::int64_t>(0, room));
}

AtInlet Plant::at_inlet(std::size_t index, const Drive& drive) const {
    const auto& model = models_[index];
    const auto& outlet = truth_.world.outlets[index];
    AtInlet inlet;
    inlet.household = model.type == hal::ConnectorType::Schuko;
    inlet.connected =
        outlet.vehicle_in && (outlet.cable_in || model.type != hal::ConnectorType::Type2Socket);
    const bool intact = !outlet.faults.pilot_open && !outlet.faults.pilot_grounded;
    const auto pilot = drive.wires.pilot;
    if (intact && pilot == hal::PilotDrive::Oscillating)
        inlet.offer = hal::current_from(drive.wires.duty);
    inlet.pilot_dropped =
        !intact || pilot == hal::PilotDrive::Minus || pilot == hal::PilotDrive::Disconnected;
    inlet.awake = outlet.awake;
    for (std::size_t phase = 0; phase < 3; ++phase)
        if (model.contactors.carries(phase) && static_cast<int>(phase) < model.phases)
            inlet.voltage[phase] = line(phase);
    inlet.overcurrent = outlet.faults.overcurrent;
    return inlet;
}

PilotLoad Plant::pilot_load(std::size_t index) const {
    const auto& outlet = truth_.world.outlets[index];
    return {models_[index].vehicle.pilot_ohms(outlet.car), outlet.car.diode,
            outlet.faults.pilot_grounded, outlet.faults.pilot_open};
}

void Plant::move(std::size_t index, const Drive& drive, hal::Moment now, hal::Moment elapsed) {
    auto& model = models_[index];
    auto& outlet = truth_.world.outlets[index];
    auto& truth = truth_.outlets[index];
    const auto& shown = model.monitor.outputs();
    const bool was_closed = model.contactors.closed(hal::Pole::L1);
    // The monitor cuts off the coils by itself, whatever computes.
    truth.coil_supply = drive.coil_supply && !outlet.faults.relay_supply &&
                        !(shown.ac || shown.dc || shown.error) && line(0) >= coil_drops_below;
    model.contactors.tick(drive.wires, outlet.faults, truth.coil_supply, now);
    if (!was_closed && model.contactors.closed(hal::Pole::L1)) ++outlet.switch_count;
    if (model.type == hal::ConnectorType::Type2Socket)
        model.lock.tick(drive.wires.lock, outlet.faults.lock_jammed, elapsed);
    outlet.locked = model.lock.locked();
    model.vehicle.tick(outlet.car, at_inlet(index, drive), now);
    outlet.awake = model.vehicle.awake();
}

void Plant::show(std::size_t index, const Drive& drive, hal::Moment now) {
    const auto& model = models_[index];
    const auto& outlet = truth_.world.outlets[index];
    auto& truth = truth_.outlets[index];
    truth.outputs = drive.wires;
    for (std::size_t phase = 0; phase < 3; ++phase) {
        truth.voltage[phase] =
            static_cast<int>(phase) < model.phases ? line(phase) : units::Millivolts{0};
        truth.current[phase] = model.vehicle.current()[phase];
        truth.power[phase] = units::power_for(truth.current[phase], truth.voltage[phase], 1);
        truth.poles[phase] = model.contactors.closed(static_cast<hal::Pole>(phase));
        truth.load_voltage[phase] =
            truth.poles[phase] ? truth.voltage[phase] : units::Millivolts{0};
    }
    truth.poles[3] = model.contactors.closed(hal::Pole::N);
    truth.energy = {registers_[index].milliwatt_hours};
    truth.vehicle_state = model.vehicle.state(outlet.car);
    truth.proximity_ohms =
        outlet.cable_in ? proximity_ohms(outlet.cable_rating) : hal::proximity_open_ohms;
    truth.plug_detected = outlet.vehicle_in;
    truth.pilot = {};
    if (model.type == hal::ConnectorType::Schuko) return;
    truth.pilot = pilot_sample(drive.wires, pilot_load(index));
    random_ = next_random(random_);
    const auto into = (now.count() + random_ % pilot_period_us) % pilot_period_us;
    const bool in_low = drive.wires.pilot == hal::PilotDrive::Oscillating &&
                        into * 1'000'000 >= drive.wires.duty.ppm * pilot_period_us;
    truth.pilot.raw = in_low ? truth.pilot.low : truth.pilot.high;
}

void Plant::leak(std::size_t index, const Drive& drive, hal::Moment now) {
    auto& truth = truth_.outlets[index];
    const auto& faults = truth_.world.outlets[index].faults;
    const bool live = std::any_of(truth.load_voltage.begin(), truth.load_voltage.end(),
                                  [](auto voltage) { return voltage.count > 0; });
    const Leak leaks = live ? Leak{faults.residual_ac, faults.residual_dc} : Leak{};
    auto& monitor = models_[index].monitor;
    monitor.tick(leaks, faults.residual_monitor, drive.wires.monitor_check, now);
    truth.residual = monitor.outputs();
    truth_.world.outlets[index].monitor = monitor.memory();
}

void Plant::warm(std::size_t index, hal::Moment elapsed) {
    auto& model = models_[index];
    double most = 0;
    for (const auto current : truth_.outlets[index].current)
        most = std::max(most, static_cast<double>(current.count) / 1000);
    const double target = kelvin_per_square_amp * most * most;
    const double seconds = std::chrono::duration<double>(elapsed).count() * speed_;
    model.outlet_heat +=
        (target - model.outlet_heat) * std::min(1.0, seconds / heat_time_constant_seconds);
}

void Plant::show_temperatures(std::size_t index) {
    const auto& faults = truth_.world.outlets[index].faults;
    double body = 0;
    for (std::size_t i = 0; i < count(); ++i) body += models_[i].outlet_heat * body_share;
    const auto warmed = [](double heat) {
        return units::MilliCelsius{surroundings_millicelsius +
                                   static_cast<std::int64_t>(heat * 1000)};
    };
    truth_.outlets[index].temperature = {
        faults.outlet_temperature.value_or(warmed(models_[index].outlet_heat)),
        faults.body_temperature.value_or(warmed(body)),
        faults.inlet_temperature.value_or(warmed(0))};
}

bool Plant::transfer_fails(std::size_t index) {
    auto& left = truth_.world.outlets[index].faults.bus_errors;
    if (left == 0) return false;
    --left;
    return true;
}

std::int64_t Plant::noise(std::size_t index) {
    const auto amplitude = truth_.world.outlets[index].faults.pilot_noise.count;
    if (amplitude == 0) return 0;
    random_ = next_random(random_);
    return static_cast<std::int64_t>(random_) % (2 * amplitude + 1) - amplitude;
}

}  // namespace simulation
