// SPDX-License-Identifier: Apache-2.0
// The physical world, driven by wires alone.

#include "hal-service/simulation/plant.hpp"

#include "tests/hal-service/bench.hpp"

namespace plant_test {

namespace {

using namespace simulation;
using namespace std::chrono_literals;
using hal::PilotDrive;
using hal::PilotState;

// Wires in hand, time to pass, requests in words.
struct Wired {
    std::vector<hal::ConnectorInfo> connectors;
    Plant plant;
    Drives drives{};
    hal::BoardInputs inputs{};
    hal::Moment now{0};

    explicit Wired(hal::ConnectorType type = hal::ConnectorType::Type2Cable)
        : connectors(bench::one(type)), plant(connectors, fresh_world(connectors), {}, 1) {}

    hal::Outputs& wires() { return drives[0].wires; }
    void run(hal::Moment time) {
        for (const auto end = now + time; now < end;) plant.advance(now += 5ms, drives);
        read_sensors(plant, inputs);
    }
    const char* ask(const std::string& request) {
        const auto parsed = parse_request(request, connectors);
        if (!parsed) FAIL(request << ": " << parsed.error());
        return plant.obey(std::get<Command>(*parsed));
    }
    void offer(std::int64_t milliamps) {
        wires().pilot = PilotDrive::Oscillating;
        wires().duty = hal::duty_for({milliamps});
    }
    void charge() {
        ask(R"({"do":"plug_in","connector":1})");
        offer(16'000);
        wires().k1 = wires().k2 = true;
        run(1s);
    }
    const OutletTruth& truth() const { return plant.outlet(0); }
    const hal::Inputs& in() const { return inputs[0]; }
};

bool closed(const Wired& w) { return w.truth().poles[0]; }

}  // namespace

TEST_CASE("wires make a session, and physics shows it") {
    Wired w;
    w.run(100ms);
    CHECK(w.truth().pilot.high.count == 12'000);
    w.ask(R"({"do":"plug_in","connector":1})");
    w.run(5ms);
    CHECK(w.truth().vehicle_state == PilotState::B);
    CHECK(w.in().pilot.high.count == 8978);
    w.offer(20'000);
    w.run(510ms);
    CHECK(w.truth().vehicle_state == PilotState::C);
    CHECK(w.truth().current[0].count == 0);
    w.wires().k1 = true;
    w.run(50ms);
    CHECK(w.truth().load_voltage[0].count == 230'000);
    CHECK(w.truth().load_voltage[1].count == 0);
    CHECK(w.truth().current[0].count == 16'000);
    CHECK(w.truth().current[1].count == 0);
    w.wires().k2 = true;
    w.run(50ms);
    CHECK(w.truth().current[2].count == 16'000);
    CHECK(w.in().meter.power[2].count == 3680);
}

TEST_CASE("a car notices E and F, lets go, and wakes up") {
    for (const auto drive : {PilotDrive::Minus, PilotDrive::Disconnected}) {
        Wired w;
        w.charge();
        REQUIRE(w.truth().vehicle_state == PilotState::C);
        w.wires().pilot = drive;
        w.run(100ms);
        CHECK(w.truth().vehicle_state == PilotState::C);
        w.run(5ms);
        CHECK(w.truth().vehicle_state == PilotState::B);
        CHECK(w.truth().current[0].count == 0);
        CHECK(w.in().pilot.high.count == (drive == PilotDrive::Minus ? -12'000 : 12'000));

        w.ask(R"({"do":"vehicle","connector":1,"sleepy":true})");
        w.run(100ms);  // still E or F
        w.offer(16'000);
        w.run(1s);
        CHECK(w.truth().vehicle_state == PilotState::C);
        CHECK(w.plant.world().outlets[0].awake);
    }
}

TEST_CASE("a car is awake over a restart") {
    Wired w;
    w.ask(R"({"do":"vehicle","connector":1,"sleepy":true})");
    w.charge();
    CHECK(w.truth().vehicle_state == PilotState::B);
    w.wires().pilot = PilotDrive::Minus;
    w.run(1s);
    Plant again(w.connectors, w.plant.world(), {}, 1);
    w.offer(16'000);
    for (const auto end = w.now + 1s; w.now < end;) again.advance(w.now += 5ms, w.drives);
    CHECK(again.outlet(0).vehicle_state == PilotState::C);
}

TEST_CASE("coils need the mains, their own supply and a monitor that is content") {
    Wired w;
    w.charge();
    REQUIRE(closed(w));
    SECTION("the board cuts them off") {
        w.drives[0].coil_supply = false;
        w.run(20ms);
        CHECK_FALSE(closed(w));
        CHECK(w.in().relay_supply);  // the board reads that back itself
    }
    SECTION("their supply is cut off") {
        w.ask(R"({"do":"fault","name":"relay_supply"})");
        w.run(20ms);
        CHECK_FALSE(closed(w));
        CHECK_FALSE(w.in().relay_supply);
    }
    SECTION("residual current, whatever the wires say") {
        w.ask(R"({"do":"fault","name":"residual_current","ac_ma":30})");
        w.run(200ms);
        CHECK(w.in().residual.ac);
        CHECK_FALSE(closed(w));
    }
    SECTION("mains") {
        w.ask(R"({"do":"mains","interrupt_ms":60})");
        w.run(20ms);
        CHECK_FALSE(closed(w));
        CHECK_FALSE(w.in().power_good);
        CHECK(w.in().meter.valid);
        CHECK(w.in().meter.voltage[0].count == 0);
        w.run(100ms);
        CHECK(closed(w));
        CHECK(w.in().power_good);
    }
}

TEST_CASE("an interruption lasts as long as was asked for, over a restart too") {
    Wired w;
    w.run(100ms);
    w.ask(R"({"do":"mains","interrupt_ms":500})");
    w.run(200ms);
    CHECK(w.plant.world().mains.interruption == 300ms);
    Plant again(w.connectors, w.plant.world(), {}, 1);
    hal::Moment dead{0};
    for (int i = 0; i < 200; ++i) {
        again.advance(w.now += 5ms, w.drives);
        if (again.outlet(0).voltage[0].count == 0) dead += 5ms;
    }
    CHECK(dead == 300ms + 5ms);  // no time passes with a first step
}

TEST_CASE("residual current needs a live pole, whichever") {
    Wired w;
    w.ask(R"({"do":"fault","name":"residual_current","dc_ma":60})");
    w.run(1s);
    CHECK_FALSE(w.in().residual.dc);
    w.ask(R"({"do":"fault","name":"relay_welded","relay":"L3"})");
    w.run(1s);
    CHECK(w.in().residual.dc);
}

TEST_CASE("the test line starts the monitor's test") {
    Wired w;
    w.wires().monitor_check = true;
    w.run(250ms);
    w.wires().monitor_check = false;
    w.run(1s);
    CHECK((w.in().residual.dc && !w.in().residual.ac));
    w.run(750ms);
    CHECK((w.in().residual.dc && w.in().residual.ac));
    w.run(1500ms);
    CHECK_FALSE((w.in().residual.dc || w.in().residual.ac));
}

TEST_CASE("a transfer that fails, fails for the ADC and the meter") {
    Wired w;
    w.ask(R"({"do":"fault","name":"bus_errors","count":2})");
    for (const bool valid : {false, false, true, true}) {
        w.run(5ms);
        CHECK(w.in().pilot.valid == valid);
        CHECK(w.in().meter.valid == valid);
    }
}

TEST_CASE("a lock that jams on its way stays there") {
    Wired w(hal::ConnectorType::Type2Socket);
    w.ask(R"({"do":"plug_in","connector":1})");
    w.wires().lock = true;
    w.run(100ms);
    w.ask(R"({"do":"fault","name":"lock_jammed"})");
    w.run(10s);
    CHECK_FALSE(w.in().locked);
    w.ask(R"({"do":"fault","name":"lock_jammed","on":false})");
    w.run(205ms);
    CHECK(w.in().locked);
    CHECK(w.ask(R"({"do":"unplug","connector":1})") != nullptr);
    w.wires().lock = false;
    w.run(305ms);
    CHECK(w.ask(R"({"do":"unplug","connector":1})") == nullptr);
}

TEST_CASE("sensors, the enclosure and the button show what was done to them") {
    Wired w;
    w.run(5ms);
    CHECK_FALSE((w.in().lost_temperature || w.in().tamper || w.in().button));
    CHECK(w.in().body_temperature);
    w.ask(R"({"do":"fault","name":"temperature_sensor","place":"Body"})");
    w.ask(R"({"do":"fault","name":"tamper"})");
    w.ask(R"({"do":"fault","name":"button"})");
    w.ask(R"({"do":"fault","name":"reader_offline"})");
    w.run(5ms);
    CHECK((w.in().lost_temperature && w.in().tamper && w.in().button));
    CHECK_FALSE(w.in().reader);
    CHECK_FALSE(w.in().body_temperature);
    CHECK(w.in().outlet_temperature);
    w.ask(R"({"do":"fault","name":"temperature_sensor","place":"Body","on":false})");
    w.run(5ms);
    CHECK_FALSE(w.in().lost_temperature);
}

TEST_CASE("the raw level shows the period's parts as long as they are") {
    Wired w;
    w.ask(R"({"do":"plug_in","connector":1})");
    w.ask(R"({"do":"vehicle","connector":1,"ready":false})");
    w.offer(32'000);
    int high = 0;
    constexpr int samples = 2000;
    for (int i = 0; i < samples; ++i) {
        w.run(5ms);
        const auto raw = w.in().pilot.raw.count;
        REQUIRE((raw == 8978 || raw == -12'000));
        high += raw > 0 ? 1 : 0;
    }
    CHECK(high > samples * 48 / 100);
    CHECK(high < samples * 58 / 100);
}

TEST_CASE("one phase can be missing") {
    Wired w;
    w.charge();
    w.ask(R"({"do":"mains","volts":[230,0,230]})");
    w.run(20ms);
    CHECK(closed(w));
    CHECK(w.in().power_good);
    CHECK(w.in().meter.voltage[1].count == 0);
    CHECK(w.truth().current[0].count == 16'000);
    CHECK(w.truth().current[1].count == 0);
    w.ask(R"({"do":"mains","volts":[230,230,230],"hertz":51.9})");
    w.run(20ms);
    CHECK(w.in().meter.frequency.count == 51'900);
}

}  // namespace plant_test
