// SPDX-License-Identifier: Apache-2.0
#pragma once
// The physical world around one charge point: mains, contactors, pilot circuits, cars, locks,
// residual current monitors, meters, heat. Wires and time go in, quantities come out. It has no
// clock and no thread, and it does not know what the wires should be: the simulator's backend
// drives it, and so does anything that models the chips of a board.

#include "hal-service/control/board.hpp"
#include "hal-service/simulation/circuit.hpp"
#include "hal-service/simulation/meter_memory.hpp"
#include "hal-service/simulation/requests.hpp"
#include "hal-service/simulation/residual_monitor.hpp"
#include "hal-service/simulation/vehicle.hpp"
#include "hal-service/simulation/world.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace simulation {

// The outputs of the board to one outlet, after the delays of the contactors.
struct Drive {
    hal::Outputs wires;
    bool coil_supply = true;  // false: a dead-man circuit or the like has cut off the coils
};
using Drives = std::array<Drive, hal::max_connectors>;

// The physical state of one outlet.
struct OutletTruth {
    hal::PilotState vehicle_state{};
    hal::PilotSample pilot;  // at the board's pilot terminal; both peaks, and the level right now
    std::int64_t proximity_ohms = hal::proximity_open_ohms;
    bool plug_detected = false;
    hal::Outputs outputs;
    std::array<bool, 4> poles{};                       // by hal::Pole
    std::array<units::Milliamps, 3> current{};         // 0 without a car
    std::array<units::Millivolts, 3> voltage{};        // in front of the contactors
    std::array<units::Millivolts, 3> load_voltage{};   // behind them
    std::array<units::Watts, 3> power{};               // active
    units::MilliwattHours energy;                      // the meter's register
    hal::ResidualSample residual;                      // the monitor's outputs
    bool coil_supply = true;                           // the coils have power
    std::array<units::MilliCelsius, 3> temperature{};  // by hal::TemperaturePlace
};

// The physical state of the whole charge point.
struct Truth {
    World world;
    std::array<OutletTruth, hal::max_connectors> outlets{};
    bool power_good = true;  // the supply's early warning
    bool meter_fed = true;   // a meter answers
};

class Plant {
public:
    // `registers`: where the meters' registers were; `speed` of heat and batteries.
    Plant(const std::vector<hal::ConnectorInfo>& connectors, const World& world,
          const MeterMemory::Registers& registers, int speed);

    // Returns nullptr, or the reason why the world refuses. The next advance() shows the effect.
    const char* obey(const Command& command);
    // All that has happened since the last call, with these wires since then.
    void advance(hal::Moment now, const Drives& drives);

    std::size_t count() const { return truth_.world.count; }
    const Truth& truth() const { return truth_; }
    const World& world() const { return truth_.world; }
    const OutletTruth& outlet(std::size_t index) const { return truth_.outlets[index]; }
    const MeterMemory::Registers& registers() const { return registers_; }

    // One transfer with the outlet's ADC or meter begins. True: it fails, by the fault bus_errors.
    bool transfer_fails(std::size_t index);
    // Random levels of the noise on the pilot, for one sample of it.
    std::int64_t noise(std::size_t index);

private:
    struct Model {
        hal::ConnectorType type{};
        int phases = 3;
        Contactors contactors;
        Vehicle vehicle;
        Lock lock;
        ResidualMonitor monitor;
        double outlet_heat = 0;  // kelvin above the surroundings
        std::int64_t energy_remainder = 0;
    };

    void book(std::size_t index, hal::Moment elapsed);
    void move(std::size_t index, const Drive& drive, hal::Moment now, hal::Moment elapsed);
    void show(std::size_t index, const Drive& drive, hal::Moment now);
    void leak(std::size_t index, const Drive& drive, hal::Moment now);
    void warm(std::size_t index, hal::Moment elapsed);
    void show_temperatures(std::size_t index);
    AtInlet at_inlet(std::size_t index, const Drive& drive) const;
    PilotLoad pilot_load(std::size_t index) const;
    units::Millivolts line(std::size_t phase) const;

    std::array<Model, hal::max_connectors> models_{};
    MeterMemory::Registers registers_{};
    const int speed_;
    hal::Moment last_{-1};
    Supply supply_;
    std::uint32_t random_ = 0x9E37'79B9U;
    Truth truth_;
};

// Fills the inputs of a board, as one transfer with ADC, meter and input lines does.
void read_sensors(Plant& plant, hal::BoardInputs& inputs);

}  // namespace simulation
