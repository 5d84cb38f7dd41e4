// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/simulator.hpp"

#include <unistd.h>

#include <utility>

namespace simulation {

Simulator::Simulator(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
                     MeterMemory memory, int speed, int signal)
    : memory_(std::move(memory)),
      plant_(connectors, world, memory_.registers(), speed),
      signal_(signal) {
    publish();
}

void Simulator::sample(hal::Moment now, hal::BoardInputs& inputs) {
    const bool obeyed = obey();
    plant_.advance(now, drives_);
    if (plant_.registers() != memory_.registers()) memory_.store(plant_.registers());
    read_sensors(plant_, inputs);
    publish();
    if (obeyed && signal_ >= 0) {
        const std::uint64_t one = 1;
        if (write(signal_, &one, sizeof one) < 0) return;  // full: signalled already
    }
}

void Simulator::apply(hal::Moment /*now*/, const hal::BoardOutputs& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) drives_[i].wires = outputs[i];
}

bool Simulator::obey() {
    bool any = false;
    NumberedCommand next;
    while (commands_.pop(next)) {
        latest_.refusal = plant_.obey(next.command);
        latest_.done = next.number;
        any = true;
    }
    return any;
}

void Simulator::publish() {
    static_cast<Truth&>(latest_) = plant_.truth();
    published_.write(latest_);
}

}  // namespace simulation
