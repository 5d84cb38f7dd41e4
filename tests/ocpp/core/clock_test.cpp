// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/clock.hpp"

#include "tests/support/catch.hpp"

namespace clock_test {

using namespace ocpp::core;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Now now{std::chrono::steady_clock::time_point{seconds{50}},
              std::chrono::sys_days{std::chrono::year{1970} / 1 / 2}};

}  // namespace

TEST_CASE("a machine without a clock takes the central system's") {
    Clock clock;
    const Instant server = std::chrono::sys_days{std::chrono::year{2038} / 2 / 1};
    CHECK(clock.follow(server, now));
    CHECK(clock.at(now) == server);
    CHECK(clock.at(now, now.steady + seconds{90}) == server + seconds{90});
    CHECK(clock.steady_at(now, server + seconds{90}) == now.steady + seconds{90});
    CHECK(Clock({.offset = clock.offset()}).at(now) == server);
}

TEST_CASE("what the network adds moves nothing") {
    Clock clock;
    clock.follow(std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}, now);
    const auto before = clock.offset();
    CHECK_FALSE(clock.follow(clock.at(now) + milliseconds{999}, now));
    CHECK_FALSE(clock.follow(clock.at(now) - milliseconds{999}, now));
    CHECK(clock.offset() == before);
    CHECK(clock.follow(clock.at(now) - milliseconds{1000}, now));
}

TEST_CASE("a central system that lives before OCPP 1.6 is not believed") {
    Clock clock;
    CHECK_FALSE(clock.follow(std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}, now));
    CHECK(clock.offset() == milliseconds{0});
}

TEST_CASE("a step of the machine's clock counts only after the central system has told the time") {
    Clock clock;
    const auto server = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    Now machine{now.steady, server - std::chrono::hours{48}};
    CHECK_FALSE(clock.notice_step(machine));
    machine.utc += std::chrono::hours{24};
    CHECK_FALSE(clock.notice_step(machine));
    CHECK(clock.offset() == milliseconds{0});
    clock.follow(server, machine);
    for (const auto step : {std::chrono::hours{-500'000}, std::chrono::hours{1}}) {
        machine.utc += step;
        CHECK(clock.notice_step(machine) == step);
        CHECK(clock.at(machine) == server);
    }
    machine.steady += seconds{5};
    machine.utc += milliseconds{5'900};  // as NTP turns a clock that is a little late
    CHECK_FALSE(clock.notice_step(machine));
    CHECK(clock.at(machine) == server + milliseconds{5'900});
}

namespace {

const Instant known = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

}  // namespace

TEST_CASE("a machine that has lost its time goes on from the latest that was known") {
    Clock clock({.floor = known});
    CHECK_FALSE(clock.notice_step(now));
    CHECK(clock.at(now) == known + milliseconds{1});
    CHECK(clock.doubted_since() == known + milliseconds{1});
    // A restart of the program alone loses nothing.
    Clock again({.offset = clock.offset(), .floor = known, .doubted_since = known});
    const Now later{now.steady + seconds{9}, now.utc + seconds{9}};
    again.notice_step(later);
    CHECK(again.at(later) == known + milliseconds{9'001});
    CHECK(again.doubted_since() == known);
    // Nor does one of the machine turn the order of things round.
    Clock third({.offset = clock.offset(), .floor = known + seconds{9}, .doubted_since = known});
    third.notice_step(now);
    CHECK(third.at(now) == known + seconds{9});
    CHECK(third.doubted_since() == known);
}

TEST_CASE("without anything known it is the age of OCPP 1.6") {
    Clock clock;
    clock.notice_step(now);
    CHECK(clock.at(now) == Clock::earliest_believed + milliseconds{1});
}

TEST_CASE("what was stamped with a time made up is moved by what it was wrong, once") {
    Clock clock({.floor = known});
    clock.notice_step(now);
    const Now later{now.steady + seconds{60}, now.utc + seconds{60}};
    SECTION("the central system tells the time") {
        const auto server = known + std::chrono::hours{30};
        CHECK(clock.follow(server, later));
        CHECK(clock.at(later) == server);
    }
    SECTION("the central system tells nearly the same") {
        CHECK(clock.follow(clock.at(later) + milliseconds{1}, later));
    }
    SECTION("somebody sets the machine's clock") {
        Now set = later;
        set.utc = known + std::chrono::hours{30};
        CHECK(clock.notice_step(set));
        CHECK(clock.at(set) == set.utc);
        CHECK(clock.offset() == milliseconds{0});
    }
    SECTION("somebody sets it between two runs") {
        clock = Clock({.offset = clock.offset(),
                       .floor = known + seconds{60},
                       .doubted_since = known + milliseconds{1}});
        const Now set{later.steady, known + std::chrono::hours{30}};
        CHECK_FALSE(clock.notice_step(set));
        CHECK(clock.at(set) == set.utc);
    }
    CHECK_FALSE(clock.doubted_since());
    const auto shift = clock.take_shift();
    REQUIRE(shift);
    const auto by = shift->by;
    const milliseconds expected = std::chrono::hours{30} - seconds{60};
    CHECK((by == milliseconds{1} || by == expected || by == expected - milliseconds{1}));
    CHECK(shift->applied(known + milliseconds{1}) == known + milliseconds{1} + by);
    CHECK(shift->applied(known) == known);
    CHECK_FALSE(clock.take_shift());
}

TEST_CASE("a machine's clock that is set to what is no time either moves nothing") {
    Clock clock({.floor = known});
    clock.notice_step(now);
    Now set = now;
    set.utc += std::chrono::hours{5};
    CHECK(clock.notice_step(set));
    CHECK(clock.at(set) == known + milliseconds{1});
    CHECK(clock.doubted_since());
}

TEST_CASE("an offset that was learnt without a clock ends when the machine has one") {
    Clock learnt;
    learnt.follow(known, now);
    const Now set{seconds{5} + std::chrono::steady_clock::time_point{}, known + seconds{90}};
    Clock clock({.offset = learnt.offset(), .floor = known});
    clock.notice_step(set);
    CHECK(clock.at(set) == known + seconds{90});
    CHECK_FALSE(clock.doubted_since());
}

TEST_CASE("a machine that is a moment behind what was kept is believed") {
    const Now set{now.steady, known - milliseconds{900}};
    Clock clock({.floor = known});
    clock.notice_step(set);
    CHECK(clock.at(set) == known - milliseconds{900});
    CHECK_FALSE(clock.doubted_since());
}

}  // namespace clock_test
