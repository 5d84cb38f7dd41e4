// SPDX-License-Identifier: Apache-2.0
// Duty cycles by IEC 61851-1 both ways, and states by resistance with hysteresis.

#include "hal-service/control/pilot.hpp"

#include "tests/support/catch.hpp"

#include <cstdlib>

namespace pilot_test {

namespace {

using namespace hal;

PilotSample at(std::int64_t high, std::int64_t low = -12'000) { return {{high}, {low}}; }

struct Row {
    std::int64_t milliamps;
    std::int64_t ppm;
    std::int64_t read_as;
};

}  // namespace

TEST_CASE("a current has the duty cycle of Table A.7, rounded down") {
    for (const auto& row :
         {Row{6000, 100'000, 6000}, Row{10'000, 166'666, 10'000}, Row{13'000, 216'666, 13'000},
          Row{16'000, 266'666, 16'000}, Row{20'000, 333'333, 20'000}, Row{32'000, 533'333, 32'000},
          Row{51'000, 850'000, 51'000}, Row{51'001, 850'000, 51'000}, Row{52'499, 850'000, 51'000},
          Row{52'600, 850'400, 52'600}, Row{63'000, 892'000, 63'000}, Row{80'000, 960'000, 80'000},
          Row{90'000, 960'000, 80'000}}) {
        INFO(row.milliamps);
        CHECK(duty_for({row.milliamps}).ppm == row.ppm);
        CHECK(current_from({row.ppm}).count == row.read_as);
    }
}

TEST_CASE("a vehicle reads the duty cycle by Table A.8") {
    for (const auto& row :
         {Row{0, 0, 0}, Row{0, 29'999, 0}, Row{0, 50'000, 0}, Row{0, 79'999, 0},
          Row{0, 80'000, 6000}, Row{0, 99'999, 6000}, Row{0, 100'000, 6000},
          Row{0, 850'000, 51'000}, Row{0, 850'004, 52'501}, Row{0, 960'000, 80'000},
          Row{0, 970'000, 80'000}, Row{0, 970'001, 0}, Row{0, 1'000'000, 0}}) {
        INFO(row.ppm);
        CHECK(current_from({row.ppm}).count == row.read_as);
    }
}

TEST_CASE("no current is offered above its limit, and at most a milliamp is lost") {
    for (std::int64_t limit = 6000; limit <= 80'000; ++limit) {
        const auto offered = current_from(duty_for({limit})).count;
        REQUIRE(offered <= limit);
        if (limit <= 51'000 || limit > 52'503) REQUIRE(offered >= limit - 1);
    }
}

TEST_CASE("nominal levels are the states, whatever was before") {
    for (int present = 0; present < 6; ++present) {
        const auto was = static_cast<PilotState>(present);
        CHECK(classify(at(12'000), was) == PilotState::A);
        CHECK(classify(at(8980), was) == PilotState::B);
        CHECK(classify(at(5996), was) == PilotState::C);
        CHECK(classify(at(2930), was) == PilotState::D);
        CHECK(classify(at(100), was) == PilotState::E);
        CHECK(classify(at(0), was) == PilotState::E);
        CHECK(classify(at(-12'000), was) == PilotState::F);
    }
}

TEST_CASE("every level of the windows of Table A.4 is its state") {
    const struct {
        std::int64_t from, to;
        PilotState state;
    } windows[] = {{11'001, 13'000, PilotState::A}, {8000, 10'000, PilotState::B},
                   {5000, 7000, PilotState::C},     {2000, 4000, PilotState::D},
                   {-1000, 1000, PilotState::E},    {-13'000, -11'000, PilotState::F}};
    for (const auto& window : windows)
        for (auto level = window.from; level <= window.to; level += 50) {
            INFO(level);
            CHECK(classify(at(level), window.state) == window.state);
        }
}

TEST_CASE("in the gaps between the windows the present state stays for a while") {
    CHECK(classify(at(7500), PilotState::B) == PilotState::B);
    CHECK(classify(at(7500), PilotState::C) == PilotState::C);
    CHECK(classify(at(10'500), PilotState::A) == PilotState::A);
    CHECK(classify(at(10'500), PilotState::B) == PilotState::B);
    // One way the change comes lower, the other way higher: no flapping in between.
    std::int64_t down = 9000;
    while (classify(at(down), PilotState::B) == PilotState::B) down -= 10;
    std::int64_t up = 6000;
    while (classify(at(up), PilotState::C) == PilotState::C) up += 10;
    CHECK(down < 7500);
    CHECK(up > 7500);
    CHECK(up - down > 200);
}

TEST_CASE("the rail's tolerance does not move the states") {
    for (const std::int64_t rail : {11'400, 12'000, 12'600})
        for (const auto& [ohms, state] :
             {std::pair{2740, PilotState::B}, std::pair{882, PilotState::C},
              std::pair{246, PilotState::D}}) {
            auto sample = at((rail - 700) * ohms / (ohms + 1000) + 700);
            sample.plus_rail = {rail};
            CHECK(std::abs(vehicle_ohms(sample) - ohms) <= ohms / 200 + 1);
            CHECK(classify(sample, PilotState::A) == state);
        }
}

TEST_CASE("only a low phase at the negative rail proves a diode") {
    CHECK(shows_diode(at(9000, -12'000)));
    CHECK(shows_diode(at(9000, -11'000)));
    CHECK_FALSE(shows_diode(at(9000, -8791)));  // 2740 ohms without a diode
    CHECK_FALSE(shows_diode(at(6000, -5624)));
    CHECK_FALSE(shows_diode(at(9000, 9000)));
}

TEST_CASE("levels no sound circuit has are implausible") {
    CHECK_FALSE(implausible(at(9000)));
    auto sample = at(9000);
    sample.plus_rail = {10'000};
    CHECK(implausible(sample));
    sample = at(9000);
    sample.minus_rail = {-14'000};
    CHECK(implausible(sample));
    CHECK(implausible(at(-12'000, 9000)));
}

TEST_CASE("a state counts after three equal samples") {
    using namespace std::chrono_literals;
    PilotFilter filter;
    Moment now{0};
    const auto add = [&](std::int64_t level) { filter.add(at(level), now += timing::tick); };
    add(9000);
    add(9000);
    CHECK_FALSE(filter.settled());
    add(9000);
    CHECK(filter.settled());
    CHECK(filter.state() == PilotState::B);
    const auto since = filter.since();
    add(6000);
    add(6000);
    add(9000);  // a disturbance of two samples
    CHECK(filter.state() == PilotState::B);
    CHECK(filter.since() == since);
    add(6000);
    add(6000);
    add(6000);
    CHECK(filter.state() == PilotState::C);
    CHECK(filter.since() == now);
    CHECK(filter.not_asking(now) == Moment{0});
    add(9000);
    add(3000);
    CHECK(filter.not_asking(now) == timing::tick);
    CHECK(filter.cut_off(now) == Moment{0});
    add(12'000);
    add(0);
    CHECK(filter.cut_off(now) == timing::tick);
}

TEST_CASE("a pilot that never agrees with itself is unreadable after 500 ms") {
    PilotFilter filter;
    Moment now{0};
    for (int i = 0; i < 3; ++i) filter.add(at(9000), now += timing::tick);
    const auto agreed = now;
    for (int i = 0; !filter.unreadable(now); ++i)
        filter.add(at(i % 2 == 0 ? 6000 : 9000), now += timing::tick);
    CHECK(now - agreed == timing::pilot_unreadable);
    CHECK(filter.state() == PilotState::B);
}

}  // namespace pilot_test
