// SPDX-License-Identifier: Apache-2.0
// The loop as a thread: it publishes, obeys, signals, leaves the wires safe, and never allocates.

#include "hal-service/loop/control_loop.hpp"

#include "tests/hal-service/allocations.hpp"
#include "tests/hal-service/bench.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <mutex>

namespace control_loop_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

// A car that is always plugged in and asks for current; remembers what was put on the wires.
class Wires final : public Backend {
public:
    void sample(Moment, BoardInputs& inputs) override {
        auto& in = inputs[0];
        const bool oscillates = last_.pilot == PilotDrive::Oscillating;
        in.pilot.high = {oscillates ? 6000 : 9000};
        in.pilot.low = oscillates ? units::Millivolts{-12'000} : in.pilot.high;
        in.meter.valid = true;
        in.meter.voltage.fill({230'000});
        in.meter.frequency = {50'000};
        in.load_voltage[0] = in.load_voltage[1] = in.load_voltage[2] = {last_.k1 ? 230'000 : 0};
        in.k1_feedback = last_.k1;
        in.k2_feedback = last_.k2;
    }
    void apply(Moment, const BoardOutputs& outputs) override {
        const std::lock_guard guard(mutex_);
        last_ = outputs[0];
    }
    Outputs last() {
        const std::lock_guard guard(mutex_);
        return last_;
    }

private:
    std::mutex mutex_;  // for the test's look from outside
    Outputs last_;
};

bool signalled(int descriptor, int within_ms) {
    pollfd polled{descriptor, POLLIN, 0};
    if (poll(&polled, 1, within_ms) <= 0) return false;
    std::uint64_t count = 0;
    return read(descriptor, &count, sizeof count) == sizeof count;
}

}  // namespace

#if OWN_ALLOCATOR
TEST_CASE("a tick allocates nothing, whatever happens in it") {
    bench::Bench b(
        {{1, ConnectorType::Type2Socket, 3, {32'000}}, {2, ConnectorType::Schuko, 1, {10'000}}});
    const char* events[] = {R"({"do":"plug_in","connector":1})",
                            R"({"do":"plug_in","connector":2})",
                            R"({"do":"mains","interrupt_ms":60})",
                            R"({"do":"fault","name":"residual_current","ac_ma":40})",
                            R"({"do":"fault","name":"relay_welded","relay":"L3"})",
                            R"({"do":"reset"})"};
    std::uint64_t ticks = 0;
    for (const char* event : events) {
        b.say(event);
        b.wish(16'000);
        b.wish(10'000, 3600s, 2);
        bench::counting = true;
        for (int i = 0; i < 2000; ++i, ++ticks) b.tick();
        bench::counting = false;
    }
    CHECK(ticks == 12'000);
    CHECK(bench::allocations == 0);
    CHECK(b.world().outlets[0].switch_count == 0);  // after the reset
}
#endif

TEST_CASE("the thread publishes, obeys a wish, and leaves the wires safe") {
    Wires wires;
    const int signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ControlLoop loop(wires, bench::one(ConnectorType::Type2Cable), {}, {}, signal,
                     bench::without_monitor());
    loop.start();
    const auto wait_for = [&](auto condition) {
        for (int i = 0; i < 1000; ++i) {
            if (condition(loop.state().read())) return true;
            signalled(signal, 10);
        }
        return false;
    };
    REQUIRE(wait_for([](const LoopState& state) { return state.settled; }));
    CHECK(loop.state().read().connectors[0].condition.pilot == PilotState::B);
    Setpoints wishes;
    wishes.connectors[0] = {true,  {16'000},           3,
                            false, ControlLoop::now(), ControlLoop::now() + 3600s};
    loop.wishes().write(wishes);
    REQUIRE(wait_for(
        [](const LoopState& state) { return state.connectors[0].condition.contactor_closed; }));
    CHECK(wires.last().k1);
    CHECK(wires.last().pilot == PilotDrive::Oscillating);
    const auto ticks = loop.state().read().ticks;
    REQUIRE(wait_for([&](const LoopState& state) { return state.ticks > ticks + 10; }));
    loop.stop();
    CHECK(wires.last() == Outputs{});
    close(signal);
}

TEST_CASE("the signal comes with changes and not without") {
    Wires wires;
    const int signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ControlLoop loop(wires, bench::one(ConnectorType::Type2Cable), {}, {}, signal,
                     bench::without_monitor());
    Moment now{0};
    // The first check of the contactors is a change, too.
    for (int i = 0; i < 400; ++i) loop.tick(now += timing::tick);
    CHECK(signalled(signal, 0));
    const auto changes = loop.state().read().changes;
    for (int i = 0; i < 1000; ++i) loop.tick(now += timing::tick);
    CHECK_FALSE(signalled(signal, 0));
    CHECK(loop.state().read().changes == changes);
    CHECK(loop.state().read().ticks == 1400);
    Setpoints wishes;
    wishes.connectors[0] = {true, {16'000}, 3, false, now, now + 3600s};
    loop.wishes().write(wishes);
    loop.tick(now += timing::tick);
    CHECK(signalled(signal, 0));
    close(signal);
}

}  // namespace control_loop_test
