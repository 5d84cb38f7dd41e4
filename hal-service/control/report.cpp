// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/report.hpp"

#include <cstdlib>

namespace hal {
namespace {

// Thousandths as text with one decimal, rounded toward zero.
std::string tenths(std::int64_t thousandths) {
    const auto all = std::llabs(thousandths) / 100;
    return (thousandths < 0 && all != 0 ? "-" : "") + std::to_string(all / 10) + '.' +
           std::to_string(all % 10);
}

std::string poles(std::int64_t bits) {
    std::string text;
    for (const Pole pole : {Pole::L1, Pole::L2, Pole::L3, Pole::N})
        if ((bits & pole_bit(pole)) != 0)
            text += (text.empty() ? "" : " ") + std::string(shared::name_of(pole));
    return text;
}

}  // namespace

std::string describe(const ActiveFault& fault) {
    const auto [first, second] = fault.detail;
    switch (fault.code) {
        case FaultCode::PWMVoltageError:
        case FaultCode::PilotGrounded:
        case FaultCode::B1NoDiode:
        case FaultCode::DStateNotSupported:
            return "high " + tenths(first) + " V low " + tenths(second) + " V";
        case FaultCode::RelayWelded:
        case FaultCode::RelayStuckOpen: return poles(first);
        case FaultCode::OverTemperature:
            if (fault.detail == unread_temperature) return "no reading";
            return std::string(shared::name_of(static_cast<TemperaturePlace>(first))) + ' ' +
                   tenths(second) + " degrees";
        case FaultCode::OverVoltage:
        case FaultCode::UnderVoltage:
        case FaultCode::PhaseLoss: return poles(first) + ' ' + tenths(second) + " V";
        case FaultCode::Frequency: return tenths(first) + " Hz";
        case FaultCode::Proximity: return std::to_string(first) + " ohms";
        case FaultCode::LoopOverrun: return std::to_string(first) + " ms late";
        case FaultCode::OverCurrentL1:
        case FaultCode::OverCurrentL2:
        case FaultCode::OverCurrentL3: return tenths(first) + " A of " + tenths(second) + " A";
        default: return {};
    }
}

Reading to_reading(ConnectorId connector, const Report& report) {
    const auto& condition = report.condition;
    Reading reading;
    reading.connector = connector;
    reading.plugged = condition.plugged;
    reading.cable = condition.cable;
    reading.plug_count = condition.plug_count;
    reading.pilot = condition.pilot;
    reading.pwm = condition.pwm;
    reading.ev_requests = condition.ev_requests;
    reading.contactor_closed = condition.contactor_closed;
    reading.locked = condition.locked;
    reading.mains = condition.mains;
    reading.phases = condition.phases;
    reading.offered = condition.offered;
    reading.current = report.current;
    reading.voltage = report.voltage;
    reading.power = report.power;
    reading.power_factor = report.power_factor;
    reading.energy = report.kept.energy;
    reading.frequency = report.frequency;
    reading.outlet_temperature = report.outlet_temperature;
    reading.body_temperature = report.body_temperature;
    reading.inlet_temperature = report.inlet_temperature;
    reading.cable_limit = report.cable_limit;
    reading.temperature_limit = report.temperature_limit;
    reading.toggles = condition.toggles;
    reading.wake_ups = condition.wake_ups;
    reading.phase_change = condition.phase_change;
    reading.button = condition.button;
    for (std::size_t i = 0; i < condition.fault_count; ++i) {
        const auto& fault = condition.faults[i];
        reading.faults.push_back({fault.code, {describe(fault)}, fault.prevents_charging});
    }
    return reading;
}

WeldChecked to_weld_checked(ConnectorId connector, const Report& report) {
    const auto& check = report.weld_check;
    return {connector, check.poles != 0, {poles(check.poles)}, check.voltage, check.samples};
}

}  // namespace hal
