// SPDX-License-Identifier: Apache-2.0
// Conversions between quantities say how they round.

#include "hal-service/shared/units.hpp"

#include "tests/support/catch.hpp"

namespace units_test {

using namespace units;
using namespace units::literals;

TEST_CASE("a current from a power is rounded down, so that a limit is never exceeded") {
    CHECK(current_for(3680_W, 230_V, 1) == 16_A);
    CHECK(current_for(3679_W, 230_V, 1) == 15'995_mA);
    for (const std::int64_t watts : {1, 999, 1380, 4140, 11'000, 22'079})
        for (const int phases : {1, 3}) {
            const auto current = current_for(Watts{watts}, 230_V, phases);
            CHECK(power_for(current, 230_V, phases) <= Watts{watts});
        }
}

TEST_CASE("a register counts whole watt-hours that have flowed") {
    CHECK(whole_watt_hours(999_mWh) == 0_Wh);
    CHECK(whole_watt_hours(1000_mWh) == 1_Wh);
}

TEST_CASE("quantities of one kind add and compare") {
    CHECK(6_A + 500_mA == 6500_mA);
    CHECK(6_A - 10_A == Milliamps{-4000});
    Milliamps sum = 1_A;
    sum += 2_A;
    CHECK(sum == 3_A);
    CHECK(5999_mA < 6_A);
}

}  // namespace units_test
