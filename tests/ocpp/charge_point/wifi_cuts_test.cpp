// SPDX-License-Identifier: Apache-2.0
// A change of the Wi-Fi network, disturbed at every step: one of the two is in force, and it is the
// right one.

#include "tests/ocpp/charge_point/wifi_air.hpp"
#include "tests/support/number_from.hpp"

#include <algorithm>

namespace wifi_cuts_test {

using namespace wifi;
using shared::Json;
using test::Disturbance;
using test::seconds;
using test::World;

namespace {

// Over Wi-Fi alone, another network is written by the central system; the end is one of the two.
void move_house(World& w, bool good) {
    Air air{w};
    air.networks = {{home, {home_password}}, {shed, {shed_password, false, good}}};
    air.cable = true;
    w.boot();
    air.look();
    write_all(w, home, home_password);
    for (int i = 0; i < 6; ++i) air.wait(seconds{10});
    air.look();
    const bool was_home = w.wifi.proven.has_value();
    air.cable = false;
    air.look();
    const auto answers = {change(w, "WiFiSSID", shed), change(w, "WiFiPassword", shed_password)};
    for (int i = 0; i < 24; ++i) air.wait(seconds{10});
    w.settle(seconds{60});
    air.look();
    for (int i = 0; i < 24; ++i) air.wait(seconds{10});
    CHECK(!pending(w));
    if (was_home) {
        // Never none.
        REQUIRE(w.wifi.proven);
        CHECK((air.ssid() == home || air.ssid() == shed));
        CHECK(w.linked());
    }
    const bool all = std::all_of(answers.begin(), answers.end(),
                                 [](const Json& answer) { return answer == "Accepted"; });
    if (was_home && all) CHECK(air.ssid() == (good ? shed : home));
    air.cable = true;
    w.settle(seconds{60}).check_books();
}

}  // namespace

TEST_CASE("whatever is cut off, one of two networks is in force, and the right one") {
    const int every = test::replay_every();
    for (const bool good : {true, false}) {
        World undisturbed{quiet()};
        move_house(undisturbed, good);
        for (const auto what :
             {Disturbance::LinkCut, Disturbance::StepOffline, Disturbance::AnswerLost,
              Disturbance::Restart, Disturbance::PowerCut, Disturbance::DiskFails})
            for (int step = 0; step < 60; step += every) {
                INFO("good " << good << ", disturbance " << static_cast<int>(what) << ", step "
                             << step);
                auto options = quiet();
                options.disturbance = what;
                options.at_step = step;
                World w{options};
                move_house(w, good);
            }
    }
}

}  // namespace wifi_cuts_test
