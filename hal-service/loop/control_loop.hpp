// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control loop: sample, decide, apply, publish, every 5 ms in a thread of its own. It neither
// allocates nor locks; states are exchanged through slots.

#include "hal-service/control/controller.hpp"
#include "hal-service/loop/backend.hpp"
#include "hal-service/loop/histogram.hpp"
#include "hal-service/loop/pilot_window.hpp"
#include "hal-service/loop/slot.hpp"
#include "hal-service/process/board_settings.hpp"
#include "hal-service/shared/messages.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

namespace hal {

// The present wishes, on their way down to the loop.
struct Setpoints {
    std::array<LeasedSetpoint, max_connectors> connectors{};
    bool ending = false;  // permits nothing any more
};

// A technician asks for one of these tests at a time.
enum class Test { Monitor, Relays };
struct Demand {
    std::uint64_t number = 0;
    Test test{};
    std::size_t index = 0;  // connector, in the board's order
};
struct Proof {
    Demand demand;
    ProofState state = ProofState::None;
    const char* refusal = nullptr;  // why it has not begun
    RelayFinding finding;
};

// The state of all connectors, on its way up from the loop.
struct LoopState {
    std::uint64_t ticks = 0;
    std::uint64_t changes = 0;   // counts changes of anything discrete
    std::uint64_t overruns = 0;  // periods that were missed altogether
    Histogram lateness;          // at each wake-up
    Histogram duration;          // for each tick
    bool settled = false;        // the first states are known
    std::array<Report, max_connectors> connectors{};
    std::array<PilotView, max_connectors> pilots{};
    Proof proof;  // for the newest demand
};

class ControlLoop {
public:
    // `signal` is an eventfd, or -1; it is written when something discrete has changed.
    ControlLoop(Backend& backend, const std::vector<ConnectorInfo>& connectors,
                const Fallback& fallback, std::span<const Registers> kept, int signal,
                const process::BoardSettings& board = {});
    ~ControlLoop();
    ControlLoop(const ControlLoop&) = delete;
    ControlLoop& operator=(const ControlLoop&) = delete;

    void start();
    // Ends the thread and leaves the wires safe, whatever the vehicles do.
    void stop();
    // Real-time scheduling was granted. Known after start().
    bool real_time() const { return real_time_.load(std::memory_order_relaxed); }

    // The one other thread uses the following.
    Slot<Setpoints>& wishes() { return wishes_; }
    Slot<LoopState>& state() { return published_; }
    Queue<Demand, 4>& demands() { return demands_; }

    // One pass; what the thread does every 5 ms.
    void tick(Moment now);

    static Moment now();  // by the clock that the thread runs on

private:
    void run();
    void begin_test(Moment now);
    bool follow_test();
    void announce() const;

    Backend& backend_;
    std::vector<Controller> controllers_;
    const int signal_;

    Slot<Setpoints> wishes_;
    Slot<LoopState> published_;
    Queue<Demand, 4> demands_;
    LoopState state_;
    std::array<PilotWindow, max_connectors> pilot_windows_{};
    BoardInputs inputs_{};
    BoardOutputs outputs_{};
    Moment ticked_{-1};

    std::thread thread_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> real_time_{false};
};

}  // namespace hal
