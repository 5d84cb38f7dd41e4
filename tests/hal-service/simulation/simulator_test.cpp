// SPDX-License-Identifier: Apache-2.0
// The board as a whole: energy, heat, the mains, and the meter's memory.

#include "hal-service/simulation/simulator.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/support/folder.hpp"

namespace simulation_simulator_test {

namespace {

using namespace simulation;
using namespace std::chrono_literals;
using bench::Bench;

const std::vector<hal::ConnectorInfo> cable = bench::one(hal::ConnectorType::Type2Cable);

// A simulator without a loop: contactors held closed, an offer on the pilot.
struct Board {
    Simulator simulator;
    hal::BoardInputs inputs{};
    hal::BoardOutputs outputs{};
    hal::Moment now{0};

    explicit Board(World world, MeterMemory memory = {}, int speed = 1)
        : simulator(cable, world, std::move(memory), speed, -1) {}
    void charge() {
        outputs[0].pilot = hal::PilotDrive::Oscillating;
        outputs[0].duty = hal::duty_for({16'000});
        outputs[0].k1 = outputs[0].k2 = true;
    }
    void run(hal::Moment time, hal::Moment step = 5ms) {
        for (const auto end = now + time; now < end;) {
            simulator.apply(now, outputs);
            simulator.sample(now += step, inputs);
        }
    }
    std::int64_t energy() { return simulator.truth().read().outlets[0].energy.count; }
    const Car& car() { return simulator.truth().read().world.outlets[0].car; }
};

World plugged() {
    auto world = fresh_world(cable);
    world.outlets[0].cable_in = world.outlets[0].vehicle_in = true;
    return world;
}

}  // namespace

TEST_CASE("energy is power times time, however the time is cut", "[one-thread]") {
    for (const hal::Moment step : {hal::Moment{5ms}, hal::Moment{7ms}, hal::Moment{100ms}}) {
        Board b(plugged());
        b.charge();
        b.run(2s, step);
        const auto begin = b.now;
        const auto before = b.energy();
        b.run(3600s, step);
        const double expected =
            11'040'000.0 * std::chrono::duration<double>(b.now - begin).count() / 3600;
        CHECK(static_cast<double>(b.energy() - before) == Approx(expected).margin(2));
    }
}

TEST_CASE("speed fills the battery and leaves the meter alone") {
    Board slow(plugged());
    Board fast(plugged(), {}, 60);
    const auto before = slow.car().charge_uwh;
    for (auto* board : {&slow, &fast}) {
        board->charge();
        board->run(60s);
    }
    CHECK(slow.energy() == fast.energy());
    const auto charged = static_cast<double>(slow.car().charge_uwh - before);
    CHECK(charged == Approx(static_cast<double>(slow.energy()) * 1000).epsilon(0.001));
    CHECK(static_cast<double>(fast.car().charge_uwh - before) == Approx(charged * 60));
}

TEST_CASE("a full battery ends the charging from the car's side") {
    auto world = plugged();
    world.outlets[0].car.charge_uwh = 59'999 * microwatt_hours_per_watt_hour;
    Board b(world);
    b.charge();
    b.run(10s);
    CHECK(b.simulator.truth().read().outlets[0].vehicle_state == hal::PilotState::B);
    CHECK(b.car().charge_uwh <= 60'000 * microwatt_hours_per_watt_hour);
    CHECK(b.energy() >= 1000);
    CHECK(b.energy() < 1100);
}

TEST_CASE("the meter's register goes on where its memory ended") {
    const support::Folder folder;
    std::int64_t energy = 0;
    {
        auto memory = MeterMemory::open(folder.path());
        REQUIRE(memory);
        Board b(plugged(), *std::move(memory));
        CHECK(b.energy() == 0);
        b.charge();
        b.run(10s);
        energy = b.energy();
        CHECK(energy > 0);
    }
    auto memory = MeterMemory::open(folder.path());
    REQUIRE(memory);
    Board b(plugged(), *std::move(memory));
    b.run(1s);
    CHECK(b.energy() == energy);
}

TEST_CASE("an outlet under load warms up, and faster with more speed") {
    Board cold(plugged());
    cold.run(600s, 100ms);
    Board warm(plugged());
    warm.charge();
    warm.run(600s, 100ms);
    Board hot(plugged(), {}, 100);
    hot.charge();
    hot.run(120s, 100ms);  // its battery lasts no longer
    CHECK(cold.inputs[0].outlet_temperature == units::MilliCelsius{25'000});
    CHECK(warm.inputs[0].outlet_temperature > cold.inputs[0].outlet_temperature);
    CHECK(hot.inputs[0].outlet_temperature > warm.inputs[0].outlet_temperature);
    CHECK(hot.inputs[0].body_temperature < hot.inputs[0].outlet_temperature);
    CHECK(hot.inputs[0].inlet_temperature == units::MilliCelsius{25'000});
}

TEST_CASE("without mains there is no voltage, no meter and no contactor") {
    auto world = plugged();
    world.mains.voltage = {};
    Board b(world);
    b.charge();
    b.run(1s);
    CHECK_FALSE(b.inputs[0].power_good);
    CHECK_FALSE(b.inputs[0].meter.valid);
    CHECK_FALSE(b.inputs[0].k1_feedback);
    CHECK(b.energy() == 0);
}

TEST_CASE("residual current needs a live pole") {
    auto world = plugged();
    world.outlets[0].faults.residual_ac = {30};
    Board b(world);
    b.run(1s);
    CHECK_FALSE(b.inputs[0].residual.ac);
    b.charge();
    b.run(1s);
    CHECK(b.inputs[0].residual.ac);
}

TEST_CASE("failing transfers are counted down") {
    auto world = plugged();
    world.outlets[0].faults.bus_errors = 3;
    Board b(world);
    for (const bool valid : {false, false, false, true, true}) {
        b.run(5ms);
        CHECK(b.inputs[0].meter.valid == valid);
    }
}

TEST_CASE("noise is as strong as it was set to") {
    auto world = plugged();
    world.outlets[0].faults.pilot_noise = {500};
    Board b(world);
    std::int64_t least = 20'000;
    std::int64_t most = 0;
    for (int i = 0; i < 2000; ++i) {
        b.run(5ms);
        least = std::min(least, b.inputs[0].pilot.low.count);
        most = std::max(most, b.inputs[0].pilot.high.count);
    }
    CHECK(least >= 8978 - 500);
    CHECK(most <= 8978 + 500);
    CHECK(most - least > 900);
}

TEST_CASE("the meter ends at its range") {
    auto world = plugged();
    world.outlets[0].faults.overcurrent = {150'000};
    world.mains.voltage[0] = {500'000};
    world.outlets[0].faults.meter_gain = 1500;
    Board b(world);
    b.charge();
    b.run(2s);
    CHECK(b.simulator.truth().read().outlets[0].current[0].count > 100'000);
    CHECK(b.inputs[0].meter.current[0].count == 65'535);
    CHECK(b.inputs[0].meter.voltage[0].count == 655'350);
}

TEST_CASE("a cable's rating is its resistor") {
    const auto connectors = bench::one(hal::ConnectorType::Type2Socket);
    for (const auto& [rating, ohms] :
         {std::pair{13, 1500}, std::pair{20, 680}, std::pair{32, 220}, std::pair{63, 100}}) {
        auto world = fresh_world(connectors);
        world.outlets[0].cable_in = true;
        world.outlets[0].cable_rating = rating;
        Simulator simulator(connectors, world, {}, 1, -1);
        hal::BoardInputs inputs{};
        simulator.sample(5ms, inputs);
        CHECK(inputs[0].proximity_ohms == ohms);
    }
}

TEST_CASE("a reset in the middle of the monitor's test is no fault of the monitor") {
    const auto after = GENERATE(100ms, 500ms, 900ms, 1200ms, 2000ms);
    INFO(after.count());
    Bench b;
    b.charge();
    b.wish(0);
    b.until([&] { return !b.coil(); });
    b.run(after);
    b.say(R"({"do":"reset"})");
    b.run(50ms);
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    for (const auto end = b.now() + 12s; b.now() < end && b.condition().fault_count == 0;) b.tick();
    CHECK(b.condition().fault_count == 0);
    CHECK(b.amps() > 0);
}

}  // namespace simulation_simulator_test
