// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/line_plan.hpp"

#include <algorithm>

namespace devices {

LinePlan::LinePlan(const process::BoardSettings& board,
                   const std::vector<hal::ConnectorInfo>& connectors) {
    const auto& gpio = board.wiring.gpio;
    watchdog_kick = output(gpio.watchdog_kick);
    if (board.wiring.reader) reader_reset = output(board.wiring.reader->reset);
    relay_supply_ok = input(gpio.relay_supply_ok);
    power_fail = input(gpio.power_fail, true);
    earth_ok = input(gpio.earth_ok, true);
    button = input(gpio.button);
    tamper = input(gpio.tamper);
    for (std::size_t i = 0; i < connectors.size() && i < outlets.size(); ++i) {
        const auto wiring = board.outlet(connectors[i].id).wiring;
        auto& outlet = outlets[i];
        outlet.k1 = output(wiring.contactors.k1);
        outlet.k2 = output(wiring.contactors.k2);
        if (wiring.pilot) outlet.disconnect = output(wiring.pilot->disconnect);
        outlet.monitor_check = output(wiring.residual.test);
        outlet.k1_feedback = input(wiring.contactors.k1_feedback);
        outlet.k2_feedback = input(wiring.contactors.k2_feedback);
        outlet.dc = input(wiring.residual.dc, true);
        outlet.ac = input(wiring.residual.ac, true);
        outlet.residual_error = input(wiring.residual.error, true);
        outlet.plug = input(wiring.plug);
        const auto& load = wiring.contactors.load_voltage;
        for (std::size_t phase = 0; phase < load.size() && phase < outlet.load.size(); ++phase)
            outlet.load[phase] = input(load[phase], true);
        if (!wiring.lock) continue;
        outlet.lock_engage = output(wiring.lock->engage);
        outlet.lock_release = output(wiring.lock->release);
        outlet.lock_feedback = input(wiring.lock->feedback);
    }
}

Bit LinePlan::output(const std::optional<process::Line>& line) {
    if (!line) return std::nullopt;
    outputs.push_back(*line);
    return outputs.size() - 1;
}

Bit LinePlan::input(const std::optional<process::Line>& line, bool edges) {
    if (!line) return std::nullopt;
    inputs.push_back({*line, edges});
    return inputs.size() - 1;
}

}  // namespace devices
