// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/outbox.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/core_profile.hpp"
#include "tests/support/catch.hpp"

namespace outbox_test {

using namespace ocpp;
using namespace ocpp::core;
using std::chrono::seconds;

namespace {

struct Fixture {
    Outbox outbox{"run"};
    Now now{};
    std::vector<std::string> send(Permit permit) {
        Outcome out;
        outbox.send_next(permit, seconds{30}, now, out);
        std::vector<std::string> actions;
        for (const auto& frame : out.frames) actions.push_back(frame.about);
        return actions;
    }
};

using Actions = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "calls leave one at a time, in order") {
    outbox.put(wire::HeartbeatRequest{});
    outbox.put(wire::AuthorizeRequest{});
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    CHECK(send(Permit::WhenAccepted).empty());
    CHECK(outbox.settle("run-1")->action == "Heartbeat");
    CHECK(send(Permit::WhenAccepted) == Actions{"Authorize"});
    CHECK_FALSE(outbox.settle("run-1"));
    CHECK_FALSE(outbox.settle("run-3"));
    CHECK(outbox.settle("run-2"));
    CHECK(outbox.idle());
}

TEST_CASE_METHOD(Fixture, "what is permitted overtakes what has to wait") {
    outbox.put(wire::HeartbeatRequest{});
    outbox.put(wire::AuthorizeRequest{}, Permit::WhenTriggered);
    outbox.put(wire::BootNotificationRequest{}, Permit::Always);
    CHECK(send(Permit::Always) == Actions{"BootNotification"});
    outbox.settle("run-3");
    CHECK(send(Permit::Always).empty());
    CHECK(send(Permit::WhenTriggered) == Actions{"Authorize"});
}

TEST_CASE_METHOD(Fixture, "a call is given up when its time is over, not before") {
    outbox.put(wire::HeartbeatRequest{});
    send(Permit::WhenAccepted);
    now.steady += seconds{29};
    CHECK_FALSE(outbox.time_out(now));
    now.steady += seconds{1};
    CHECK(outbox.time_out(now)->action == "Heartbeat");
    CHECK(outbox.idle());
}

TEST_CASE_METHOD(Fixture, "the box is bounded") {
    for (std::size_t i = 0; i < Outbox::max_waiting; ++i)
        CHECK(outbox.put(wire::HeartbeatRequest{}));
    CHECK_FALSE(outbox.put(wire::HeartbeatRequest{}));
    CHECK(outbox.connection_lost().size() == Outbox::max_waiting);
    CHECK(outbox.idle());
}

TEST_CASE_METHOD(Fixture, "an earlier transmission of a queued message may still be answered") {
    Outcome out;
    outbox.send_queued(7, "StartTransaction", "{}", seconds{30}, now, out);
    now.steady += seconds{30};
    CHECK(outbox.time_out(now)->queued == 7);
    outbox.send_queued(7, "StartTransaction", "{}", seconds{30}, now, out);
    const auto late = outbox.settle("run-1");
    REQUIRE(late);
    CHECK(late->queued == 7);
    // The second transmission has become pointless, and so has its answer.
    CHECK(outbox.idle());
    CHECK_FALSE(outbox.settle("run-2"));
}

TEST_CASE_METHOD(Fixture, "answers do not outlive their connection") {
    Outcome out;
    outbox.send_queued(7, "StartTransaction", "{}", seconds{30}, now, out);
    CHECK(outbox.connection_lost().empty());
    CHECK_FALSE(outbox.settle("run-1"));
}

}  // namespace outbox_test
