// SPDX-License-Identifier: Apache-2.0
// The thin part between the physical world and what the control loop is shown of it.

#include "hal-service/simulation/plant.hpp"

#include "hal-service/control/protection.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace simulation {
namespace {

constexpr std::int64_t temperature_step = 125;  // LM75B: 0.125 K
constexpr auto reference_meter = process::range_of(process::MeterChip::Atm90e32);

void read_pilot(Plant& plant, std::size_t index, hal::Inputs& in) {
    in.pilot = plant.outlet(index).pilot;
    in.pilot.high.count += plant.noise(index);
    in.pilot.low.count += plant.noise(index);
    in.pilot.raw.count += plant.noise(index);
    if (in.pilot.low > in.pilot.high) std::swap(in.pilot.low, in.pilot.high);
}

void read_meter(const Plant& plant, std::size_t index, hal::MeterSample& meter) {
    const auto& truth = plant.outlet(index);
    const auto gain = plant.world().outlets[index].faults.meter_gain;
    for (std::size_t phase = 0; phase < truth.current.size(); ++phase) {
        meter.current[phase] = {
            std::min(truth.current[phase].count * gain / 1000, reference_meter.current.count)};
        meter.voltage[phase] = {
            std::min(truth.voltage[phase].count * gain / 1000, reference_meter.voltage.count)};
        meter.power[phase] = units::power_for(meter.current[phase], meter.voltage[phase], 1);
    }
    meter.power_factor.fill(units::PerMille{1000});
    meter.energy = truth.energy;
    meter.frequency = plant.world().mains.frequency;
}

void read_temperatures(const Plant& plant, std::size_t index, hal::Inputs& in) {
    const auto& truth = plant.outlet(index).temperature;
    const auto& lost = plant.world().outlets[index].faults.lost_temperature;
    const auto read = [&](hal::TemperaturePlace place) -> std::optional<units::MilliCelsius> {
        const auto at = static_cast<std::size_t>(place);
        if (lost[at]) return std::nullopt;
        return units::MilliCelsius{truth[at].count / temperature_step * temperature_step};
    };
    in.outlet_temperature = read(hal::TemperaturePlace::Outlet);
    in.body_temperature = read(hal::TemperaturePlace::Body);
    in.inlet_temperature = read(hal::TemperaturePlace::Inlet);
    in.lost_temperature = lost[static_cast<std::size_t>(hal::TemperaturePlace::Outlet)] ||
                          lost[static_cast<std::size_t>(hal::TemperaturePlace::Body)];
    in.lost_inlet = lost[static_cast<std::size_t>(hal::TemperaturePlace::Inlet)];
}

void read_outlet(Plant& plant, std::size_t index, hal::Inputs& in) {
    const auto& truth = plant.outlet(index);
    const auto& outlet = plant.world().outlets[index];
    const bool fails = plant.transfer_fails(index);
    read_pilot(plant, index, in);
    in.pilot.valid = !fails;
    in.proximity_ohms = truth.proximity_ohms;
    in.plug_detected = truth.plug_detected;
    in.locked = outlet.locked;
    in.power_good = plant.truth().power_good;
    in.meter = {};
    in.meter.valid = !fails && !outlet.faults.meter_offline && plant.truth().meter_fed;
    if (in.meter.valid) read_meter(plant, index, in.meter);
    in.load_voltage = truth.load_voltage;
    in.k1_feedback = truth.poles[0] || truth.poles[3];
    in.k2_feedback = truth.poles[1] || truth.poles[2];
    in.residual = truth.residual;
    in.protective_earth = !outlet.faults.protective_earth;
    in.relay_supply = !outlet.faults.relay_supply;
    read_temperatures(plant, index, in);
}

}  // namespace

void read_sensors(Plant& plant, hal::BoardInputs& inputs) {
    const auto& outlets = plant.world().outlets;
    const auto anywhere = [&](auto fault) {
        return std::any_of(outlets.begin(), outlets.end(),
                           [&](const auto& outlet) { return outlet.faults.*fault; });
    };
    // There is one reader, one enclosure and one button.
    const bool reader = !anywhere(&OutletFaults::reader_offline);
    const bool tamper = anywhere(&OutletFaults::tamper);
    const bool button = anywhere(&OutletFaults::button);
    for (std::size_t i = 0; i < plant.count(); ++i) {
        read_outlet(plant, i, inputs[i]);
        inputs[i].reader = reader;
        inputs[i].tamper = tamper;
        inputs[i].button = button;
    }
}

}  // namespace simulation
