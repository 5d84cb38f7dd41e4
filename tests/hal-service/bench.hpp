// SPDX-License-Identifier: Apache-2.0
#pragma once
// A charge point on a bench: the control loop and the simulated board in virtual time, asked and
// told in the words of the simulator's socket.

#include "hal-service/control/lease.hpp"
#include "hal-service/loop/control_loop.hpp"
#include "hal-service/simulation/control.hpp"
#include "hal-service/simulation/simulator.hpp"

#include "tests/hal-service/virtual_time.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

using namespace std::chrono_literals;

inline std::vector<hal::ConnectorInfo> one(hal::ConnectorType type, int phases = 3,
                                           std::int64_t milliamps = 32'000) {
    return {{1, type, phases, units::Milliamps{milliamps}}};
}

// For a board that nobody models the residual current monitor of.
inline process::BoardSettings without_monitor(int connector = 1) {
    process::BoardSettings board;
    board.outlets.emplace_back();
    board.outlets[0].connector = connector;
    board.outlets[0].residual_monitor = false;
    return board;
}

class Bench : public VirtualTime<Bench> {
public:
    explicit Bench(std::vector<hal::ConnectorInfo> connectors = one(hal::ConnectorType::Type2Cable),
                   hal::Fallback fallback = {}, std::vector<hal::Registers> kept = {},
                   process::BoardSettings board = {})
        : connectors_(std::move(connectors)),
          fallback_(fallback),
          board_(std::move(board)),
          simulator_(connectors_, simulation::fresh_world(connectors_), {}, 1, -1) {
        begin(kept);
        run(50ms);
        ready();
    }

    // The process ends at once and begins anew; what it has kept is all it knows. Setpoints come
    // again when somebody wishes.
    void restart() {
        std::vector<hal::Registers> kept;
        for (std::size_t i = 0; i < connectors_.size(); ++i) kept.push_back(report(i).kept);
        restart(kept);
    }
    void restart(const std::vector<hal::Registers>& kept) {
        begin(kept);
        wishes_ = {};
    }
    // The monitors have passed their tests: somebody may be served.
    void ready() {
        for (std::size_t i = 0; i < connectors_.size(); ++i)
            if (board_.outlet(connectors_[i].id).residual_monitor)
                until([&] { return report(i).kept.monitor_checked != 0; });
    }

    void tick() {
        now_ += hal::timing::tick;
        loop_->tick(now_);
        ++ticks_;
    }

    void say(const std::string& request) {
        const auto parsed = simulation::parse_request(request, connectors_);
        if (!parsed) FAIL(request << ": " << parsed.error());
        REQUIRE(simulator_.commands().push({++commands_, std::get<simulation::Command>(*parsed)}));
    }
    // The wish stays renewed by nobody: `lease` is all there is.
    void wish(std::int64_t milliamps, hal::Moment lease = 3600s, int connector = 1, int phases = 3,
              bool lock = false, bool wake_up = false) {
        hal::LeasedSetpoint wish;
        wish.power_allowed = milliamps > 0;
        wish.current_limit = {milliamps};
        wish.phases = phases;
        wish.lock_cable = lock;
        wish.wake_up = wake_up;
        wish.received = now_;
        wish.expires = now_ + lease;
        for (std::size_t i = 0; i < connectors_.size(); ++i)
            if (connectors_[i].id == connector) wishes_.connectors[i] = wish;
        loop_->wishes().write(wishes_);
    }
    void end() {
        wishes_.ending = true;
        loop_->wishes().write(wishes_);
    }

    const hal::Report& report(std::size_t index = 0) {
        return loop_->state().read().connectors[index];
    }
    const hal::Condition& condition(std::size_t index = 0) { return report(index).condition; }
    const simulation::OutletTruth& truth(std::size_t index = 0) {
        return simulator_.truth().read().outlets[index];
    }
    const simulation::World& world() { return simulator_.truth().read().world; }
    const char* refusal() { return simulator_.truth().read().refusal; }
    bool closed(std::size_t index = 0) { return truth(index).poles[0]; }
    bool coil(std::size_t index = 0) { return truth(index).outputs.k1; }
    double amps(std::size_t phase = 0, std::size_t index = 0) {
        return static_cast<double>(truth(index).current[phase].count) / 1000;
    }
    const hal::ActiveFault* fault(hal::FaultCode code, std::size_t index = 0) {
        const auto& known = condition(index);
        for (std::size_t i = 0; i < known.fault_count; ++i)
            if (known.faults[i].code == code) return &known.faults[i];
        return nullptr;
    }
    // Plugged in, offered, closed, drawing.
    void charge(std::int64_t milliamps = 16'000) {
        say(R"({"do":"plug_in","connector":1})");
        wish(milliamps);
        until([this] { return amps() > 0; });
    }

    hal::ControlLoop& loop() { return *loop_; }
    simulation::Simulator& simulator() { return simulator_; }
    std::uint64_t ticks() const { return ticks_; }

private:
    void begin(const std::vector<hal::Registers>& kept) {
        loop_ = std::make_unique<hal::ControlLoop>(simulator_, connectors_, fallback_, kept, -1,
                                                   board_);
    }

    std::vector<hal::ConnectorInfo> connectors_;
    hal::Fallback fallback_;
    process::BoardSettings board_;
    simulation::Simulator simulator_;
    std::unique_ptr<hal::ControlLoop> loop_;
    hal::Setpoints wishes_;
    std::uint64_t commands_ = 0;
    std::uint64_t ticks_ = 0;
};

}  // namespace bench
