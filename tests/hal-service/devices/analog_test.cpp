// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/analog.hpp"

#include "tests/support/catch.hpp"

namespace analog_test {

using namespace devices;
using units::Millivolts;

TEST_CASE("a pilot's level is what the amplifier maps around the centre of the converter") {
    CHECK(pilot_level(1'650'000, {}) == Millivolts{0});
    CHECK(pilot_level(2'730'000, {}) == Millivolts{9000});
    CHECK(pilot_level(210'000, {}) == Millivolts{-12'000});
}

TEST_CASE("a code stands for the middle of its step") {
    CHECK(pin_microvolts(0, 4096, Millivolts{3300}) == 402);
    CHECK(pin_microvolts(4095, 4096, Millivolts{3300}) == 3'299'597);
}

TEST_CASE("the cable's resistor is the lower half of a divider, open at most") {
    CHECK(proximity_ohms(595'082, {}) == 220);
    CHECK(proximity_ohms(0, {}) == 0);
    CHECK(proximity_ohms(3'300'000, {}) == hal::proximity_open_ohms);
    CHECK(proximity_ohms(3'299'999, {}) == hal::proximity_open_ohms);
}

}  // namespace analog_test
