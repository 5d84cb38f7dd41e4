// SPDX-License-Identifier: Apache-2.0
// Alive or dead by pulses; a lock's drive.

#include "hal-service/devices/pulses.hpp"
#include "hal-service/devices/lock_drive.hpp"
#include "tests/support/catch.hpp"

namespace pulses_test {

using namespace devices;
using namespace std::chrono_literals;

TEST_CASE("50 Hz makes a line alive within its window, silence makes it dead within 60 ms") {
    for (const int offset : {0, 1, 2, 3}) {
        Pulses pulses;
        int ticks = 0;
        // Sampled only, 10 ms high and 10 ms low.
        for (; !pulses.alive() && ticks < 20; ++ticks) pulses.add((ticks + offset) / 2 % 2 == 0, 0);
        CHECK(ticks <= 10);
        for (int i = 0; i < 400; ++i) {
            pulses.add((ticks + i + offset) / 2 % 2 == 0, 0);
            REQUIRE(pulses.alive());
        }
        ticks = 0;
        for (; pulses.alive() && ticks < 20; ++ticks) pulses.add(true, 0);
        CHECK(ticks <= 12);
    }
}

TEST_CASE("pulses too short to be sampled count by their edges") {
    Pulses pulses;
    for (int i = 0; i < 12; ++i) pulses.add(false, i % 4 == 0 ? 2 : 0);
    CHECK(pulses.alive());
    for (int i = 0; i < 12; ++i) pulses.add(false, 0);
    CHECK_FALSE(pulses.alive());
}

TEST_CASE("a single disturbance makes nothing alive, nor a steady level") {
    Pulses pulses;
    for (int i = 0; i < 100; ++i) {
        pulses.add(true, i % 24 == 0 ? 2 : 0);
        REQUIRE_FALSE(pulses.alive());
    }
}

TEST_CASE("a magnet is held, a motor gets one pulse for each new wish") {
    LockDrive magnet;
    CHECK(magnet.tick(true, 0ms) == LockDrive::Lines{true, false});
    CHECK(magnet.tick(true, 10s) == LockDrive::Lines{true, false});
    CHECK(magnet.tick(false, 11s) == LockDrive::Lines{false, false});

    LockDrive motor(true, 300ms);
    CHECK(motor.tick(false, 1000ms) == LockDrive::Lines{false, true});
    CHECK(motor.tick(false, 1295ms) == LockDrive::Lines{false, true});
    CHECK(motor.tick(false, 1300ms) == LockDrive::Lines{false, false});
    CHECK(motor.tick(true, 2000ms) == LockDrive::Lines{true, false});
    CHECK(motor.tick(false, 2100ms) == LockDrive::Lines{false, true});
    CHECK(motor.tick(false, 2400ms) == LockDrive::Lines{false, false});
}

}  // namespace pulses_test
