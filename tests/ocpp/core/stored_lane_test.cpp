// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/stored_lane.hpp"

#include "tests/support/catch.hpp"

namespace stored_lane_test {

using namespace ocpp::core;
using std::chrono::seconds;

namespace {

struct Fixture {
    StoredLane lane;
    Outcome out;
    Now now{std::chrono::steady_clock::time_point{seconds{100}}, {}, {}};

    void push(std::int64_t sequence) {
        lane.push({sequence, 1, QueuedKind::MeterValues, "{}", 0}, Durability::Relaxed, out);
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the n-th failure waits n intervals, and the last one gives up") {
    push(1);
    const Retry retry{3, seconds{60}};
    for (const int attempt : {1, 2}) {
        REQUIRE(lane.keep_front(retry, Setback::Silent, now, out));
        CHECK(lane.front()->attempts == attempt);
        CHECK(std::get<PutMessage>(out.changes.back()).message.attempts == attempt);
        CHECK(lane.wake_at() == now.steady + attempt * seconds{60});
        CHECK_FALSE(lane.is_due(now));
        now.steady = *lane.wake_at();
        CHECK(lane.is_due(now));
    }
    const auto before = out.changes.size();
    CHECK_FALSE(lane.keep_front(retry, Setback::Silent, now, out));
    CHECK(out.changes.size() == before);
    CHECK(lane.remove_front(Durability::Now, out).sequence == 1);
    CHECK_FALSE(lane.wake_at());
}

TEST_CASE_METHOD(Fixture, "the first broken connection may be chance, the second has to wait") {
    push(1);
    const Retry retry{4, seconds{60}};
    REQUIRE(lane.keep_front(retry, Setback::Broken, now, out));
    CHECK(lane.is_due(now));
    REQUIRE(lane.keep_front(retry, Setback::Broken, now, out));
    CHECK(lane.wake_at() == now.steady + seconds{120});
    lane.connected();
    CHECK_FALSE(lane.is_due(now));
}

TEST_CASE_METHOD(Fixture, "a lane without an interval is due again at once") {
    push(1);
    CHECK(lane.keep_front({3, seconds{0}}, Setback::Refused, now, out));
    CHECK(lane.is_due(now));
    CHECK_FALSE(lane.wake_at());
}

TEST_CASE_METHOD(Fixture, "the front message never gives way, it may be on its way") {
    push(1);
    CHECK_FALSE(lane.drop_oldest(out));
    push(2);
    push(3);
    CHECK(lane.drop_oldest(out)->sequence == 2);
    CHECK(std::get<RemoveMessage>(out.changes.back()).sequence == 2);
    CHECK(lane.length() == 2);
    CHECK(lane.begins_with(1));
}

}  // namespace stored_lane_test
