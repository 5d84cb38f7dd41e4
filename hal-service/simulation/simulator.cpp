// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/simulator.hpp"

#include <unistd.h>

#include <algorithm>

namespace simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto lock_travel = 300ms;
constexpr units::Millivolts supply_fails_below{100'000};
constexpr units::Millivolts coil_drops_below{100'000};
constexpr units::Milliamps residual_ac_trips_at{30};
constexpr units::Milliamps residual_dc_trips_at{6};
constexpr hal::Moment longest_step = 10s;  // of a process that was stopped

// Heat: a socket carrying 32 A on each phase settles 30 K above its surroundings.
constexpr std::int64_t surroundings_millicelsius = 25'000;
constexpr double kelvin_per_square_amp = 30.0 / (32.0 * 32.0);
constexpr double heat_time_constant_seconds = 600;
constexpr double body_share = 0.5;

std::int64_t proximity_ohms(int rating) {
    switch (rating) {
        case 13: return 1500;
        case 20: return 680;
        case 63: return 100;
        default: return 220;
    }
}

}  // namespace

Simulator::Simulator(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
                     MeterMemory memory, int speed, int signal)
    : memory_(std::move(memory)), speed_(speed), signal_(signal) {
    truth_.world = world;
    for (const auto& connector : connectors) {
        if (count_ == models_.size()) break;
        models_[count_].type = connector.type;
        models_[count_].phases = connector.phases;
        registers_[count_].connector = connector.id;
        for (const auto& stored : memory_.registers())
            if (stored.connector == connector.id) registers_[count_] = stored;
        ++count_;
    }
    published_.write(truth_);
}

void Simulator::sample(hal::Moment now, hal::BoardInputs& inputs) {
    const auto elapsed =
        last_ < hal::Moment{0} ? hal::Moment{0} : std::min(now - last_, longest_step);
    last_ = now;
    const auto before = registers_;
    for (std::size_t i = 0; i < count_; ++i) meter(i, elapsed);
    if (before != registers_) memory_.store(registers_);
    const auto done = truth_.done;
    obey(now);
    for (std::size_t i = 0; i < count_; ++i) {
        move(i, now, elapsed);
        fill(i, inputs[i]);
    }
    published_.write(truth_);
    if (done != truth_.done && signal_ >= 0) {
        const std::uint64_t one = 1;
        if (write(signal_, &one, sizeof one) < 0) return;  // full: signalled already
    }
}

void Simulator::apply(hal::Moment /*now*/, const hal::BoardOutputs& outputs) { outputs_ = outputs; }

void Simulator::obey(hal::Moment now) {
    NumberedCommand next;
    while (commands_.pop(next)) {
        truth_.refusal = simulation::apply(truth_.world, next.command);
        truth_.done = next.number;
        if (std::holds_alternative<Reset>(next.command)) {
            interrupted_until_ = hal::Moment{-1};
            for (auto& model : models_) model.outlet_heat = 0;
        }
        const auto* mains = std::get_if<MainsRequest>(&next.command);
        if (mains != nullptr && mains->interrupt_ms)
            interrupted_until_ = now + std::chrono::milliseconds(mains->interrupt_ms->value);
    }
}

units::Millivolts Simulator::supply(std::size_t phase) const {
    if (last_ < interrupted_until_) return {0};
    return truth_.world.mains.voltage[phase];
}

// Books what flowed since the last step.
void Simulator::meter(std::size_t index, hal::Moment elapsed) {
    // 1 mWh = 3.6 J = 3.6e12 microwatt-microseconds
    constexpr std::int64_t per_milliwatt_hour = 3'600'000'000'000;
    const auto& truth = truth_.outlets[index];
    std::int64_t microwatts = 0;
    for (std::size_t phase = 0; phase < 3; ++phase)
        microwatts += truth.current[phase].count * truth.voltage[phase].count;
    auto& remainder = models_[index].energy_remainder;
    remainder += microwatts * elapsed.count();
    registers_[index].milliwatt_hours += remainder / per_milliwatt_hour;
    remainder %= per_milliwatt_hour;
    // One microwatt-hour is 3.6e9 microwatt-microseconds.
    auto& car = truth_.world.outlets[index].car;
    const auto room = car.battery.count * microwatt_hours_per_watt_hour - car.charge_uwh;
    const auto charged = microwatts / 1000 * elapsed.count() / 3'600'000 * speed_;
    if (charged > 0)
        car.charge_uwh += std::clamp<std::int64_t>(charged, 0, std::max<std::int64_t>(0, room));
}

AtInlet Simulator::at_inlet(std::size_t index) const {
    const auto& model = models_[index];
    const auto& outlet = truth_.world.outlets[index];
    AtInlet inlet;
    inlet.household = model.type == hal::ConnectorType::Schuko;
    inlet.connected =
        outlet.vehicle_in && (outlet.cable_in || model.type != hal::ConnectorType::Type2Socket);
    const bool intact = !outlet.faults.pilot_open && !outlet.faults.pilot_grounded;
    const bool oscillates = outputs_[index].pilot == hal::PilotDrive::Oscillating;
    if (intact && oscillates) inlet.offer = hal::current_from(outputs_[index].duty);
    inlet.pilot_dropped = !intact;
    for (std::size_t phase = 0; phase < 3; ++phase)
        if (model.contactors.carries(phase) && static_cast<int>(phase) < model.phases)
            inlet.voltage[phase] = supply(phase);
    inlet.overcurrent = outlet.faults.overcurrent;
    return inlet;
}

PilotLoad Simulator::pilot_load(std::size_t index) const {
    const auto& outlet = truth_.world.outlets[index];
    return {models_[index].vehicle.pilot_ohms(outlet.car), outlet.car.diode,
            outlet.faults.pilot_grounded, outlet.faults.pilot_open};
}

void Simulator::move(std::size_t index, hal::Moment now, hal::Moment elapsed) {
    auto& model = models_[index];
    auto& outlet = truth_.world.outlets[index];
    auto& truth = truth_.outlets[index];
    const bool was_closed = model.contactors.closed(hal::Pole::L1);
    model.contactors.tick(outputs_[index], outlet.faults, supply(0) >= coil_drops_below, now);
    if (!was_closed && model.contactors.closed(hal::Pole::L1)) ++outlet.switch_count;
    move_lock(index, now);
    model.vehicle.tick(outlet.car, at_inlet(index), now);
    for (std::size_t phase = 0; phase < 3; ++phase) {
        truth.voltage[phase] =
            static_cast<int>(phase) < model.phases ? supply(phase) : units::Millivolts{0};
        truth.current[phase] = model.vehicle.current()[phase];
        truth.power[phase] = units::power_for(truth.current[phase], truth.voltage[phase], 1);
        truth.poles[phase] = model.contactors.closed(static_cast<hal::Pole>(phase));
    }
    truth.poles[3] = model.contactors.closed(hal::Pole::N);
    truth.outputs = outputs_[index];
    truth.energy = {registers_[index].milliwatt_hours};
    truth.vehicle_state = model.vehicle.state(outlet.car);
    truth.pilot = {};
    if (model.type != hal::ConnectorType::Schuko)
        truth.pilot = pilot_sample(outputs_[index], pilot_load(index));
    warm(index, elapsed);
}

void Simulator::move_lock(std::size_t index, hal::Moment now) {
    auto& model = models_[index];
    auto& outlet = truth_.world.outlets[index];
    if (model.type != hal::ConnectorType::Type2Socket) {
        outlet.locked = false;
        return;
    }
    if (outputs_[index].lock == outlet.locked || outlet.faults.lock_jammed)
        model.lock_moves_since = now;
    else if (now - model.lock_moves_since >= lock_travel)
        outlet.locked = outputs_[index].lock;
}

void Simulator::warm(std::size_t index, hal::Moment elapsed) {
    auto& model = models_[index];
    double most = 0;
    for (const auto current : truth_.outlets[index].current)
        most = std::max(most, static_cast<double>(current.count) / 1000);
    const double target = kelvin_per_square_amp * most * most;
    const double seconds = std::chrono::duration<double>(elapsed).count() * speed_;
    model.outlet_heat +=
        (target - model.outlet_heat) * std::min(1.0, seconds / heat_time_constant_seconds);
}

std::int64_t Simulator::noise(units::Millivolts amplitude) {
    if (amplitude.count == 0) return 0;
    noise_state_ ^= noise_state_ << 13U;
    noise_state_ ^= noise_state_ >> 17U;
    noise_state_ ^= noise_state_ << 5U;
    return static_cast<std::int64_t>(noise_state_) % (2 * amplitude.count + 1) - amplitude.count;
}

void Simulator::fill(std::size_t index, hal::Inputs& in) {
    auto& outlet = truth_.world.outlets[index];
    auto& faults = outlet.faults;
    const auto& truth = truth_.outlets[index];
    in.pilot = truth.pilot;
    in.pilot.high.count += noise(faults.pilot_noise);
    in.pilot.low.count += noise(faults.pilot_noise);
    if (in.pilot.low > in.pilot.high) std::swap(in.pilot.low, in.pilot.high);
    in.proximity_ohms =
        outlet.cable_in ? proximity_ohms(outlet.cable_rating) : hal::proximity_open_ohms;
    in.plug_detected = outlet.vehicle_in;
    in.locked = outlet.locked;
    in.power_good = supply(0) >= supply_fails_below;
    in.meter.valid = !faults.meter_offline && faults.bus_errors == 0 && in.power_good;
    if (faults.bus_errors > 0) --faults.bus_errors;
    if (in.meter.valid) {
        in.meter.current = truth.current;
        in.meter.voltage = truth.voltage;
        in.meter.power = truth.power;
        in.meter.power_factor.fill(units::PerMille{1000});
        in.meter.energy = truth.energy;
        in.meter.frequency = truth_.world.mains.frequency;
    }
    for (std::size_t phase = 0; phase < 3; ++phase)
        in.load_voltage[phase] = truth.poles[phase] ? truth.voltage[phase] : units::Millivolts{0};
    in.k1_feedback = truth.poles[0] || truth.poles[3];
    in.k2_feedback = truth.poles[1] || truth.poles[2];
    const bool live = truth.poles[0] && in.load_voltage[0].count > 0;
    in.residual.ac = live && faults.residual_ac >= residual_ac_trips_at;
    in.residual.dc = live && faults.residual_dc >= residual_dc_trips_at;
    in.protective_earth = !faults.protective_earth;
    in.reader = std::none_of(truth_.world.outlets.begin(), truth_.world.outlets.end(),
                             [](const auto& any) { return any.faults.reader_offline; });
    fill_temperatures(index, in);
}

void Simulator::fill_temperatures(std::size_t index, hal::Inputs& in) const {
    const auto& faults = truth_.world.outlets[index].faults;
    double body = 0;
    for (std::size_t i = 0; i < count_; ++i) body += models_[i].outlet_heat * body_share;
    const auto measured = [](double heat) {
        return units::MilliCelsius{surroundings_millicelsius +
                                   static_cast<std::int64_t>(heat * 8) * 125};  // LM75B: 0.125 K
    };
    in.outlet_temperature =
        faults.outlet_temperature.value_or(measured(models_[index].outlet_heat));
    in.body_temperature = faults.body_temperature.value_or(measured(body));
    in.inlet_temperature = faults.inlet_temperature.value_or(measured(0));
}

}  // namespace simulation
