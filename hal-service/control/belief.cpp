// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/belief.hpp"

#include "hal-service/control/consumption.hpp"

#include <algorithm>
#include <utility>

namespace hal {
namespace {

// All that comes by an input line.
void keep_lines(Inputs& inputs, const Inputs& before) {
    inputs.plug_detected = before.plug_detected;
    inputs.locked = before.locked;
    inputs.load_voltage = before.load_voltage;
    inputs.k1_feedback = before.k1_feedback;
    inputs.k2_feedback = before.k2_feedback;
    inputs.residual = before.residual;
    inputs.protective_earth = before.protective_earth;
    inputs.power_good = before.power_good;
    inputs.relay_supply = false;
    inputs.tamper = before.tamper;
    inputs.button = before.button;
}

}  // namespace

const Inputs& Belief::tick(const Inputs& inputs, bool has_pilot) {
    const auto before = std::exchange(inputs_, inputs);
    if (!inputs.lines) keep_lines(inputs_, before);
    if (!inputs.pilot.valid) inputs_.proximity_ohms = before.proximity_ohms;
    meter_ = inputs.meter.valid && believable(inputs.meter);
    const bool all = inputs.lines && meter_ &&
                     (!has_pilot || (inputs.pilot.valid && !implausible(inputs.pilot)));
    run_ = all ? std::min(run_ + 1, timing::agreeing_samples) : 0;
    return inputs_;
}

}  // namespace hal
