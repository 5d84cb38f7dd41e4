// SPDX-License-Identifier: Apache-2.0
#pragma once
// A board without hardware: the simulated world as the backend of one control loop.

#include "hal-service/backend.hpp"
#include "hal-service/simulation/meter_memory.hpp"
#include "hal-service/simulation/plant.hpp"
#include "hal-service/simulation/requests.hpp"
#include "hal-service/slot.hpp"

#include <cstdint>
#include <vector>

namespace simulation {

// For the thread that asks.
struct Published : Truth {
    std::uint64_t done = 0;         // the newest command carried out
    const char* refusal = nullptr;  // of that command
};

struct NumberedCommand {
    std::uint64_t number = 0;
    Command command;
};

class Simulator final : public hal::Backend {
public:
    Simulator(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
              MeterMemory memory, int speed, int signal);

    void sample(hal::Moment now, hal::BoardInputs& inputs) override;
    void apply(hal::Moment now, const hal::BoardOutputs& outputs) override;

    // For the one other thread. `signal` is written when a command is done.
    hal::Queue<NumberedCommand, 16>& commands() { return commands_; }
    hal::Slot<Published>& truth() { return published_; }

private:
    bool obey();
    void publish();

    MeterMemory memory_;
    Plant plant_;
    Drives drives_{};
    const int signal_;
    Published latest_;

    hal::Slot<Published> published_;
    hal::Queue<NumberedCommand, 16> commands_;
};

}  // namespace simulation
