// SPDX-License-Identifier: Apache-2.0
// Every row of the table of sequences, in virtual time and to the tick.

#include "hal-service/control/sequences.hpp"

#include "tests/hal-service/wires.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sequences_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

process::OutletSettings settings() {
    process::OutletSettings board;
    board.residual_monitor = false;
    board.wake_up.after = 10s;
    board.wake_up.duration = 4s;
    board.wake_up.pause = 20s;
    board.wake_up.repeats = 2;
    return board;
}

// A vehicle found charging: what this process begins with.
Registers interrupted() {
    Registers kept;
    kept.plug_count = kept.plugged = kept.monitor_checked = 1;
    kept.phases = 3;
    return kept;
}

constexpr Moment reads = 3 * timing::tick;  // as many as make a state

// Brings a fresh connector into the phase, by the first row that leads there.
void reach(Wires& w, PilotStage phase) {
    switch (phase) {
        case PilotStage::Starting: return;
        case PilotStage::Renewing:
            w.plugged = w.stubborn = true;
            w.shows = PilotState::C;
            w.until(PilotStage::Renewing);
            w.shows.reset();
            return;
        case PilotStage::Waiting:
            w.plugged = true;
            w.run(1s);
            return;
        case PilotStage::Offering:
            w.plugged = true;
            w.asks = false;
            w.permit();
            w.until(PilotStage::Offering);
            w.run(1s);
            return;
        case PilotStage::Energised: w.charge(); return;
        case PilotStage::Stopping:
            w.charge();
            w.stubborn = true;
            w.permit(0);
            w.until(PilotStage::Stopping);
            return;
        case PilotStage::WakingUp:
        case PilotStage::Woken:
            w.plugged = true;
            w.asks = false;
            w.permit(16'000, 3, true);
            w.until(phase);
            return;
        case PilotStage::ChangingPhases:
            w.charge();
            w.permit(16'000, 1);
            w.until(PilotStage::ChangingPhases);
            return;
        case PilotStage::Tripped:
            w.charge();
            w.disturb = [](Inputs& in) { in.protective_earth = false; };
            w.until(PilotStage::Tripped);
            w.disturb = nullptr;
            return;
    }
}

struct Step {
    PilotStage from;
    PilotStage to;
    std::string reason;              // the row's reason
    std::function<void(Wires&)> so;  // makes the row apply; nothing: time does
    Moment after{0};                 // since the first tick that shows it
    bool from_interruption = false;
};

void nothing(Wires&) {}
void forbid(Wires& w) { w.permit(0); }
void unplug(Wires& w) { w.plugged = false; }
void darken(Wires& w) {
    w.disturb = [](Inputs& in) { in.power_good = false; };
}
void lose_earth(Wires& w) {
    w.disturb = [](Inputs& in) { in.protective_earth = false; };
}

using enum PilotStage;

const std::vector<Step> steps = {
    {Starting, Tripped, "a fault is there at the start",
     [](Wires& w) { w.disturb = [](Inputs& in) { in.outlet_temperature = {{101'000}}; }; }},
    {Starting, Renewing,
     "found in C with open contactors: never close on stale state, let it ask anew",
     [](Wires& w) { w.shows = PilotState::C; }, reads - timing::tick, true},
    {Starting, Waiting, "the vehicle's state is known, the contactors are open", nothing,
     reads - timing::tick},
    {Renewing, Tripped, "a trip", lose_earth, timing::earth_lost, true},
    {Renewing, Waiting, "F has lasted: back to X1", nothing, timing::least_minus - timing::tick,
     true},
    {Waiting, Tripped, "a trip", lose_earth, timing::earth_lost},
    {Waiting, ChangingPhases,
     "the poles are proven open: the vehicle is shown E before it gets other phases",
     [](Wires& w) {
         w.charge();
         w.permit(16'000, 1);
         w.until(PilotStage::Waiting);
     },
     timing::weld_check_after},
    {Waiting, Offering, "plugged in and permitted: B1 to B2", [](Wires& w) { w.permit(); }},
    {Offering, Tripped, "a trip", lose_earth, timing::earth_lost},
    {Offering, Waiting, "the supply is lost", darken, timing::mains_lost - timing::tick},
    {Offering, Waiting, "unplugged: B2 to A", unplug, reads - timing::tick},
    {Offering, Waiting, "no longer permitted: B2 to B1", forbid},
    {Offering, Energised, "the vehicle asks steadily: B2 to C2", [](Wires& w) { w.asks = true; },
     reads - timing::tick + timing::close_after_c},
    {Offering, WakingUp, "the vehicle ignores the offer", [](Wires& w) { w.wish.wake_up = true; },
     9s - timing::tick},
    {Energised, Tripped, "a trip opens at once", lose_earth, timing::earth_lost},
    {Energised, Waiting, "the supply is lost", darken, timing::mains_lost - timing::tick},
    {Energised, Waiting, "unplugged, or the pilot is lost", unplug, timing::open_after_a_or_e},
    {Energised, Offering, "the vehicle opens S2: C2 to B2", [](Wires& w) { w.asks = false; },
     timing::open_after_b},
    {Energised, Waiting, "the vehicle opens S2 again and again: spares the contactors",
     [](Wires& w) {
         for (int n = 0; n < 2; ++n) {
             w.asks = false;
             w.until(PilotStage::Offering);
             w.run(1s);
             w.asks = true;
             w.until(PilotStage::Energised);
             w.run(1s);
         }
         w.asks = false;
     },
     timing::open_after_b},
    {Energised, Stopping, "no longer permitted: C2 to C1", forbid},
    {Stopping, Tripped, "a trip opens at once", lose_earth, timing::earth_lost},
    {Stopping, Waiting, "the supply is lost", darken, timing::mains_lost - timing::tick},
    {Stopping, Waiting, "the vehicle has opened S2: C1 to B1", [](Wires& w) { w.stubborn = false; },
     reads - timing::tick},
    {Stopping, Waiting, "it does not react: opened under load", nothing,
     timing::stop_wait - timing::tick},
    {WakingUp, Tripped, "a trip", lose_earth, timing::earth_lost},
    {WakingUp, Waiting, "no longer permitted, and the level was shown for 300 ms", forbid,
     timing::least_minus - timing::tick},
    {WakingUp, Woken, "the level has lasted: back to X1", nothing, 4s - timing::tick},
    {Woken, Tripped, "a trip", lose_earth, timing::earth_lost},
    {Woken, Waiting, "no longer permitted, or unplugged meanwhile", forbid},
    {Woken, Offering, "offered again: B1 to B2", nothing, timing::x1_after_wake_up - timing::tick},
    {ChangingPhases, Tripped, "a trip", lose_earth, timing::earth_lost},
    {ChangingPhases, Waiting, "withdrawn or unplugged, and E was shown for 300 ms",
     [](Wires& w) { w.permit(16'000, 3); }, timing::least_minus - timing::tick},
    {ChangingPhases, Waiting, "the pause is over, the poles are changed", nothing,
     process::PhaseChangeSettings{}.pause - timing::tick},
    {Tripped, Waiting, "no fault is left, and F has lasted", nothing, timing::gone},
};

}  // namespace

TEST_CASE("each row of the sequences applies when it should, to the tick") {
    std::size_t covered = 0;
    for (const auto& row : sequence_rows()) {
        bool any = false;
        for (const auto& step : steps)
            any = any || (step.from == row.from && step.to == row.to && step.reason == row.reason);
        INFO(shared::name_of(row.from) << " to " << shared::name_of(row.to) << ": " << row.reason);
        // An outlet without a pilot has its own test.
        CHECK((any || row.reason.starts_with("without a pilot")));
        covered += any ? 1 : 0;
    }
    CHECK(covered == steps.size());

    for (const auto& step : steps) {
        INFO(shared::name_of(step.from)
             << " to " << shared::name_of(step.to) << ": " << step.reason);
        Wires w(ConnectorType::Type2Cable, settings(),
                step.from_interruption ? interrupted() : Registers{});
        reach(w, step.from);
        REQUIRE(w.stage() == step.from);
        step.so(w);
        const auto began = w.now();
        const auto before = w.stage();
        REQUIRE(before == step.from);
        w.until([&] { return w.stage() != before; });
        CHECK(w.stage() == step.to);
        CHECK((w.now() - began - timing::tick).count() == step.after.count());
        // IEC 61851-1 5.3, and what makes the rest safe.
        const auto& out = w.outputs();
        const bool offers = w.stage() == PilotStage::Offering || w.stage() == PilotStage::Energised;
        CHECK((out.pilot == PilotDrive::Oscillating) == offers);
        CHECK(out.k1 == (w.stage() == PilotStage::Energised || w.stage() == PilotStage::Stopping));
    }
}

TEST_CASE("without a pilot a stop opens at once") {
    Wires w(ConnectorType::Schuko, settings());
    w.charge(10'000);
    w.permit(0);
    w.tick();
    CHECK_FALSE(w.outputs().k1);
    CHECK(w.stage() == PilotStage::Waiting);
    CHECK(w.outputs().pilot == PilotDrive::Steady);
}

TEST_CASE("who has opened S2 again and again is offered nothing for a while, and then served") {
    Wires w(ConnectorType::Type2Cable, settings());
    w.charge();
    int closings = 1;
    const auto began = w.now();
    bool closed = true;
    while (w.now() - began < 60s) {
        w.asks = (w.now() - began) / 1s % 2 == 1;
        w.tick();
        closings += w.outputs().k1 && !closed ? 1 : 0;
        closed = w.outputs().k1;
    }
    // Three, then a pause of 5 s.
    CHECK(closings >= 10);
    CHECK(closings <= 24);
    w.asks = true;
    w.until([&] { return w.outputs().k1; }, 10s);
}

TEST_CASE("contactors that are not proven open are not closed") {
    Wires w(ConnectorType::Type2Cable, settings());
    w.plugged = true;
    w.disturb = [](Inputs& in) { in.load_voltage[1] = {160'000}, in.meter.voltage[1] = {140'000}; };
    w.permit();
    w.run(2s);
    CHECK(w.stage() == PilotStage::Waiting);
    w.disturb = nullptr;
    w.until(PilotStage::Energised);
}

TEST_CASE("a household outlet that is too hot is switched off, as it can't be told to draw less") {
    Wires w(ConnectorType::Schuko, settings());
    w.charge(10'000);
    w.disturb = [](Inputs& in) { in.outlet_temperature = {{90'000}}; };
    w.tick();
    CHECK_FALSE(w.outputs().k1);
    CHECK(w.report().temperature_limit.count == 0);
    w.disturb = [](Inputs& in) { in.outlet_temperature = {{70'000}}; };
    w.until([&] { return w.outputs().k1; });
    CHECK(w.report().temperature_limit.count == 10'000);
}

TEST_CASE("state D is served where there is ventilation, and cut off like C") {
    auto board = settings();
    board.ventilation = true;
    Wires w(ConnectorType::Type2Cable, board);
    w.ventilation = true;
    w.charge();
    CHECK(w.condition().pilot == PilotState::D);
    CHECK(w.condition().fault_count == 0);
    w.ventilation = false;  // D to C and back: asks on
    w.run(1s);
    CHECK(w.outputs().k1);
    w.ventilation = true;
    w.run(1s);
    CHECK(w.outputs().k1);
    w.asks = false;
    CHECK(w.until([&] { return !w.outputs().k1; }) <= timing::open_after_b + timing::tick);
}

TEST_CASE("a vehicle that asks from the moment it is plugged in is served") {
    Wires w(ConnectorType::Type2Cable, settings());
    w.run(1s);
    w.permit();
    w.plugged = true;
    w.shows = PilotState::C;
    CHECK(w.until([&] { return w.outputs().k1; }) <= timing::close_after_c + 50ms);
    CHECK(w.condition().toggles == 0);
}

TEST_CASE("a restart interrupts for the pause the standard wants, and a request anew") {
    Wires w(ConnectorType::Type2Cable, {}, interrupted());  // with a monitor to test
    w.plugged = w.stubborn = true;
    w.shows = PilotState::C;
    w.permit();
    w.until(PilotStage::Renewing);
    CHECK_FALSE(w.outputs().k1);
    CHECK(w.outputs().pilot == PilotDrive::Minus);
    w.shows.reset();
    w.until([&] { return w.outputs().pilot != PilotDrive::Minus; });
    const auto renewed = w.until([&] { return w.outputs().pilot == PilotDrive::Oscillating; });
    // A test that the process before has begun is given its time.
    CHECK(renewed <= timing::monitor_check_over);
    const auto closed = w.until([&] { return w.outputs().k1; });
    CHECK(closed <= timing::close_after_c + reads + 2 * timing::tick);
    CHECK(w.condition().plug_count == 1);
}

TEST_CASE("pulses of a vehicle that toggles are counted, and close nothing") {
    Wires w(ConnectorType::Type2Cable, settings());
    reach(w, PilotStage::Offering);
    const auto pulse = [&](Moment in_c, Moment in_b) {
        w.asks = true;
        w.run(in_c);
        w.asks = false;
        w.run(in_b);
    };
    for (int i = 0; i < 3; ++i) pulse(400ms, 300ms);
    CHECK(w.condition().toggles == 3);
    pulse(200ms, 200ms);
    CHECK(w.condition().toggles == 4);
    pulse(100ms, 300ms);  // a bounce
    CHECK(w.condition().toggles == 4);
    CHECK(w.stage() == PilotStage::Offering);
    CHECK(w.condition().wake_ups == 0);
    w.plugged = false;
    w.run(1s);
    w.plugged = true;
    w.run(1s);
    CHECK(w.condition().toggles == 0);  // another visit
}

TEST_CASE("a sleeping vehicle is woken as often as the board file says, with its level") {
    auto board = settings();
    const auto level = GENERATE(process::WakeUpLevel::E, process::WakeUpLevel::F);
    board.wake_up.level = level;
    Wires w(ConnectorType::Type2Cable, board);
    w.plugged = true;
    w.asks = false;
    w.permit(16'000, 3, true);
    w.until(PilotStage::Offering);
    CHECK(w.until(PilotStage::WakingUp) == board.wake_up.after);
    CHECK(w.outputs().pilot ==
          (level == process::WakeUpLevel::E ? PilotDrive::Disconnected : PilotDrive::Minus));
    CHECK(w.condition().plugged);  // nothing is concluded meanwhile
    CHECK(w.condition().wake_ups == 1);
    CHECK(w.until(PilotStage::Woken) == board.wake_up.duration);
    CHECK(w.outputs().pilot == PilotDrive::Steady);
    CHECK(w.until(PilotStage::Offering) == timing::x1_after_wake_up);
    CHECK(w.until(PilotStage::WakingUp) == board.wake_up.pause);
    w.until(PilotStage::Offering);
    CHECK(w.condition().wake_ups == 2);
    w.run(600s);
    CHECK(w.condition().wake_ups == 2);
    w.permit(0);
    w.run(1s);
    w.permit(16'000, 3, true);  // offered anew: again
    w.run(60s);
    CHECK(w.condition().wake_ups == 4);
}

TEST_CASE("who has asked since it was offered, or may not be woken, is left alone") {
    Wires w(ConnectorType::Type2Cable, settings());
    w.plugged = true;
    w.asks = false;
    w.permit();
    w.run(120s);
    CHECK(w.condition().wake_ups == 0);
    w.asks = true;
    w.until([&] { return w.outputs().k1; });
    w.asks = false;
    w.wish.wake_up = true;
    w.run(120s);
    CHECK(w.condition().wake_ups == 0);
    CHECK(w.stage() == PilotStage::Offering);
}

TEST_CASE("a vehicle that leaves while it is woken is noticed right after") {
    Wires w(ConnectorType::Type2Cable, settings());
    reach(w, PilotStage::WakingUp);
    w.plugged = false;
    w.run(2s);
    CHECK(w.condition().plugged);
    w.until(PilotStage::Woken);
    CHECK(w.until([&] { return !w.condition().plugged; }) <=
          timing::pilot_settles + reads + 2 * timing::tick);
    w.until(PilotStage::Waiting);
    CHECK(w.outputs().pilot == PilotDrive::Steady);
}

}  // namespace sequences_test
