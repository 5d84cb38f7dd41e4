// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/clock.hpp"

#include "tests/support/catch.hpp"

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
    CHECK(Clock(clock.offset()).at(now) == server);
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
    Now machine = now;
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
    machine.utc += milliseconds{5'900};  // what NTP does to a clock that is a little late
    CHECK_FALSE(clock.notice_step(machine));
    CHECK(clock.at(machine) == server + milliseconds{5'900});
}
