// SPDX-License-Identifier: Apache-2.0
// Everybody's own car: random drivers with tags and groups, with the central system's help or
// without, for free or not, over faults and restarts. Whatever happens, energy is only on the
// account of whoever asked for it at that outlet.
//   CHARGEPOINT_OWN_CAR=10000 CHARGEPOINT_OWN_CAR_SEED=7 build/dev/bin/ocpp_tests "everybody*"

#include "tests/support/life.hpp"
#include "tests/support/station.hpp"

#include <iostream>

namespace own_car_test {

namespace {

using test::Life;
using test::Station;

constexpr int usual_lives = 60;
constexpr int deeds_of_a_life = 30;

}  // namespace

TEST_CASE("everybody's own car: energy is on the account that asked for it at that outlet") {
    const int lives = Life::from_environment("CHARGEPOINT_OWN_CAR", usual_lives);
    const auto seed = static_cast<unsigned>(Life::from_environment("CHARGEPOINT_OWN_CAR_SEED", 1));
    Station::Counts counts;
    for (int n = 0; n < lives; ++n) {
        Station station(seed + 1'000 * static_cast<unsigned>(n));
        for (int deed = 0; deed < deeds_of_a_life && station.wrongs().empty(); ++deed)
            station.live();
        INFO("seed " << seed + 1'000 * static_cast<unsigned>(n) << ": " << station.story());
        CHECK(station.wrongs() == test::Lines{});
        station.close();
        counts += station.counts();
    }
    std::cout << "own car: seed " << seed << ", " << lives << " lives, " << counts.asked
              << " wishes, " << counts.served << " sessions, " << counts.free << " for free, "
              << counts.restarts << " restarts\n";
    // A station that serves nobody would be right as well.
    CHECK(counts.served > lives * 2);
    CHECK(counts.free > 0);
}

}  // namespace own_car_test
