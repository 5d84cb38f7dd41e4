// SPDX-License-Identifier: Apache-2.0
// The queue of the connectors for which the supply is not enough at the same time.

#include "ocpp/features/current/turns.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace turns_test {

using namespace std::chrono_literals;
using ocpp::current::turn_length;
using ocpp::features::Turns;
using units::Milliamps;

namespace {

struct Queue {
    Turns turns;
    std::size_t connectors;
    ocpp::core::Now now{
        std::chrono::steady_clock::time_point{1h}, std::chrono::system_clock::time_point{1h}, {}};

    explicit Queue(std::size_t count) : turns(count), connectors(count) {
        for (std::size_t i = 0; i < count; ++i) turns.join(i, false);
    }
    // All of them charge, and those with true have a share.
    void serve(const std::vector<bool>& with_share) {
        ocpp::current::Situation situation;
        ocpp::current::Offers offers;
        for (const bool share : with_share) {
            situation.connectors.emplace_back().charging = true;
            offers.connectors.emplace_back().share = Milliamps{share ? 6'000 : 0};
            offers.turns = offers.turns || !share;
        }
        turns.served(situation, offers, now);
    }
    // Indices, the first of the queue at the front.
    std::vector<std::size_t> order() const {
        std::vector<std::pair<std::int64_t, std::size_t>> places;
        for (std::size_t i = 0; i < connectors; ++i) places.emplace_back(turns.queue(i), i);
        std::sort(places.begin(), places.end());
        std::vector<std::size_t> order;
        for (const auto& [place, index] : places) order.push_back(index);
        return order;
    }
};

}  // namespace

TEST_CASE("connectors queue in the order in which they begin, those of before the start first") {
    Queue q(3);
    q.turns.join(0, false);
    CHECK(q.order() == std::vector<std::size_t>{1, 2, 0});
    q.turns.join(2, true);
    CHECK(q.order() == std::vector<std::size_t>{2, 1, 0});
}

TEST_CASE("after a turn the connectors that were served go to the end, in their order") {
    Queue q(3);
    q.serve({true, true, false});
    REQUIRE(q.turns.end() == q.now.steady + turn_length);
    q.now.steady += turn_length - 1ms;
    q.turns.advance(q.now);
    CHECK(q.order() == std::vector<std::size_t>{0, 1, 2});
    q.now.steady += 1ms;
    q.turns.advance(q.now);
    CHECK(q.order() == std::vector<std::size_t>{2, 0, 1});
    CHECK_FALSE(q.turns.end());
}

TEST_CASE("a connector that loses its share during a turn goes to the end") {
    Queue q(2);
    q.serve({true, false});
    q.serve({false, true});
    CHECK(q.order() == std::vector<std::size_t>{1, 0});
}

TEST_CASE("there are no turns while the supply is enough for all") {
    Queue q(2);
    q.serve({true, false});
    CHECK(q.turns.end());
    q.serve({true, true});
    CHECK_FALSE(q.turns.end());
}

}  // namespace turns_test
