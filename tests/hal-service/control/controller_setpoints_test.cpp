// SPDX-License-Identifier: Apache-2.0
// What a controller makes of wishes, of outlets without a pilot and of sockets with a lock, and
// what it keeps.

#include "hal-service/control/controller.hpp"

#include "tests/hal-service/bench.hpp"

#include <string>

namespace controller_setpoints_test {

namespace {

using namespace hal;
using bench::Bench;
using bench::one;
using namespace std::chrono_literals;

constexpr ConnectorType schuko = ConnectorType::Schuko;
constexpr ConnectorType socket = ConnectorType::Type2Socket;

}  // namespace

TEST_CASE("an expired lease lowers the current, then stops") {
    Bench b(one(ConnectorType::Type2Cable), {{6000}, 60s});
    b.charge();
    b.run(6s);
    b.wish(16'000, 5s);
    b.run(4900ms);
    CHECK(b.condition().offered.count == 16'000);
    b.run(200ms);
    CHECK(b.condition().offered.count == 6000);
    CHECK(b.closed());
    b.run(1s);
    CHECK(b.amps() == 6.0);
    b.run(58s);
    CHECK(b.closed());
    b.run(2s);
    CHECK_FALSE(b.closed());
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("with no fallback an expired lease is a commanded stop") {
    Bench b(one(ConnectorType::Type2Cable), {{0}, 60s});
    b.charge();
    b.wish(16'000, 1s);
    b.run(1010ms);
    CHECK_FALSE(b.condition().pwm);
    b.run(1s);
    CHECK_FALSE(b.closed());
}

TEST_CASE("what was wished for one vehicle is not wished for the next") {
    Bench b;
    b.charge();
    b.say(R"({"do":"unplug","connector":1})");
    b.run(200ms);
    b.say(R"({"do":"plug_in","connector":1})");
    b.run(20s);
    CHECK_FALSE(b.condition().pwm);
    b.wish(16'000);
    b.until([&] { return b.closed(); });
    CHECK(b.condition().plug_count == 2);
}

TEST_CASE("another number of phases is only switched with all poles open, after a pause") {
    Bench b;
    b.charge();
    b.wish(16'000, 3600s, 1, 1);
    b.until([&] { return !b.closed(); }, 7s);
    const auto opened = b.now();
    b.until([&] { return b.closed(); });
    CHECK(b.now() - opened >= process::PhaseChangeSettings{}.pause);
    b.run(100ms);
    CHECK(b.condition().phases == 1);
    CHECK_FALSE(b.truth().poles[1]);
    CHECK_FALSE(b.truth().poles[2]);
    CHECK(b.amps(0) == 16.0);
    CHECK(b.amps(1) == 0);
}

TEST_CASE("an interrupted supply opens, and charging goes on afterwards") {
    Bench b;
    b.charge();
    b.say(R"({"do":"mains","interrupt_ms":1000})");
    b.until([&] { return !b.condition().mains; });
    b.run(50ms);
    CHECK_FALSE(b.closed());
    CHECK_FALSE(b.coil());
    b.run(1s);
    CHECK(b.condition().mains);
    b.until([&] { return b.closed(); });
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("a supply that dips for a period of the mains is nothing to the sequence") {
    Bench b;
    b.charge();
    b.say(R"({"do":"mains","interrupt_ms":20})");
    for (int i = 0; i < 40; ++i) {
        b.tick();
        CHECK(b.condition().mains);
        CHECK(b.coil());
    }
}

TEST_CASE("a supply that is lost is told within 40 ms") {
    Bench b;
    b.charge();
    b.say(R"({"do":"mains","interrupt_ms":45})");
    b.tick();
    CHECK(b.until([&] { return !b.condition().mains; }) <= 40ms);
    b.tick();
    CHECK_FALSE(b.coil());
}

TEST_CASE("a household socket switches without a pilot") {
    Bench b(one(schuko, 1, 10'000));
    b.say(R"({"do":"plug_in","connector":1})");
    b.run(1s);
    CHECK(b.condition().plugged);
    CHECK(b.condition().pilot == PilotState::B);
    CHECK(b.condition().ev_requests);
    CHECK_FALSE(b.closed());
    b.wish(10'000);
    b.until([&] { return b.closed(); }, 1s);
    b.run(1s);
    CHECK(b.condition().pilot == PilotState::C);
    CHECK(b.condition().offered.count == 10'000);
    CHECK_FALSE(b.condition().pwm);
    CHECK(b.amps() == 10.0);
    CHECK_FALSE(b.truth().poles[1]);

    SECTION("unplugging opens at once") {
        b.say(R"({"do":"unplug","connector":1})");
        b.tick();
        CHECK(b.until([&] { return !b.closed(); }) <= 30ms);
        CHECK_FALSE(b.condition().plugged);
    }
    SECTION("a stop opens at once") {
        b.wish(0);
        CHECK(b.until([&] { return !b.closed(); }) <= 20ms);
        CHECK(b.condition().plugged);
    }
}

TEST_CASE("a socket locks its cable before it energises it and holds it until it is dead") {
    Bench b(one(socket));
    CHECK_FALSE(b.condition().cable);
    b.say(R"({"do":"plug_in","connector":1,"end":"charge_point","cable_rating":20})");
    b.run(1s);
    CHECK(b.condition().cable);
    CHECK_FALSE(b.condition().plugged);
    CHECK_FALSE(b.condition().locked);
    b.say(R"({"do":"plug_in","connector":1,"end":"vehicle"})");
    b.wish(32'000);
    b.until([&] {
        if (b.coil()) CHECK(b.condition().locked);
        return b.closed();
    });
    CHECK(b.condition().offered.count == 20'000);  // the cable's rating

    b.say(R"({"do":"unplug","connector":1})");
    b.tick();
    CHECK(b.refusal() == std::string("the lock holds the charge point end"));
    CHECK(b.closed());

    b.wish(0);
    b.until([&] {
        if (b.closed()) CHECK(b.condition().locked);
        return !b.condition().locked;
    });
    b.say(R"({"do":"unplug","connector":1})");
    b.run(100ms);
    CHECK(b.refusal() == nullptr);
    CHECK_FALSE(b.condition().cable);
}

TEST_CASE("a cable is locked as wished, and given back when nobody wishes any more") {
    Bench b(one(socket));
    b.say(R"({"do":"plug_in","connector":1,"end":"charge_point"})");
    b.wish(0, 5s, 1, 3, true);
    b.run(1s);
    CHECK(b.condition().locked);
    b.run(5s);
    CHECK_FALSE(b.condition().locked);
}

TEST_CASE("a jammed lock is reported and nothing is energised") {
    Bench b(one(socket));
    b.say(R"({"do":"fault","name":"lock_jammed"})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    b.until([&] { return b.fault(FaultCode::ConnectorLock) != nullptr; }, 4s);
    b.run(5s);
    CHECK(b.world().outlets[0].switch_count == 0);
}

TEST_CASE("the end of the process is a commanded stop of every connector") {
    Bench b;
    b.charge();
    b.end();
    b.run(10ms);
    CHECK_FALSE(b.condition().pwm);
    b.until([&] { return !b.closed(); }, 1s);
}

TEST_CASE("energy is what the meter counted, from its own register") {
    Bench b;
    b.charge();
    const auto before = b.report().kept.energy;
    b.run(360s);  // a tenth of an hour at 11.04 kW
    const auto flowed = b.report().kept.energy - before;
    CHECK(flowed.count >= 1'104'000 - 20);
    CHECK(flowed.count <= 1'104'000 + 20);
    CHECK(b.report().kept.energy == b.truth().energy);
}

TEST_CASE("the register goes on from what was kept, and from a meter that began anew") {
    Bench b(one(ConnectorType::Type2Cable), {},
            {{.energy = {5000}, .meter_register = {7000}, .plug_count = 3, .plugged = 0}});
    CHECK(b.report().kept.energy.count == 5000);
    b.charge();
    b.run(10s);
    CHECK(b.report().kept.energy.count == 5000 + b.truth().energy.count);
    CHECK(b.condition().plug_count == 4);
}

TEST_CASE("a vehicle that was plugged in before the process began is the same visit") {
    Controller controller({1, ConnectorType::Type2Cable, 3, {32'000}}, {}, {},
                          {.energy = {}, .meter_register = {}, .plug_count = 3, .plugged = 1});
    Inputs inputs;
    inputs.pilot.high = inputs.pilot.low = {8980};
    Moment now{0};
    for (int i = 0; i < 4; ++i) controller.tick(inputs, {}, false, now += timing::tick);
    CHECK(controller.report().condition.plugged);
    CHECK(controller.report().condition.plug_count == 3);
    inputs.pilot.high = inputs.pilot.low = {12'000};
    for (int i = 0; i < 8; ++i) controller.tick(inputs, {}, false, now += timing::tick);
    inputs.pilot.high = inputs.pilot.low = {8980};
    for (int i = 0; i < 4; ++i) controller.tick(inputs, {}, false, now += timing::tick);
    CHECK(controller.report().condition.plug_count == 4);
}

}  // namespace controller_setpoints_test
