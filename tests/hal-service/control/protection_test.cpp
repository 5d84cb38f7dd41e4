// SPDX-License-Identifier: Apache-2.0
// Each trip within its time, on the simulated circuit; and the table itself, row by row.

#include "hal-service/control/protection.hpp"
#include "hal-service/control/temperature.hpp"

#include "tests/hal-service/bench.hpp"

#include <string>

namespace protection_test {

namespace {

using namespace hal;
using bench::Bench;
using bench::one;
using namespace std::chrono_literals;

struct Trip {
    const char* request;
    FaultCode code;
    Moment within;  // to the contactors being open
};

}  // namespace

TEST_CASE("each trip opens the contactors within its time and stays until the vehicle is gone") {
    const auto trip =
        GENERATE(Trip{R"("residual_current","ac_ma":30)", FaultCode::ResidualCurrentAC, 300ms},
                 Trip{R"("residual_current","dc_ma":60)", FaultCode::ResidualCurrentDC, 300ms},
                 Trip{R"("residual_current","dc_ma":6)", FaultCode::ResidualCurrentDC, 10s},
                 Trip{R"("overcurrent","amps":20)", FaultCode::OverCurrentL1, 8s});
    INFO(trip.request);
    Bench b;
    b.charge();
    b.run(10s);
    b.say(std::string(R"({"do":"fault","name":)") + trip.request + "}");
    b.tick();
    CHECK(b.until([&] { return !b.closed(); }) <= trip.within);
    REQUIRE(b.fault(trip.code) != nullptr);
    CHECK(b.fault(trip.code)->prevents_charging);
    CHECK_FALSE(b.condition().pwm);
    b.say(R"({"do":"fault","name":"residual_current","on":false})");
    b.say(R"({"do":"fault","name":"overcurrent","on":false})");
    b.run(60s);
    CHECK(b.fault(trip.code) != nullptr);
    CHECK_FALSE(b.closed());
    b.say(R"({"do":"unplug","connector":1})");
    b.run(3s);
    CHECK(b.condition().fault_count == 0);
    b.charge();
}

TEST_CASE("what is below a limit trips nothing") {
    const char* harmless =
        GENERATE(R"("residual_current","ac_ma":29,"dc_ma":5)", R"("overcurrent","amps":18.1)");
    INFO(harmless);
    Bench b;
    b.charge();
    b.say(std::string(R"({"do":"fault","name":)") + harmless + "}");
    b.run(60s);
    CHECK(b.closed());
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("lowering the current gives the vehicle its 5 s before it counts as over-current") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"response_ms":4900})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    b.until([&] { return b.amps() > 0; });
    b.run(10s);
    b.wish(6000);
    b.run(20s);
    CHECK(b.amps() == 6.0);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("lost protective earth opens, and its return lets go") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"protective_earth"})");
    b.tick();
    CHECK(b.until([&] { return !b.closed(); }) <= 150ms);
    CHECK(b.fault(FaultCode::ProtectiveEarth) != nullptr);
    b.say(R"({"do":"fault","name":"protective_earth","on":false})");
    const auto back = b.until([&] { return b.closed(); }, 40s);
    CHECK(back >= timing::pause_after_fault);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("a welded pole is named within 2 s of opening, and none other") {
    const std::string pole = GENERATE("L1", "L2", "L3", "N");
    INFO(pole);
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"relay_welded","relay":")" + pole + "\"}");
    b.run(1s);
    CHECK(b.condition().fault_count == 0);  // closed is closed
    b.wish(0);
    b.until([&] { return !b.coil(); });
    CHECK(b.until([&] { return b.fault(FaultCode::RelayWelded) != nullptr; }) <= 2s);
    CHECK(describe(*b.fault(FaultCode::RelayWelded)) == pole);
    b.wish(16'000);
    b.run(20s);
    CHECK_FALSE(b.coil());
    b.say(R"({"do":"fault","name":"relay_welded","on":false})");
    b.run(20s);
    CHECK_FALSE(b.coil());
    b.say(R"({"do":"unplug","connector":1})");
    b.run(20s);
    CHECK_FALSE(b.condition().plugged);
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);  // although no pole conducts any more
    b.restart();
    b.run(500ms);
    CHECK(describe(*b.fault(FaultCode::RelayWelded)) == pole);
    b.run(3s);
    CHECK(b.condition().fault_count == 0);
    CHECK(b.report().kept.welded == 0);
    b.charge();
}

TEST_CASE("a restart alone does not forget a weld, nor does one that finds it again") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"relay_welded","relay":"L2"})");
    b.wish(0);
    b.until([&] { return b.fault(FaultCode::RelayWelded) != nullptr; });
    b.restart();
    b.tick();
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
    b.run(30s);
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
    b.say(R"({"do":"fault","name":"relay_welded","on":false})");
    b.say(R"({"do":"unplug","connector":1})");
    b.run(30s);
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
    b.say(R"({"do":"plug_in","connector":1})");
    b.run(30s);
    b.restart();
    b.wish(16'000);
    b.run(60s);  // clean, but plugged in
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
    CHECK(b.condition().plugged);
    b.say(R"({"do":"unplug","connector":1})");
    b.run(timing::look_every + 1s);
    CHECK(b.fault(FaultCode::RelayWelded) == nullptr);
    b.charge();
}

TEST_CASE("a process that remembers a weld looks for the vehicle before it shows F") {
    const bool leaves = GENERATE(true, false);
    INFO(leaves);
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"relay_welded","relay":"L2"})");
    b.wish(0);
    b.until([&] { return b.fault(FaultCode::RelayWelded) != nullptr; });
    if (leaves) b.say(R"({"do":"unplug","connector":1})");
    b.restart();
    b.tick();
    CHECK(b.condition().pilot != PilotState::F);
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
    for (int i = 1; i < timing::look_lasts / timing::tick; ++i) {
        b.tick();
        CHECK(b.condition().pilot != PilotState::F);
        CHECK_FALSE(b.coil());
    }
    CHECK(b.condition().plugged == !leaves);
    b.run(2 * timing::tick);
    CHECK(b.condition().pilot == PilotState::F);
    CHECK(b.until([&] { return b.condition().pilot != PilotState::F; }) >= timing::least_minus);
}

TEST_CASE("a vehicle that leaves while F is held is seen within 3 s") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"relay_welded","relay":"L2"})");
    b.wish(0);
    b.until([&] { return b.fault(FaultCode::RelayWelded) != nullptr; });
    b.run(400ms);
    b.say(R"({"do":"unplug","connector":1})");
    b.until([&] { return !b.condition().plugged; }, 3s);
    CHECK(b.fault(FaultCode::RelayWelded) != nullptr);
}

TEST_CASE("a contactor that does not close is reported within half a second") {
    Bench b;
    b.say(R"({"do":"fault","name":"relay_stuck_open"})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    b.until([&] { return b.coil(); });
    CHECK(b.until([&] { return b.fault(FaultCode::RelayStuckOpen) != nullptr; }) <= 400ms);
    CHECK(describe(*b.fault(FaultCode::RelayStuckOpen)) == "L1 L2 L3");
    b.run(5s);
    CHECK_FALSE(b.coil());
    CHECK_FALSE(b.condition().pwm);
}

TEST_CASE("heat lowers the offer from 80 degrees and ends it at 100") {
    const std::string place = GENERATE("Outlet", "Body");
    const auto heat = [&](const char* celsius) {
        return R"({"do":"fault","name":"temperature","place":")" + place + R"(","celsius":)" +
               celsius + "}";
    };
    Bench b;
    b.charge(32'000);
    b.run(10s);
    b.say(heat("79.9"));
    b.run(6s);
    CHECK(b.condition().offered.count == 32'000);
    CHECK(b.condition().fault_count == 0);
    b.say(heat("90"));
    b.run(6s);
    CHECK(b.condition().offered.count == 19'000);
    REQUIRE(b.fault(FaultCode::OverTemperature) != nullptr);
    CHECK_FALSE(b.fault(FaultCode::OverTemperature)->prevents_charging);
    CHECK(describe(*b.fault(FaultCode::OverTemperature)) == place + " 90.0 degrees");
    b.say(heat("100"));
    b.tick();
    CHECK(b.until([&] { return !b.closed(); }) <= 50ms);
    CHECK(b.fault(FaultCode::OverTemperature)->prevents_charging);
    b.say(heat("91"));
    b.run(10s);
    CHECK_FALSE(b.condition().pwm);
    b.say(heat("85"));
    b.run(40s);
    CHECK(b.closed());
    CHECK(b.condition().offered.count < 32'000);
    b.say(R"({"do":"fault","name":"temperature","on":false})");
    b.run(10s);
    CHECK(b.condition().offered.count == 32'000);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("the inlet's temperature is measured and decides nothing") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"temperature","place":"Inlet","celsius":120})");
    b.run(10s);
    CHECK(b.report().inlet_temperature == units::MilliCelsius{120'000});
    CHECK(b.closed());
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("a few failing transfers are nothing, a silent meter ends the charging") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"bus_errors","count":8})");
    b.run(5s);
    CHECK(b.closed());
    CHECK(b.condition().fault_count == 0);
    const auto energy = b.report().kept.energy;
    b.say(R"({"do":"fault","name":"meter_offline"})");
    b.tick();
    const auto took = b.until([&] { return b.fault(FaultCode::MeterOffline) != nullptr; });
    CHECK(took >= timing::meter_stale - timing::tick);  // since the last transfer
    CHECK(took <= timing::meter_stale + 50ms);
    b.run(1s);
    CHECK_FALSE(b.closed());
    CHECK(b.report().current[0].count == 0);
    b.say(R"({"do":"fault","name":"meter_offline","on":false})");
    b.run(40s);
    CHECK(b.condition().fault_count == 0);
    CHECK(b.closed());
    // The meter itself counted what flowed unseen.
    CHECK(b.report().kept.energy == b.truth().energy);
    CHECK(b.report().kept.energy > energy);
}

TEST_CASE("a reader that is silent is a warning, and charging goes on") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"reader_offline"})");
    b.run(3s);
    REQUIRE(b.fault(FaultCode::ReaderOffline) != nullptr);
    CHECK_FALSE(b.fault(FaultCode::ReaderOffline)->prevents_charging);
    CHECK(b.closed());
}

TEST_CASE("the allowance falls in whole amps and comes back only after cooling") {
    const auto at = [](std::int64_t milli, units::Milliamps present) {
        return derated({32'000}, {}, {milli}, present).count;
    };
    CHECK(at(25'000, {32'000}) == 32'000);
    CHECK(at(80'000, {32'000}) == 32'000);
    CHECK(at(81'000, {32'000}) == 30'000);
    CHECK(at(99'999, {32'000}) == 6000);
    CHECK(at(200'000, {32'000}) == 6000);
    CHECK(at(80'500, {30'000}) == 30'000);
    CHECK(at(77'999, {30'000}) == 32'000);
    CHECK(derated({6000}, {}, {95'000}, {6000}).count == 6000);
    std::int64_t before = 32'000;
    for (std::int64_t milli = 70'000; milli <= 110'000; milli += 125) {
        const auto now = at(milli, {before});
        REQUIRE(now <= before);
        REQUIRE(now % 1000 == 0);
        before = now;
    }
}

TEST_CASE("the table has room, reasons and names") {
    CHECK(protection_rules().size() <= max_rules);
    for (const auto& rule : protection_rules()) {
        INFO(shared::name_of(rule.code));
        CHECK(std::string(rule.why).size() > 10);
        const Inputs healthy;
        const process::OutletSettings settings;
        Heat heat({32'000}, {}, 0);
        heat.tick(healthy);
        const Evidence nothing{.in = healthy, .settings = settings, .heat = heat};
        CHECK_FALSE(rule.present(nothing));
    }
}

TEST_CASE("a condition has to hold without a break to count") {
    Inputs inputs;
    const process::OutletSettings settings;
    Heat heat({32'000}, {}, 0);
    heat.tick(inputs);
    Protection protection;
    Moment now{0};
    const auto tick = [&](bool tripped) {
        inputs.residual.dc = tripped;
        Evidence evidence{.in = inputs, .settings = settings, .heat = heat};
        evidence.now = now += timing::tick;
        evidence.plugged = true;
        protection.tick(evidence);
    };
    for (int round = 0; round < 10; ++round) {
        for (Moment t{0}; t < timing::residual; t += timing::tick) tick(true);
        tick(false);
    }
    CHECK_FALSE(protection.trips());
    for (Moment t{0}; t <= timing::residual; t += timing::tick) tick(true);
    CHECK(protection.trips());
    std::array<ActiveFault, max_faults> faults{};
    REQUIRE(protection.list(faults) == 1);
    CHECK(faults[0].code == FaultCode::ResidualCurrentDC);
}

TEST_CASE("a meter with the wrong calibration ends charging, and its correction allows it again") {
    Inputs inputs;
    const process::OutletSettings settings;
    Heat heat({32'000}, {}, 0);
    heat.tick(inputs);
    Protection protection;
    Moment now{0};
    const auto run = [&](bool calibrated, Moment time) {
        inputs.meter.calibrated = calibrated;
        for (const auto end = now + time; now < end;) {
            Evidence evidence{.in = inputs, .settings = settings, .heat = heat};
            evidence.now = now += timing::tick;
            protection.tick(evidence);
        }
    };
    run(true, timing::gone);
    CHECK_FALSE(protection.stops());
    run(false, timing::tick);
    CHECK(protection.active(FaultCode::MeterCalibration));
    CHECK(protection.stops());
    CHECK_FALSE(protection.trips());
    run(true, timing::gone + 2 * timing::tick);
    CHECK_FALSE(protection.active(FaultCode::MeterCalibration));
}

}  // namespace protection_test
