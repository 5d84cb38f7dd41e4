// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/backoff.hpp"

#include "tests/support/catch.hpp"

#include <limits>

namespace backoff_test {

using charge_daemon::Backoff;
using namespace std::chrono_literals;

namespace {

ocpp::core::LinkSettings keys(std::chrono::seconds minimum, std::chrono::seconds range,
                              int repeats) {
    ocpp::core::LinkSettings settings;
    settings.back_off_minimum = minimum;
    settings.back_off_random_range = range;
    settings.back_off_repeat_times = repeats;
    return settings;
}

}  // namespace

TEST_CASE("the wait doubles as often as RetryBackOffRepeatTimes says") {
    Backoff backoff;
    const auto settings = keys(30s, 0s, 3);
    for (const auto wait : {30s, 60s, 120s, 240s, 240s, 240s})
        CHECK(backoff.next(settings, 0) == wait);
}

TEST_CASE("after a connection that was accepted chance alone decides, then all begins anew") {
    Backoff backoff;
    const auto settings = keys(1s, 10s, 5);
    CHECK(backoff.next(settings, 0) == 1s);
    CHECK(backoff.next(settings, 0) == 2s);
    for (const std::uint64_t random :
         {std::uint64_t{0}, std::uint64_t{3'000}, std::uint64_t{10'000}}) {
        backoff.accepted();
        CHECK(backoff.next(settings, random) ==
              std::chrono::milliseconds{static_cast<std::int64_t>(random)});
        CHECK(backoff.next(settings, 0) == 1s);
        CHECK(backoff.next(settings, 0) == 2s);
    }
    backoff.accepted();
    backoff.reset();
    CHECK(backoff.next(settings, 0) == 1s);
}

TEST_CASE("the random part is between nothing and RetryBackOffRandomRange, both included") {
    const auto settings = keys(30s, 10s, 0);
    CHECK(Backoff{}.next(settings, 0) == 30s);
    CHECK(Backoff{}.next(settings, 10'000) == 40s);
    CHECK(Backoff{}.next(settings, 10'001) == 30s);
    CHECK(Backoff{}.next(settings, std::numeric_limits<std::uint64_t>::max()) <= 40s);
}

TEST_CASE("a change of the keys counts at once") {
    Backoff backoff;
    CHECK(backoff.next(keys(30s, 0s, 5), 0) == 30s);
    CHECK(backoff.next(keys(1s, 0s, 5), 0) == 2s);
    CHECK(backoff.next(keys(1s, 0s, 0), 0) == 1s);
}

TEST_CASE("no values of the keys make it overflow or wait for ever") {
    Backoff backoff;
    const auto settings = keys(std::chrono::seconds{std::numeric_limits<int>::max()},
                               std::chrono::seconds{std::numeric_limits<int>::max()},
                               std::numeric_limits<int>::max());
    for (int i = 0; i < 100; ++i)
        CHECK(backoff.next(settings, std::numeric_limits<std::uint64_t>::max()) ==
              charge_daemon::longest_back_off);
    CHECK(Backoff{}.next(keys(-5s, -5s, -5), 7) == 0s);
}

}  // namespace backoff_test
