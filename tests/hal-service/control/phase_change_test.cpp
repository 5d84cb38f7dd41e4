// SPDX-License-Identifier: Apache-2.0
// From one phase to three and back, at any moment of a session.

#include "hal-service/control/phase_change.hpp"

#include "tests/hal-service/wires.hpp"

namespace phase_change_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

const Moment usual_pause = process::PhaseChangeSettings{}.pause;

}  // namespace

TEST_CASE("the poles are proven open, E is shown for the pause, and the session goes on") {
    const int from = GENERATE(1, 3);
    const int to = 4 - from;
    Wires w;
    w.charge(16'000, from);
    CHECK(w.outputs().k2 == (from == 3));
    CHECK_FALSE(w.condition().phase_change);
    w.permit(16'000, to);
    w.tick();
    CHECK(w.condition().phase_change);
    CHECK(w.stage() == PilotStage::Stopping);
    w.until([&] { return !w.outputs().k1; });
    const auto opened = w.now();
    w.until(PilotStage::ChangingPhases);
    CHECK(w.now() - opened >= timing::weld_check_after);
    CHECK(w.outputs().pilot == PilotDrive::Disconnected);
    CHECK(w.condition().plugged);
    CHECK(w.until([&] { return w.outputs().pilot == PilotDrive::Steady; }) == usual_pause);
    CHECK(w.until([&] { return w.outputs().pilot == PilotDrive::Oscillating; }) ==
          timing::x1_after_phase_change);
    CHECK_FALSE(w.condition().phase_change);
    w.until([&] { return w.outputs().k1; }, 3s);
    CHECK(w.outputs().k2 == (to == 3));
    CHECK(w.condition().phases == to);
    CHECK(w.report().kept.phases == to);
    CHECK(w.condition().plug_count == 1);
    CHECK(w.condition().wake_ups == 0);
}

TEST_CASE("poles that are not proven open are not changed") {
    Wires w;
    w.charge();
    w.permit(16'000, 1);
    w.until(PilotStage::Waiting);
    SECTION("by their mirror contact") {
        w.disturb = [](Inputs& in) { in.k2_feedback = true; };
    }
    SECTION("by the voltage behind them") {
        w.disturb = [](Inputs& in) { in.load_voltage[2] = {230'000}; };
    }
    for (int i = 0; i < 4000; ++i) {
        w.tick();
        CHECK(w.stage() != PilotStage::ChangingPhases);
        CHECK_FALSE(w.outputs().k1);
    }
}

TEST_CASE("a change that is withdrawn leaves the session as it was") {
    Wires w;
    w.charge();
    w.permit(16'000, 1);
    SECTION("while the vehicle lowers its current") { w.until(PilotStage::Stopping); }
    SECTION("before E") { w.until(PilotStage::Waiting); }
    SECTION("in E") { w.until(PilotStage::ChangingPhases); }
    w.permit(16'000, 3);
    w.until(PilotStage::Energised, 10s);
    CHECK(w.outputs().k2);
    CHECK_FALSE(w.condition().phase_change);
}

TEST_CASE("a vehicle that leaves ends it, and the next one gets what is wished at once") {
    Wires w;
    w.charge();
    w.permit(16'000, 1);
    SECTION("before E") { w.until(PilotStage::Waiting); }
    SECTION("in E") { w.until(PilotStage::ChangingPhases); }
    w.plugged = false;
    w.until([&] { return !w.condition().plugged; }, usual_pause + 1s);
    CHECK_FALSE(w.condition().phase_change);
    w.run(1s);
    w.plugged = true;
    w.run(100ms);
    w.permit(16'000, 1);
    w.until([&] { return w.outputs().k1; }, 6s);
    CHECK_FALSE(w.outputs().k2);
}

TEST_CASE("a permission that is withdrawn meanwhile is obeyed, and the change made afterwards") {
    Wires w;
    w.charge();
    w.permit(16'000, 1);
    w.until(PilotStage::ChangingPhases);
    w.permit(0, 1);
    w.until(PilotStage::Waiting, 1s);
    CHECK(w.outputs().pilot == PilotDrive::Steady);
    w.run(60s);
    CHECK(w.stage() == PilotStage::Waiting);
    w.permit(16'000, 1);
    w.until(PilotStage::ChangingPhases, 1s);
    w.until([&] { return w.outputs().k1; });
    CHECK_FALSE(w.outputs().k2);
}

TEST_CASE("poles that had to be opened under load stay off for a minute") {
    Wires w;
    w.charge();
    w.stubborn = true;
    w.permit(16'000, 1);
    w.until([&] { return !w.outputs().k1; }, 7s);
    w.stubborn = false;
    w.until(PilotStage::ChangingPhases);
    CHECK(w.until(PilotStage::Waiting) == timing::phase_change_after_load);
}

TEST_CASE("beyond so many changes an hour the session goes on with fewer phases") {
    process::OutletSettings board;
    board.phase_change.per_hour = 6;
    Wires w(ConnectorType::Type2Cable, board);
    w.milliamps = 6'000;
    w.charge();
    for (const int phases : {1, 3, 1, 3, 1}) {
        w.permit(8'000, phases);
        w.until([&] { return w.outputs().k1 && w.condition().phases == phases; },
                usual_pause + 30s);
    }
    w.permit(8'000, 3);
    for (int i = 0; i < 12'000; ++i) {
        w.tick();
        CHECK(w.outputs().k1);
        CHECK_FALSE(w.outputs().k2);
        CHECK_FALSE(w.condition().phase_change);
    }
    CHECK(w.condition().offered == units::Milliamps{8'000});
    w.miss(timing::phase_change_window);
    w.permit(8'000, 3);
    w.until([&] { return w.outputs().k1 && w.outputs().k2; }, usual_pause + 30s);
}

TEST_CASE("a change to fewer phases is made whatever there was before") {
    process::OutletSettings board;
    board.phase_change.per_hour = GENERATE(0, 1);
    Wires w(ConnectorType::Type2Cable, board);
    w.milliamps = 6'000;
    w.charge();
    w.permit(8'000, 1);  // too little for three
    w.tick();
    CHECK(w.condition().phase_change);
    w.until([&] { return w.outputs().k1 && !w.outputs().k2; }, usual_pause + 30s);
    CHECK(w.condition().offered == units::Milliamps{8'000});
}

TEST_CASE("a restart remembers what the vehicle knows") {
    Registers kept;
    kept.plug_count = kept.plugged = kept.monitor_checked = 1;
    kept.phases = 1;
    Wires w(ConnectorType::Type2Cable, {}, kept);
    w.plugged = true;
    w.permit(16'000, 3);
    w.until(PilotStage::ChangingPhases, 5s);
    w.until([&] { return w.outputs().k1; });
    CHECK(w.outputs().k2);
}

}  // namespace phase_change_test
