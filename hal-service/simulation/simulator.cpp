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
    hatch_.publish(plant_);
}

void Simulator::sample(hal::Moment now, hal::BoardInputs& inputs) {
    const bool obeyed = hatch_.obey(plant_);
    plant_.advance(now, drives_);
    if (plant_.registers() != memory_.registers()) memory_.store(plant_.registers());
    read_sensors(plant_, inputs);
    hatch_.publish(plant_);
    if ((obeyed || remembers()) && signal_ >= 0) {
        const std::uint64_t one = 1;
        if (write(signal_, &one, sizeof one) < 0) return;  // full: signalled already
    }
}

// True: a monitor has something else to remember than in the last tick.
bool Simulator::remembers() {
    bool other = false;
    for (std::size_t i = 0; i < plant_.count(); ++i) {
        const auto& memory = plant_.world().outlets[i].monitor;
        other = other || memory != remembered_[i];
        remembered_[i] = memory;
    }
    return other;
}

void Simulator::apply(hal::Moment /*now*/, const hal::BoardOutputs& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) drives_[i].wires = outputs[i];
}

}  // namespace simulation
