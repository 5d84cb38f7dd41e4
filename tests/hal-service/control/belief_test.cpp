// SPDX-License-Identifier: Apache-2.0
// An input that can't be read is as it last was, and is no reason for anything.

#include "hal-service/control/belief.hpp"

#include "tests/hal-service/wires.hpp"

namespace belief_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

Inputs sound() {
    Inputs in;
    in.meter.valid = true;
    in.pilot.high = in.pilot.low = {9000};
    return in;
}

}  // namespace

TEST_CASE("lines and a cable that can't be read are as they were") {
    Belief belief;
    auto in = sound();
    in.protective_earth = false;
    in.residual.dc = in.locked = in.k1_feedback = in.plug_detected = true;
    in.load_voltage[1] = {230'000};
    in.proximity_ohms = 220;
    belief.tick(in, true);
    auto blind = sound();
    blind.lines = blind.pilot.valid = false;
    for (int i = 0; i < 2; ++i) {
        const auto& seen = belief.tick(blind, true);
        CHECK_FALSE(seen.protective_earth);
        CHECK((seen.residual.dc && seen.locked && seen.k1_feedback && seen.plug_detected));
        CHECK(seen.load_voltage[1].count == 230'000);
        CHECK(seen.proximity_ohms == 220);
        CHECK_FALSE(seen.relay_supply);
    }
}

TEST_CASE("all is believed after three ticks in which all was read and can be") {
    Belief belief;
    const auto ticks = [&](const Inputs& in, bool has_pilot = true) {
        for (int i = 0; i < timing::agreeing_samples; ++i) {
            CHECK_FALSE(belief.complete());
            belief.tick(in, has_pilot);
        }
        return belief.complete();
    };
    CHECK(ticks(sound()));
    for (int i = 0; i < 4; ++i) {
        auto in = sound();
        if (i == 0) in.lines = false;
        if (i == 1) in.meter.valid = false;
        if (i == 2) in.meter.voltage[2] = {900'000};
        if (i == 3) in.pilot.plus_rail = {5000};
        INFO(i);
        belief.tick(in, true);
        CHECK_FALSE(ticks(in));
        belief.tick(in, true);
        CHECK(ticks(sound()));
    }
    auto household = sound();
    household.pilot.valid = false;
    belief.tick(Inputs{}, false);
    CHECK(ticks(household, false));
}

TEST_CASE("no offer begins and no contactor closes while lines or meter can't be read") {
    for (const bool lines : {true, false}) {
        INFO(lines);
        Wires w;
        w.run(5s);
        w.plugged = true;
        w.permit();
        w.until(PilotStage::Offering);
        w.run(300ms);
        w.disturb = [lines](Inputs& in) { (lines ? in.lines : in.meter.valid) = false; };
        w.run(900ms);
        CHECK_FALSE(w.outputs().k1);
        w.disturb = nullptr;
        w.until([&] { return w.outputs().k1; }, 90s);
    }
}

TEST_CASE("a cable that can't be read stays locked") {
    Wires w(ConnectorType::Type2Socket);
    w.plugged = true;
    w.permit(0);
    w.wish.lock_cable = true;
    w.run(5s);
    REQUIRE(w.outputs().lock);
    w.disturb = [](Inputs& in) {
        in.pilot.valid = false;
        in.proximity_ohms = proximity_open_ohms;
    };
    w.run(5s);
    CHECK(w.outputs().lock);
    CHECK(w.condition().cable);
}

TEST_CASE("a weld is not disproved by lines or a meter that can't be read") {
    for (const bool lines : {true, false}) {
        INFO(lines);
        Registers kept;
        kept.welded = pole_bit(Pole::L2);
        Wires w(ConnectorType::Type2Cable, {}, kept);
        w.disturb = [lines](Inputs& in) { (lines ? in.lines : in.meter.valid) = false; };
        w.run(20s);
        CHECK(w.report().kept.welded == pole_bit(Pole::L2));
        w.disturb = nullptr;
        w.run(5s);
        CHECK(w.report().kept.welded == 0);
    }
}

TEST_CASE("a vehicle has not left while the pilot shows what can't be") {
    Wires w;
    w.charge();
    w.disturb = [](Inputs& in) {
        if (in.k1_feedback) in.residual.dc = true;
    };
    w.until([&] { return w.has(FaultCode::ResidualCurrentDC); });
    w.disturb = [](Inputs& in) {
        in.pilot.plus_rail = {5000};
        in.pilot.high = in.pilot.low = {12'000};
    };
    w.run(5s);
    CHECK(w.condition().plugged);
    w.disturb = nullptr;
    w.run(5s);
    CHECK(w.has(FaultCode::ResidualCurrentDC));
    CHECK(w.condition().plug_count == 1);
}

}  // namespace belief_test
