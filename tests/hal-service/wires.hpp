// SPDX-License-Identifier: Apache-2.0
#pragma once
// One controller and the wires around it, without physics: contactors follow at once, a vehicle
// answers within a tick, a monitor passes its test. What a test wants otherwise it disturbs.

#include "hal-service/control/controller.hpp"
#include "tests/hal-service/virtual_time.hpp"

#include <functional>
#include <optional>

namespace wires {

using namespace std::chrono_literals;

inline units::Millivolts level_of(hal::PilotState state) {
    switch (state) {
        case hal::PilotState::A: return {12'000};
        case hal::PilotState::B: return {8980};
        case hal::PilotState::C: return {5996};
        case hal::PilotState::D: return {2930};
        case hal::PilotState::E: return {0};
        case hal::PilotState::F: break;
    }
    return {-12'000};
}

class Wires : public bench::VirtualTime<Wires> {
public:
    explicit Wires(hal::ConnectorType type = hal::ConnectorType::Type2Cable,
                   process::OutletSettings settings = {}, hal::Registers kept = {},
                   units::Milliamps max_current = {32'000})
        : type_(type),
          controller_(
              {1, type, household() ? 1 : 3, household() ? units::Milliamps{10'000} : max_current},
              settings, {}, kept) {}

    // The vehicle.
    bool plugged = false;
    bool asks = true;       // closes S2 when it is offered current
    bool stubborn = false;  // keeps it closed when no longer
    bool ventilation = false;
    bool diode = true;
    std::int64_t milliamps = 10'000;
    std::optional<hal::PilotState> shows;  // instead of the state it should
    // The board.
    bool passes_test = true;
    bool jammed = false;
    std::int64_t proximity_ohms = 220;
    hal::Moment lateness{0};
    std::function<void(hal::Inputs&)> disturb;
    // The other side.
    hal::LeasedSetpoint wish;
    bool ending = false;

    void tick() {
        now_ += hal::timing::tick;
        inputs_ = sample();
        if (disturb) disturb(inputs_);
        controller_.late(lateness, now_);
        lateness = hal::Moment{0};
        before_ = outputs_;
        outputs_ = controller_.tick(inputs_, wish, ending, now_);
        if (outputs_.monitor_check && !before_.monitor_check) test_begin_ = now_;
    }
    // Nobody was there for a while.
    void miss(hal::Moment time) { now_ += time; }
    void permit(std::int64_t limit = 16'000, int phases = 3, bool wake_up = false) {
        wish = {limit > 0, {limit}, phases, false, now_, now_ + 36'000s, wake_up};
    }
    void charge(std::int64_t limit = 16'000, int phases = 3) {
        plugged = true;
        permit(limit, phases);
        until([this] { return outputs_.k1; });
        run(8s);  // the earlier offer doesn't count any more
    }
    using VirtualTime::until;
    hal::Moment until(hal::PilotStage phase, hal::Moment within = 90s) {
        return until([&] { return controller_.stage() == phase; }, within);
    }

    const hal::Outputs& outputs() const { return outputs_; }
    const hal::Outputs& before() const { return before_; }
    const hal::Inputs& inputs() const { return inputs_; }
    hal::PilotState vehicle() const { return vehicle_; }  // as it showed itself in this tick
    hal::PilotStage stage() const { return controller_.stage(); }
    const hal::Report& report() const { return controller_.report(); }
    const hal::Condition& condition() const { return report().condition; }
    const hal::Controller& controller() const { return controller_; }
    bool has(hal::FaultCode code) const { return fault(code) != nullptr; }
    const hal::ActiveFault* fault(hal::FaultCode code) const {
        for (std::size_t i = 0; i < condition().fault_count; ++i)
            if (condition().faults[i].code == code) return &condition().faults[i];
        return nullptr;
    }

private:
    bool household() const { return type_ == hal::ConnectorType::Schuko; }

    hal::PilotState state() {
        if (shows) return *shows;
        const bool offered = outputs_.pilot == hal::PilotDrive::Oscillating;
        closed_s2_ = plugged && asks && (offered || (stubborn && closed_s2_));
        if (!plugged) return hal::PilotState::A;
        if (!closed_s2_) return hal::PilotState::B;
        return ventilation ? hal::PilotState::D : hal::PilotState::C;
    }

    hal::Inputs sample() {
        hal::Inputs in;
        vehicle_ = state();
        const auto high = level_of(vehicle_);
        const auto mirrored = units::Millivolts{700 - high.count};
        const bool load = plugged || shows;
        switch (outputs_.pilot) {
            case hal::PilotDrive::Steady: in.pilot.high = in.pilot.low = high; break;
            case hal::PilotDrive::Oscillating:
                in.pilot.high = high;
                in.pilot.low = load && !diode ? mirrored : units::Millivolts{-12'000};
                break;
            case hal::PilotDrive::Minus: in.pilot.high = in.pilot.low = {-12'000}; break;
            case hal::PilotDrive::Disconnected: in.pilot.high = in.pilot.low = {12'000}; break;
        }
        in.plug_detected = plugged;
        if (plugged) in.proximity_ohms = proximity_ohms;
        in.locked = jammed ? locked_ : (locked_ = outputs_.lock);
        in.meter.valid = true;
        in.meter.voltage.fill({230'000});
        in.meter.frequency = {50'000};
        in.outlet_temperature = in.body_temperature = units::MilliCelsius{25'000};
        in.k1_feedback = outputs_.k1;
        in.k2_feedback = outputs_.k2;
        for (std::size_t i = 0; i < 3; ++i) {
            const bool closed = i == 0 ? outputs_.k1 : outputs_.k2;
            if (!closed) continue;
            in.load_voltage[i] = in.meter.voltage[i];
            in.meter.current[i] = {milliamps};
        }
        const auto into = now_ - test_begin_;
        if (passes_test && test_begin_ >= 0s && into < 900ms)
            in.residual = {into >= 300ms, into >= 600ms, false};
        return in;
    }

    hal::ConnectorType type_;
    hal::Controller controller_;
    hal::Inputs inputs_;
    hal::Outputs outputs_;
    hal::Outputs before_;
    hal::PilotState vehicle_ = hal::PilotState::A;
    hal::Moment test_begin_{-1};
    bool closed_s2_ = false;
    bool locked_ = false;
};

}  // namespace wires
