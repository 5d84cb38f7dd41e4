// SPDX-License-Identifier: Apache-2.0
#pragma once
// A board without hardware: the circuit, the cars, the contactors, the meters and the mains around
// one control loop. It knows nothing of what the loop should do.

#include "hal-service/backend.hpp"
#include "hal-service/simulation/circuit.hpp"
#include "hal-service/simulation/meter_memory.hpp"
#include "hal-service/simulation/requests.hpp"
#include "hal-service/simulation/vehicle.hpp"
#include "hal-service/simulation/world.hpp"
#include "hal-service/slot.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace simulation {

// What is physically so at one outlet.
struct OutletTruth {
    hal::PilotState vehicle_state{};
    hal::PilotSample pilot;
    hal::Outputs outputs;
    std::array<bool, 4> poles{};  // by hal::Pole
    std::array<units::Milliamps, 3> current{};
    std::array<units::Millivolts, 3> voltage{};
    std::array<units::Watts, 3> power{};
    units::MilliwattHours energy;
};

struct Truth {
    World world;
    std::array<OutletTruth, hal::max_connectors> outlets{};
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
    hal::Slot<Truth>& truth() { return published_; }

private:
    struct Model {
        hal::ConnectorType type{};
        int phases = 3;
        Contactors contactors;
        Vehicle vehicle;
        hal::Moment lock_moves_since{0};
        double outlet_heat = 0;  // kelvin above the surroundings
        std::int64_t energy_remainder = 0;
    };

    void obey(hal::Moment now);
    void meter(std::size_t index, hal::Moment elapsed);
    void move(std::size_t index, hal::Moment now, hal::Moment elapsed);
    void move_lock(std::size_t index, hal::Moment now);
    void warm(std::size_t index, hal::Moment elapsed);
    AtInlet at_inlet(std::size_t index) const;
    PilotLoad pilot_load(std::size_t index) const;
    void fill(std::size_t index, hal::Inputs& in);
    void fill_temperatures(std::size_t index, hal::Inputs& in) const;
    std::int64_t noise(units::Millivolts amplitude);
    units::Millivolts supply(std::size_t phase) const;

    std::size_t count_ = 0;
    std::array<Model, hal::max_connectors> models_{};
    hal::BoardOutputs outputs_{};
    MeterMemory memory_;
    MeterMemory::Registers registers_{};
    const int speed_;
    const int signal_;
    hal::Moment last_{-1};
    hal::Moment interrupted_until_{-1};
    std::uint32_t noise_state_ = 0x9E37'79B9U;

    Truth truth_;
    hal::Slot<Truth> published_;
    hal::Queue<NumberedCommand, 16> commands_;
};

}  // namespace simulation
