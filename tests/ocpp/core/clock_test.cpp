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

TEST_CASE("the time is known once it is told, or when the machine's is later than the floor") {
    const Instant floor = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    const auto later = floor + std::chrono::hours{1};
    Clock lost({.floor = floor});
    TimeFloor lowest(floor);
    lost.notice_step(now);
    CHECK(lost.known(now, lowest) == KnownTime{floor, std::nullopt});
    // Once, by who knows whom.
    lost.follow(later, now);
    lowest.told(later, now, std::nullopt);
    CHECK(lost.known(now, lowest) == KnownTime{floor, std::nullopt});
    lowest.told(later, now, std::nullopt);
    CHECK(lost.known(now, lowest) == KnownTime{later, lost.offset()});

    Clock right({.floor = floor});
    const Now there{now.steady, later};
    right.notice_step(there);
    CHECK(right.known(there, TimeFloor(floor)) == KnownTime{floor, milliseconds{0}});
    CHECK(right.known(there, TimeFloor(later + seconds{2})).offset == std::nullopt);
}

TEST_CASE("the floor follows a verified connection at once, and others when they say it twice") {
    const Instant kept = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    const auto told = kept + std::chrono::hours{48};
    TimeFloor floor(kept);
    SECTION("verified") {
        floor.told(told, now, told);
        CHECK(floor.at() == told);
        CHECK(floor.learned(now) == told);
        // It was wrong by a day.
        floor.told(told - std::chrono::hours{24}, now, told);
        CHECK(floor.at() == told - std::chrono::hours{24});
    }
    SECTION("verified, and later than the certificate that verifies it") {
        const auto ends = told - milliseconds{1};
        floor.told(told, now, ends);
        CHECK(floor.doubtful());
        CHECK(floor.learned(now) == std::nullopt);
        const Now then{now.steady + seconds{10}, now.utc};
        floor.told(told + seconds{10}, then, ends);
        CHECK(!floor.doubtful());
        CHECK(floor.learned(then) == told + seconds{10});
        CHECK(floor.at() == kept);
    }
    SECTION("plain") {
        floor.told(told, now, std::nullopt);
        CHECK(floor.at() == kept);
        const Now then{now.steady + seconds{300}, now.utc};
        SECTION("and the same again") {
            const auto again = told + seconds{300 + 59};
            floor.told(again, then, std::nullopt);
            CHECK(floor.at() == again);
            // It goes on by the steady clock.
            CHECK(floor.learned({then.steady + seconds{7}, {}}) == again + seconds{7});
        }
        SECTION("and something else") {
            floor.told(told + seconds{300 + 60}, then, std::nullopt);
            CHECK(floor.at() == kept);
        }
        SECTION("and what is no time, between") {
            floor.told({}, then, std::nullopt);
            floor.told(told + seconds{300}, then, std::nullopt);
            CHECK(floor.at() == kept);
        }
    }
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

TEST_CASE("no instant of the wire is too far away for the steady clock") {
    using ocpp::wire::DateTime;
    Clock clock;
    clock.follow(known, now);
    for (const auto at :
         {DateTime::latest, Instant{std::chrono::sys_days{std::chrono::year{2318} / 8 / 1}},
          known + Clock::furthest + milliseconds{1}})
        CHECK(clock.steady_at(now, at) == now.steady + Clock::furthest);
    for (const auto at : {DateTime::earliest, known - Clock::furthest - milliseconds{1}})
        CHECK(clock.steady_at(now, at) == now.steady - Clock::furthest);
    CHECK(clock.steady_at(now, known + Clock::furthest - milliseconds{1}) ==
          now.steady + Clock::furthest - milliseconds{1});
}

TEST_CASE("nothing that was kept makes the clock overflow") {
    using ocpp::wire::DateTime;
    for (const auto offset : {milliseconds::min(), milliseconds::max()})
        for (const auto at : {DateTime::earliest, DateTime::latest}) {
            Clock clock({.offset = offset, .floor = at, .doubted_since = at, .set_at = offset});
            clock.notice_step(now);
            CHECK(clock.follow(known, now));
            CHECK(clock.at(now) == known);
            const auto shift = clock.take_shift();
            REQUIRE(shift);
            CHECK(shift->applied(DateTime::latest) - DateTime::latest == shift->by);
        }
}

TEST_CASE("a jump of more than an hour needs a second answer that agrees") {
    Clock clock;
    clock.notice_step(now);
    CHECK(clock.follow(known, now));
    const auto later = [](seconds time) { return Now{now.steady + time, now.utc + time}; };
    const auto jump = GENERATE(std::chrono::hours{24 * 365}, std::chrono::hours{-24 * 365});
    const auto ahead = [&](seconds time) { return known + time + jump; };
    SECTION("an hour is believed at once") {
        CHECK(clock.follow(known + std::chrono::hours{1}, now));
        CHECK_FALSE(clock.unconfirmed());
    }
    SECTION("one answer is not") {
        CHECK_FALSE(clock.follow(ahead(seconds{10}), later(seconds{10})));
        CHECK(clock.at(later(seconds{10})) == known + seconds{10});
        CHECK(clock.unconfirmed() == jump);
    }
    SECTION("two that agree are, the second a little late") {
        clock.follow(ahead(seconds{10}), later(seconds{10}));
        CHECK(clock.follow(ahead(seconds{300}), later(seconds{303})));
        CHECK(clock.at(later(seconds{303})) == ahead(seconds{300}));
        CHECK_FALSE(clock.unconfirmed());
    }
    SECTION("two that do not agree are not") {
        clock.follow(ahead(seconds{10}), later(seconds{10}));
        CHECK_FALSE(clock.follow(ahead(seconds{10}), later(seconds{70})));
        CHECK(clock.unconfirmed());
    }
    SECTION("one that is right in between takes the first one back") {
        clock.follow(ahead(seconds{10}), later(seconds{10}));
        clock.follow(known + seconds{20}, later(seconds{20}));
        CHECK_FALSE(clock.unconfirmed());
        CHECK_FALSE(clock.follow(ahead(seconds{30}), later(seconds{30})));
    }
    SECTION("a restart of the program forgets nothing of that, one of the machine does") {
        const Clock::Saved kept{.offset = clock.offset(), .floor = known, .set_at = clock.set_at()};
        Clock same(kept), rebooted(kept);
        same.notice_step(later(seconds{10}));
        CHECK_FALSE(same.follow(ahead(seconds{10}), later(seconds{10})));
        const Now booted{std::chrono::steady_clock::time_point{seconds{3}}, now.utc + seconds{10}};
        rebooted.notice_step(booted);
        CHECK(rebooted.follow(ahead(seconds{10}), booted));
    }
}

TEST_CASE("a machine that is a moment behind what was kept is believed") {
    const Now set{now.steady, known - milliseconds{900}};
    Clock clock({.floor = known});
    clock.notice_step(set);
    CHECK(clock.at(set) == known - milliseconds{900});
    CHECK_FALSE(clock.doubted_since());
}

}  // namespace clock_test
