// SPDX-License-Identifier: Apache-2.0
// What the lights show: every indication once, the most important one on a shared light, and the
// patterns in time.

#include "hal-service/link/panel.hpp"

#include "tests/support/catch.hpp"

#include <set>
#include <tuple>

namespace panel_test {

using namespace hal;
using namespace std::chrono_literals;

TEST_CASE("each indication has a row of its own, and no two look alike") {
    std::set<std::tuple<int, int, int, Pattern>> looks;
    for (std::size_t i = 0; i < names(Indication{}).size(); ++i) {
        const auto& row = light_row(static_cast<Indication>(i), true);
        CHECK(row.indication == static_cast<Indication>(i));
    }
    for (const auto& row : light_rows())
        CHECK(looks.emplace(row.colour.red, row.colour.green, row.colour.blue, row.pattern).second);
    CHECK(light_rows().size() == names(Indication{}).size() + 2);
}

TEST_CASE("on a shared light the most important connector wins") {
    PanelState shown;
    shown.daemon = true;
    const std::array<std::size_t, 2> both{0, 1};
    const std::array<std::size_t, 1> second{1};
    shown.indications = {Indication::Charging, Indication::Available};
    CHECK(most_important(shown, both).indication == Indication::Charging);
    CHECK(most_important(shown, second).indication == Indication::Available);
    shown.indications[1] = Indication::Faulted;
    CHECK(most_important(shown, both).indication == Indication::Faulted);
    shown.indications = {Indication::LoadBalancing, Indication::Authorizing};
    CHECK(most_important(shown, both).indication == Indication::Authorizing);
    CHECK(most_important(shown, {}).colour == Light{});
}

TEST_CASE("before anything is known it starts; without a daemon only faults are true") {
    const std::array<std::size_t, 1> first{0};
    CHECK(std::string(most_important(std::nullopt, first).meaning) == "the charge point starts");
    PanelState shown;
    shown.indications[0] = Indication::Charging;
    CHECK(std::string(most_important(shown, first).meaning) == "the daemon is away");
    shown.indications[0] = Indication::Faulted;
    CHECK(most_important(shown, first).indication == Indication::Faulted);
}

TEST_CASE("patterns and brightness") {
    const auto& steady = light_row(Indication::Available, true);
    CHECK(light_at(steady, 100, 123ms) == Light{0, 255, 0});
    CHECK(light_at(steady, 20, 0ms) == Light{0, 51, 0});
    CHECK(light_at(steady, 0, 0ms) == Light{});
    const auto& flashing = light_row(Indication::Accepted, true);
    CHECK(light_at(flashing, 100, 1000ms) == Light{0, 255, 0});
    CHECK(light_at(flashing, 100, 1130ms) == Light{});
    const auto& breathing = light_row(Indication::Charging, true);
    CHECK(light_at(breathing, 100, 0ms).blue == 25);
    CHECK(light_at(breathing, 100, 2000ms).blue == 255);
    CHECK(light_at(breathing, 100, 1000ms).blue == light_at(breathing, 100, 3000ms).blue);
}

}  // namespace panel_test
