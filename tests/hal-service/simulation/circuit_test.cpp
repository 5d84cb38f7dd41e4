// SPDX-License-Identifier: Apache-2.0
// The pilot's levels come out of the circuit as they do in the standard.

#include "hal-service/simulation/circuit.hpp"

#include "tests/support/catch.hpp"

namespace circuit_test {

namespace {

using namespace simulation;
using namespace std::chrono_literals;

constexpr units::Millivolts plus{12'000};
constexpr units::Millivolts minus{-12'000};

}  // namespace

TEST_CASE("resistors and a diode give the levels of the states") {
    CHECK(pilot_level(plus, {}).count == 12'000);
    CHECK(pilot_level(plus, {ohms_b}).count == 8978);
    CHECK(pilot_level(plus, {ohms_c}).count == 5995);
    CHECK(pilot_level(plus, {ohms_d}).count == 2930);
    CHECK(pilot_level(minus, {ohms_b}).count == -12'000);
    CHECK(pilot_level(minus, {ohms_c}).count == -12'000);
}

TEST_CASE("without a diode the low phase mirrors the high one") {
    CHECK(pilot_level(minus, {ohms_b, false}).count == -8791);
    CHECK(pilot_level(plus, {ohms_b, false}).count == 8791);
}

TEST_CASE("a grounded pilot is near nothing, a broken wire hides the vehicle") {
    CHECK(pilot_level(plus, {ohms_c, true, true}).count == 118);
    CHECK(pilot_level(minus, {ohms_c, true, true}).count == -118);
    CHECK(pilot_level(plus, {ohms_c, true, false, true}).count == 12'000);
}

TEST_CASE("a steady pilot has one level for both peak holds") {
    hal::Outputs outputs;
    const auto steady = pilot_sample(outputs, {ohms_b});
    CHECK(steady.high.count == 8978);
    CHECK(steady.low.count == 8978);
    outputs.pilot = hal::PilotDrive::Oscillating;
    CHECK(pilot_sample(outputs, {ohms_b}).low.count == -12'000);
}

TEST_CASE("contactors take their time, and need their supply") {
    Contactors contactors;
    hal::Outputs on;
    on.k1 = true;
    hal::Moment now{0};
    const auto run = [&](const hal::Outputs& outputs, hal::Moment time, bool supplied = true) {
        for (const auto end = now + time; now < end;)
            contactors.tick(outputs, {}, supplied, now += 5ms);
    };
    run({}, 50ms);
    run(on, 20ms);
    CHECK_FALSE(contactors.closed(hal::Pole::L1));
    run(on, 5ms);
    CHECK(contactors.closed(hal::Pole::L1));
    CHECK(contactors.closed(hal::Pole::N));
    CHECK_FALSE(contactors.closed(hal::Pole::L2));
    CHECK(contactors.carries(0));
    CHECK_FALSE(contactors.carries(1));
    run(on, 15ms, false);
    CHECK_FALSE(contactors.closed(hal::Pole::L1));
    run(on, 25ms);
    CHECK(contactors.closed(hal::Pole::L1));
    run({}, 15ms);
    CHECK_FALSE(contactors.closed(hal::Pole::L1));
}

TEST_CASE("a welded pole stays, a stuck contactor does not come") {
    Contactors contactors;
    hal::Outputs on;
    on.k1 = on.k2 = true;
    OutletFaults welded;
    welded.welded[static_cast<std::size_t>(hal::Pole::L2)] = true;
    for (hal::Moment now{0}; now < 1s; now += 5ms) contactors.tick({}, welded, true, now);
    CHECK(contactors.closed(hal::Pole::L2));
    CHECK_FALSE(contactors.closed(hal::Pole::L3));
    CHECK_FALSE(contactors.carries(1));  // the neutral is open
    OutletFaults stuck;
    stuck.stuck_open = true;
    for (hal::Moment now = 1s; now < 2s; now += 5ms) contactors.tick(on, stuck, true, now);
    CHECK_FALSE(contactors.closed(hal::Pole::L1));
}

TEST_CASE("a lock travels, and a jam stops it where it is") {
    Lock lock;
    const auto move = [&](bool want, hal::Moment time, bool jammed = false) {
        for (hal::Moment moved{0}; moved < time; moved += 5ms) lock.tick(want, jammed, 5ms);
    };
    move(true, 295ms);
    CHECK_FALSE(lock.locked());
    move(true, 10s, true);
    CHECK_FALSE(lock.locked());
    move(true, 5ms);
    CHECK(lock.locked());
    move(false, 150ms);
    CHECK(lock.locked());  // half out: it still holds
    move(true, 150ms);
    move(false, 295ms);
    CHECK(lock.locked());
    move(false, 5ms);
    CHECK_FALSE(lock.locked());
    CHECK(Lock(true).locked());
}

TEST_CASE("the supply warns early, and its warning lasts as long as the line was away") {
    Supply supply;
    hal::Moment now{0};
    const auto run = [&](std::int64_t volts, hal::Moment time) {
        hal::Moment bad{0};
        for (const auto end = now + time; now < end;) {
            supply.tick({volts * 1000}, now += 1ms);
            if (!supply.good()) bad += 1ms;
        }
        return bad;
    };
    CHECK(run(230, 1s) == 0ms);
    CHECK(run(99, 4ms) == 0ms);  // shorter than it takes to notice
    CHECK(run(230, 1s) == 0ms);
    const auto while_away = run(0, 60ms);
    CHECK(while_away + run(230, 1s) == 60ms);
    CHECK(supply.feeds_meter());
    run(0, 299ms);
    CHECK(supply.feeds_meter());
    run(0, 2ms);
    CHECK_FALSE(supply.feeds_meter());
    run(230, 6ms);
    CHECK((supply.good() && supply.feeds_meter()));
}

}  // namespace circuit_test
