// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/mailbox.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/core_profile.hpp"
#include "tests/support/catch.hpp"

namespace mailbox_test {

using namespace ocpp;
using namespace ocpp::core;
using std::chrono::seconds;

namespace {

struct Fixture {
    Mailbox mailbox{"run"};
    Ledger ledger{{}};
    Outcome out;
    Now now{};
    const Retry retry{4, seconds{60}};

    void start() {
        TransactionRecord record;
        record.connector = 1;
        record.id_tag = "A";
        ledger.start(record, out);
    }
    // Sends the next message, which is not processed. True: it will be sent again.
    bool fail(Delivery how) {
        REQUIRE(send(Permit::WhenAccepted).size() == 1);
        now.steady += seconds{30};
        const auto call = mailbox.time_out(now);
        return mailbox.failed(*call, how, "it fails", retry, ledger, now, out);
    }
    std::vector<std::string> send(Permit permit) {
        Outcome sent;
        mailbox.send_next(permit, seconds{30}, ledger, now, sent);
        std::vector<std::string> actions;
        for (const auto& frame : sent.frames) actions.push_back(frame.about);
        return actions;
    }
};

using Actions = std::vector<std::string>;

constexpr const char* event =
    R"({"timestamp":"2026-03-28T12:00:00.000Z","type":"StartupOfTheDevice"})";

}  // namespace

TEST_CASE_METHOD(Fixture, "calls leave one at a time, in order") {
    mailbox.put(wire::HeartbeatRequest{});
    mailbox.put(wire::DataTransferRequest{});
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    CHECK(send(Permit::WhenAccepted).empty());
    CHECK(mailbox.settle("run-1")->action == "Heartbeat");
    CHECK(send(Permit::WhenAccepted) == Actions{"DataTransfer"});
    CHECK_FALSE(mailbox.settle("run-1"));
    CHECK_FALSE(mailbox.settle("run-3"));
    CHECK(mailbox.settle("run-2"));
    CHECK(mailbox.idle());
}

TEST_CASE_METHOD(Fixture, "what is permitted overtakes what has to wait") {
    mailbox.put(wire::HeartbeatRequest{});
    mailbox.put(wire::AuthorizeRequest{}, Permit::WhenTriggered);
    mailbox.put(wire::BootNotificationRequest{}, Permit::Always);
    CHECK(send(Permit::Always) == Actions{"BootNotification"});
    mailbox.settle("run-3");
    CHECK(send(Permit::Always).empty());
    CHECK(send(Permit::WhenTriggered) == Actions{"Authorize"});
}

TEST_CASE_METHOD(Fixture, "a driver who waits goes before reports and errors") {
    start();
    ledger.notify(QueuedKind::StatusNotification, "{}", out);
    mailbox.put(wire::HeartbeatRequest{});
    mailbox.put(wire::AuthorizeRequest{});
    CHECK(send(Permit::WhenAccepted) == Actions{"Authorize"});
}

TEST_CASE_METHOD(Fixture,
                 "a start that was passed over for its patience goes next, and only that") {
    start();
    ledger.notify(QueuedKind::StatusNotification, "{}", out);
    mailbox.put(wire::HeartbeatRequest{});
    mailbox.put(wire::AuthorizeRequest{});
    CHECK(send(Permit::WhenAccepted) == Actions{"Authorize"});
    now.steady += Mailbox::patience;
    mailbox.settle("run-2");
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    const auto call = mailbox.settle("run-3");
    REQUIRE(call);
    CHECK(mailbox.failed(*call, Delivery::Refused, "", {9, seconds{0}}, ledger, now, out));
    CHECK(send(Permit::WhenAccepted) == Actions{"StatusNotification"});
}

TEST_CASE_METHOD(Fixture,
                 "what was triggered twice and still waits is said once, as it is by then") {
    CHECK(mailbox.put_triggered(wire::MeterValuesRequest{.connector_id = 1}));
    CHECK(mailbox.put_triggered(wire::MeterValuesRequest{.connector_id = 2}));
    CHECK(mailbox.put_triggered(wire::MeterValuesRequest{.connector_id = 1}));
    CHECK(send(Permit::WhenTriggered) == Actions{"MeterValues"});
    mailbox.settle("run-1");
    CHECK(send(Permit::WhenTriggered) == Actions{"MeterValues"});
    mailbox.settle("run-2");
    CHECK(mailbox.idle());
}

TEST_CASE_METHOD(Fixture,
                 "a message at which connections break has failed only where others don't") {
    start();
    const auto break_off = [&](bool too_long) {
        int failed = 0;
        for (const auto& call : mailbox.connection_lost(too_long)) {
            failed += mailbox.failed(call, Delivery::Lost, "", {9, seconds{0}}, ledger, now, out);
        }
        return failed;
    };
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    CHECK(break_off(false) == 0);
    // A Heartbeat finds out.
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    CHECK(mailbox.settle("run-2"));
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    CHECK(break_off(false) == 1);
    CHECK(ledger.head()->attempts == 1);
    // A connection that breaks with the Heartbeat says nothing, and the next one is not asked.
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    CHECK(break_off(false) == 0);
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    CHECK(break_off(false) == 0);
    // A message that is too long is what broke it.
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    now.steady += seconds{30};
    CHECK(mailbox.time_out(now));
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    CHECK(break_off(true) == 1);
    CHECK(ledger.head()->attempts == 2);
}

TEST_CASE_METHOD(Fixture, "a call is given up when its time is over, not before") {
    mailbox.put(wire::HeartbeatRequest{});
    send(Permit::WhenAccepted);
    now.steady += seconds{29};
    CHECK_FALSE(mailbox.time_out(now));
    now.steady += seconds{1};
    CHECK(mailbox.time_out(now)->action == "Heartbeat");
    CHECK(mailbox.idle());
}

TEST_CASE_METHOD(Fixture, "the box is bounded") {
    for (std::size_t i = 0; i < Mailbox::max_waiting; ++i)
        CHECK(mailbox.put(wire::HeartbeatRequest{}));
    CHECK_FALSE(mailbox.put(wire::HeartbeatRequest{}));
    // A driver is no report.
    CHECK(mailbox.put(wire::AuthorizeRequest{}));
    CHECK(mailbox.connection_lost(false).size() == Mailbox::max_waiting + 1);
    CHECK(mailbox.idle());
}

TEST_CASE_METHOD(Fixture, "errors go first, then ordinary calls, then transaction messages") {
    start();
    ledger.notify(QueuedKind::StatusNotification, "{}", out);
    mailbox.put(wire::HeartbeatRequest{});
    CHECK(send(Permit::WhenTriggered).empty());
    CHECK(send(Permit::WhenAccepted) == Actions{"StatusNotification"});
    mailbox.delivered(*mailbox.settle("run-2"), ledger, out);
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
    mailbox.delivered(*mailbox.settle("run-1"), ledger, out);
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    mailbox.delivered(*mailbox.settle("run-3"), ledger, out);
    CHECK(send(Permit::WhenAccepted).empty());
    CHECK(ledger.empty());
}

TEST_CASE_METHOD(Fixture, "security events wait behind nothing but errors") {
    start();
    CHECK(ledger.security_event(event, out));
    ledger.notify(QueuedKind::StatusNotification, "{}", out);
    mailbox.put(wire::HeartbeatRequest{});
    CHECK(send(Permit::WhenTriggered).empty());
    CHECK(send(Permit::WhenAccepted) == Actions{"StatusNotification"});
    mailbox.delivered(*mailbox.settle("run-2"), ledger, out);
    CHECK(send(Permit::WhenAccepted) == Actions{"SecurityEventNotification"});
    mailbox.delivered(*mailbox.settle("run-3"), ledger, out);
    CHECK(ledger.security_events().empty());
    CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
}

TEST_CASE_METHOD(Fixture, "a security event that is not processed lets others go, and has an end") {
    ledger.security_event(event, out);
    mailbox.put(wire::HeartbeatRequest{});
    for (int attempt = 1; attempt <= Mailbox::security_event_retry.attempts; ++attempt) {
        CHECK(fail(Delivery::Silent) == (attempt < Mailbox::security_event_retry.attempts));
        if (attempt == 1) {
            CHECK(send(Permit::WhenAccepted) == Actions{"Heartbeat"});
            mailbox.settle("run-1");
        }
        CHECK(send(Permit::WhenAccepted).empty());
        if (const auto wake = mailbox.wake_at(true, ledger)) now.steady = *wake;
    }
    CHECK(ledger.security_events().empty());
}

TEST_CASE_METHOD(Fixture, "a central system without security events gets each of them once") {
    ledger.security_event(event, out);
    send(Permit::WhenAccepted);
    CHECK_FALSE(mailbox.failed(*mailbox.settle("run-1"), Delivery::Unwanted, "NotSupported", retry,
                               ledger, now, out));
    CHECK(ledger.security_events().empty());
}

TEST_CASE_METHOD(Fixture, "each lane has its own patience") {
    ledger.notify(QueuedKind::StatusNotification, "{}", out);
    for (int attempt = 1; attempt <= Mailbox::error_retry.attempts; ++attempt)
        CHECK(fail(Delivery::Silent) == (attempt < Mailbox::error_retry.attempts));
    CHECK(ledger.errors().empty());
    start();
    for (int attempt = 1; attempt <= retry.attempts; ++attempt) {
        CHECK(fail(Delivery::Silent) == (attempt < retry.attempts));
        CHECK(ledger.find(1)->start_given_up == (attempt == retry.attempts));
        now.steady += attempt * retry.interval;
    }
    CHECK(ledger.empty());
    // Each of its transmissions may still be answered.
    CHECK(mailbox.settle_late_start("run-" + std::to_string(Mailbox::error_retry.attempts + 1)) ==
          1);
    mailbox.put(wire::HeartbeatRequest{});
    CHECK_FALSE(fail(Delivery::Lost));
}

TEST_CASE_METHOD(Fixture, "an earlier transmission of a queued message may still be answered") {
    start();
    send(Permit::WhenAccepted);
    now.steady += seconds{30};
    const auto first = mailbox.time_out(now);
    CHECK(first->queued == ledger.head()->sequence);
    mailbox.failed(*first, Delivery::Silent, "silence", {2, seconds{0}}, ledger, now, out);
    CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    const auto late = mailbox.settle("run-1");
    REQUIRE(late);
    CHECK(late->queued == first->queued);
    CHECK(Mailbox::awaited(*late, ledger));
    mailbox.delivered(*late, ledger, out);
    // The second transmission has become pointless, and so has its answer.
    CHECK(mailbox.idle());
    CHECK_FALSE(mailbox.settle("run-2"));
}

TEST_CASE_METHOD(Fixture, "a late refusal is no second failure, and leaves the call in flight") {
    start();
    send(Permit::WhenAccepted);
    now.steady += seconds{30};
    const auto first = mailbox.time_out(now);
    const Retry twice{2, seconds{0}};
    CHECK(mailbox.failed(*first, Delivery::Silent, "silence", twice, ledger, now, out));
    SECTION("while the message waits") {
        const auto late = mailbox.settle("run-1");
        REQUIRE(late);
        CHECK(mailbox.failed(*late, Delivery::Refused, "error", twice, ledger, now, out));
        CHECK(ledger.head()->attempts == 1);
        CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
    }
    SECTION("while it is on its way again") {
        CHECK(send(Permit::WhenAccepted) == Actions{"StartTransaction"});
        const auto late = mailbox.settle("run-1");
        REQUIRE(late);
        CHECK(mailbox.failed(*late, Delivery::Refused, "error", twice, ledger, now, out));
        CHECK(mailbox.busy());
    }
    CHECK_FALSE(mailbox.settle("run-1"));
    const auto second = mailbox.settle("run-2");
    REQUIRE(second);
    mailbox.delivered(*second, ledger, out);
    CHECK(ledger.empty());
}

TEST_CASE_METHOD(Fixture, "answers do not outlive their connection") {
    start();
    send(Permit::WhenAccepted);
    CHECK(mailbox.connection_lost(false).empty());
    CHECK_FALSE(mailbox.settle("run-1"));
}

}  // namespace mailbox_test
