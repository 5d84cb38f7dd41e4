// SPDX-License-Identifier: Apache-2.0
// The pause after a connection that had been accepted: the other end is there.

#include "daemon/link/link_machine.hpp"
#include "tests/support/catch.hpp"

namespace link_pause_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

// A link whose chance is always 3 s, as far as the range goes.
struct Link {
    LinkTimes times;
    LinkMachine machine;
    LinkMachine::Time now{1000s};

    explicit Link(std::chrono::seconds range)
        : machine({"CP1", 0s, 10s, range, 3}, times, [] { return std::uint64_t{3'000}; }) {
        machine.take(LinkTrigger::Due, now);
        machine.take(LinkTrigger::Opened, now);
    }

    // The pause that follows.
    milliseconds ended(int code) {
        machine.ended({"gone", code, {}}, now);
        return machine.report(now).next_attempt.value();
    }
    void dial_after(milliseconds pause) {
        now += pause;
        machine.tick(now);
        REQUIRE(machine.state() == LinkState::Dialling);
    }
};

}  // namespace

TEST_CASE("after a connection the link machine is back within RetryBackOffRandomRange") {
    Link link(5s);
    SECTION("the central system restarts") {
        link.now += 3600s;
        const int code = GENERATE(1001, 1012);
        CHECK(link.ended(code) == 3s);
    }
    SECTION("the network is gone, and no close frame says so") {
        link.now += 3600s;
        CHECK(link.ended(0) == 3s);
    }
    // A second connection is refused by some for as long as they believe in the first one.
    SECTION("it is refused again and again right after the handshake") {
        for (int i = 0; i < 10; ++i) {
            REQUIRE(link.ended(1008) == 3s);
            link.dial_after(3s);
            link.machine.take(LinkTrigger::Opened, link.now);
        }
        CHECK(link.ended(1008) == 3s);
    }
    // Then all goes as the keys say.
    link.dial_after(3s);
    CHECK(link.ended(0) == 13s);
    link.dial_after(13s);
    CHECK(link.ended(0) == 23s);
}

TEST_CASE("without a random range a connection that is refused at once is not dialled at once") {
    Link link(0s);
    SECTION("a brief one") {
        link.now += link.times.settled - 1ms;
        CHECK(link.ended(1008) == link.times.breather);
    }
    SECTION("one that lasted") {
        link.now += link.times.settled;
        CHECK(link.ended(1012) == 0ms);
    }
}

}  // namespace link_pause_test
