// SPDX-License-Identifier: Apache-2.0
#pragma once
// A board without hardware: the simulated world as the backend of one control loop.

#include "hal-service/loop/backend.hpp"
#include "hal-service/simulation/hatch.hpp"
#include "hal-service/simulation/meter_memory.hpp"
#include "hal-service/simulation/plant.hpp"

#include <array>
#include <optional>
#include <vector>

namespace simulation {

class Simulator final : public hal::Backend {
public:
    Simulator(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
              MeterMemory memory, int speed, int signal);

    void sample(hal::Moment now, hal::BoardInputs& inputs) override;
    void apply(hal::Moment now, const hal::BoardOutputs& outputs) override;
    bool copper() const override { return false; }

    // The event loop uses these. `signal` is written when a command is done, and when there is
    // something of a monitor to keep.
    Hatch& hatch() { return hatch_; }
    hal::Queue<NumberedCommand, 16>& commands() { return hatch_.commands(); }
    hal::Slot<Published>& truth() { return hatch_.truth(); }

private:
    bool remembers();

    MeterMemory memory_;
    Plant plant_;
    Drives drives_{};
    std::array<std::optional<MonitorMemory>, hal::max_connectors> remembered_{};
    const int signal_;
    Hatch hatch_;
};

}  // namespace simulation
