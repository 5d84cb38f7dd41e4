// SPDX-License-Identifier: Apache-2.0
// The part of the controller that writes its report.

#include "hal-service/control/controller.hpp"

#include <algorithm>

namespace hal {

void Controller::publish(const Inputs& inputs, const Signals& signals) {
    auto& condition = report_.condition;
    condition.plugged = plugged_;
    condition.cable = !has_socket() || proximity_.present();
    condition.plug_count = report_.kept.plug_count;
    condition.contactor_closed = inputs.k1_feedback;
    condition.locked = inputs.locked;
    condition.mains = mains_;
    condition.button = inputs.button;
    condition.phases = closed_phases_ != 0 ? closed_phases_ : phases_;
    condition.phase_change = plugged_ && (stage_ == PilotStage::ChangingPhases ||
                                          (signals.other_phases && signals.permitted));
    condition.toggles = toggles_.count();
    condition.weld_checks = weld_check_.result().number;
    publish_pilot(inputs);
    condition.faults = {};
    condition.fault_count = protection_.list(condition.faults);
    publish_meter(inputs);
    report_.weld_check = weld_check_.result();
    report_.outlet_temperature = inputs.outlet_temperature;
    report_.body_temperature = inputs.body_temperature;
    report_.inlet_temperature = inputs.inlet_temperature;
    report_.cable_limit =
        has_socket() ? std::min(max_current_, cable_rating(proximity_.cable())) : max_current_;
    report_.temperature_limit = heat_stops() ? units::Milliamps{} : heat_.limit();
    if (protection_.active(FaultCode::TemperatureSensor))
        report_.temperature_limit =
            std::min(report_.temperature_limit, settings_.temperature.without_sensor);
}

void Controller::publish_pilot(const Inputs& inputs) {
    auto& condition = report_.condition;
    if (!has_pilot()) {
        condition.pilot = !plugged_            ? PilotState::A
                          : inputs.k1_feedback ? PilotState::C
                                               : PilotState::B;
        condition.pwm = false;
        condition.ev_requests = plugged_;
        condition.offered =
            stage_ == PilotStage::Energised ? offer_.signalled() : units::Milliamps{0};
        return;
    }
    const bool told = pilot_.settled() && !noise_.too_noisy();
    // While state A is debounced the previous state is reported, so that `plugged` and `pilot`
    // never contradict each other.
    const bool leaving = plugged_ && pilot_.state() == PilotState::A;
    if (outputs_.pilot == PilotDrive::Minus)
        condition.pilot = PilotState::F;
    else if (outputs_.pilot == PilotDrive::Disconnected)
        condition.pilot = PilotState::E;
    else if (told && !leaving)
        condition.pilot = pilot_.state();
    condition.pwm = outputs_.pilot == PilotDrive::Oscillating;
    condition.ev_requests =
        told && (condition.pilot == PilotState::C || condition.pilot == PilotState::D);
    condition.offered = condition.pwm ? offer_.signalled() : units::Milliamps{0};
}

// Nothing flows to the vehicle through open contactors, so a meter's noise is not reported.
void Controller::publish_meter(const Inputs& inputs) {
    const auto& meter = consumption_.last();
    const bool conducts = outputs_.k1 || inputs.k1_feedback || inputs.k2_feedback;
    report_.voltage = meter.voltage;
    report_.frequency = meter.frequency;
    report_.current = conducts ? meter.current : PerPhase<units::Milliamps>{};
    report_.power = conducts ? meter.power : PerPhase<units::Watts>{};
    report_.power_factor = conducts ? meter.power_factor : PerPhase<units::PerMille>{};
}

}  // namespace hal
