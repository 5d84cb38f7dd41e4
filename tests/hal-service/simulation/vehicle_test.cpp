// SPDX-License-Identifier: Apache-2.0
// What a car makes of an offer, and when.

#include "hal-service/simulation/vehicle.hpp"

#include "hal-service/simulation/circuit.hpp"
#include "tests/support/catch.hpp"

namespace vehicle_test {

namespace {

using namespace simulation;
using hal::PilotState;
using namespace std::chrono_literals;

struct Driven {
    Vehicle vehicle;
    Car car;
    AtInlet inlet;
    hal::Moment now{0};

    Driven() { inlet.connected = true; }
    void run(hal::Moment time) {
        for (const auto end = now + time; now < end;) {
            vehicle.tick(car, inlet, now += 5ms);
            inlet.awake = vehicle.awake();
        }
    }
    void power(unsigned phases = 3) {
        for (unsigned i = 0; i < 3; ++i) inlet.voltage[i] = {i < phases ? 230'000 : 0};
    }
    PilotState state() const { return vehicle.state(car); }
    std::int64_t amps(std::size_t phase = 0) const { return vehicle.current()[phase].count; }
};

}  // namespace

TEST_CASE("a car asks for current its response time after the offer, and draws what it may") {
    Driven d;
    d.run(1s);
    CHECK(d.state() == PilotState::B);
    CHECK(d.vehicle.pilot_ohms(d.car) == ohms_b);
    d.inlet.offer = {20'000};
    d.run(500ms);
    CHECK(d.state() == PilotState::B);
    d.run(5ms);
    CHECK(d.state() == PilotState::C);
    CHECK(d.vehicle.pilot_ohms(d.car) == ohms_c);
    CHECK(d.amps() == 0);
    d.power();
    d.run(5ms);
    CHECK(d.amps() == 16'000);
    d.inlet.offer = {10'000};
    d.run(500ms);
    CHECK(d.amps() == 16'000);
    d.run(5ms);
    CHECK(d.amps(2) == 10'000);
    d.inlet.offer = {0};
    d.run(500ms);
    CHECK(d.state() == PilotState::C);
    d.run(5ms);
    CHECK(d.state() == PilotState::B);
    CHECK(d.amps() == 0);
}

TEST_CASE("a car draws on the phases it has and gets") {
    Driven d;
    d.inlet.offer = {16'000};
    d.car.phases = 2;
    d.power();
    d.run(1s);
    CHECK(d.amps(1) == 16'000);
    CHECK(d.amps(2) == 0);
    d.power(1);
    d.run(5ms);
    CHECK(d.amps(0) == 16'000);
    CHECK(d.amps(1) == 0);
    d.inlet.voltage[0] = {100'000};
    d.run(5ms);
    CHECK(d.amps(0) == 0);
}

TEST_CASE("a car that isn't ready, asleep or full does not ask") {
    Driven d;
    d.inlet.offer = {16'000};
    SECTION("not ready") {
        d.car.ready = false;
        d.run(5s);
        CHECK(d.state() == PilotState::B);
        d.car.ready = true;
        d.run(5ms);
        CHECK(d.state() == PilotState::C);
    }
    SECTION("asleep until the pilot drops") {
        d.car.sleepy = true;
        d.run(60s);
        CHECK(d.state() == PilotState::B);
        d.inlet.pilot_dropped = true;
        d.inlet.offer = {0};
        d.run(1s);
        d.inlet.pilot_dropped = false;
        d.inlet.offer = {16'000};
        d.run(1s);
        CHECK(d.state() == PilotState::C);
    }
    SECTION("asleep until it is plugged in again") {
        d.car.sleepy = true;
        d.run(60s);
        CHECK(d.state() == PilotState::B);
        d.inlet.connected = false;
        d.run(1s);
        d.inlet.connected = true;
        d.run(1s);
        CHECK(d.state() == PilotState::C);
        d.inlet.connected = false;  // it was awake, so it goes to sleep once more
        d.run(1s);
        d.inlet.connected = true;
        d.run(60s);
        CHECK(d.state() == PilotState::B);
    }
    SECTION("asleep, although it was plugged in again: there was no offer to sleep through") {
        d.car.sleepy = true;
        d.inlet.offer = {0};
        d.run(60s);
        d.inlet.connected = false;
        d.run(1s);
        d.inlet.connected = true;
        d.inlet.offer = {16'000};
        d.run(60s);
        CHECK(d.state() == PilotState::B);
    }
    SECTION("full") {
        d.car.charge_uwh = d.car.battery.count * microwatt_hours_per_watt_hour;
        d.run(5s);
        CHECK(d.state() == PilotState::B);
    }
}

TEST_CASE("pulses come before charging, 300 ms each") {
    Driven d;
    d.car.bcb_pulses = 2;
    d.inlet.offer = {16'000};
    d.run(505ms);
    std::vector<std::int64_t> lengths;
    auto state = d.state();
    hal::Moment since = d.now;
    while (lengths.size() < 4 && d.now < 10s) {
        d.run(5ms);
        if (d.state() == state) continue;
        lengths.push_back((d.now - since).count() / 1000);
        since = d.now;
        state = d.state();
    }
    REQUIRE(lengths.size() == 4);
    for (const auto length : lengths) CHECK(length == 300);
    d.run(10s);
    CHECK(d.state() == PilotState::C);
}

TEST_CASE("ventilation is state D") {
    Driven d;
    d.car.ventilation = true;
    d.inlet.offer = {16'000};
    d.run(1s);
    CHECK(d.state() == PilotState::D);
    CHECK(d.vehicle.pilot_ohms(d.car) == ohms_d);
}

TEST_CASE("unplugged there is no car") {
    Driven d;
    d.inlet.offer = {16'000};
    d.power();
    d.run(1s);
    d.inlet.connected = false;
    d.run(5ms);
    CHECK(d.state() == PilotState::A);
    CHECK_FALSE(d.vehicle.pilot_ohms(d.car));
    CHECK(d.amps() == 0);
}

TEST_CASE("a household charging cable goes by voltage and limits itself to 10 A") {
    Driven d;
    d.inlet.household = true;
    d.run(1s);
    CHECK(d.state() == PilotState::B);
    d.power();
    d.run(505ms);
    CHECK(d.state() == PilotState::C);
    CHECK(d.amps(0) == 10'000);
    CHECK(d.amps(1) == 0);
}

TEST_CASE("over-current is drawn in spite of the offer") {
    Driven d;
    d.inlet.offer = {10'000};
    d.power();
    d.inlet.overcurrent = {25'000};
    d.run(1s);
    CHECK(d.amps() == 25'000);
}

}  // namespace vehicle_test
