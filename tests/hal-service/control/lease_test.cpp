// SPDX-License-Identifier: Apache-2.0
// What a wish is worth while it is renewed, when it is not, and at last.

#include "hal-service/control/lease.hpp"

#include "tests/support/catch.hpp"

namespace lease_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

constexpr Fallback fallback{{6000}, 60s};

Setpoint setpoint(std::int64_t milliamps) {
    Setpoint wish;
    wish.power_allowed = true;
    wish.current_limit = {milliamps};
    wish.valid_for = 5s;
    return wish;
}

}  // namespace

TEST_CASE("a wish holds until its lease ends, to the tick") {
    const auto wish = leased(setpoint(16'000), 100s, 5s);
    const auto at = [&](Moment now) { return permission(wish, fallback, now); };
    CHECK(at(100s).live);
    CHECK(at(105s - 1us).limit.count == 16'000);
    CHECK(at(105s - 1us).live);
    CHECK_FALSE(at(105s).live);
    CHECK(at(105s).power);
    CHECK(at(105s).limit.count == 6000);
    CHECK(at(165s - 1us).power);
    CHECK_FALSE(at(165s).power);
}

TEST_CASE("falling back never raises a current and never allows one") {
    auto low = setpoint(4000);
    CHECK(permission(leased(low, 0s, 5s), fallback, 6s).limit.count == 4000);
    low.power_allowed = false;
    CHECK_FALSE(permission(leased(low, 0s, 5s), fallback, 1s).power);
    CHECK_FALSE(permission(leased(low, 0s, 5s), fallback, 6s).power);
}

TEST_CASE("this side's bound is the longest lease") {
    auto greedy = setpoint(16'000);
    greedy.valid_for = 3600s;
    CHECK_FALSE(permission(leased(greedy, 0s, 5s), fallback, 5s).live);
    greedy.valid_for = 1s;
    CHECK_FALSE(permission(leased(greedy, 0s, 5s), fallback, 1s).live);
}

TEST_CASE("without a fallback current there is nothing to offer once the lease ends") {
    const auto wish = leased(setpoint(16'000), 0s, 5s);
    CHECK(permission(wish, {{0}, 60s}, 6s).limit.count == 0);
    CHECK_FALSE(permission(wish, {{6000}, 0s}, 5s).power);
}

TEST_CASE("before the first wish nothing is permitted") {
    CHECK_FALSE(permission(LeasedSetpoint{}, fallback, 0s).power);
    CHECK_FALSE(permission(LeasedSetpoint{}, fallback, 0s).live);
}

}  // namespace lease_test
