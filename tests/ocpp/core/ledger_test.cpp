// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/ledger.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/core/transaction_messages.hpp"
#include "tests/support/catch.hpp"

namespace ledger_test {

using namespace ocpp;
using namespace ocpp::core;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 28} + hours{12}};

TransactionRecord ended() {
    TransactionRecord record;
    record.id = 7;
    record.connector = 1;
    record.id_tag = "A";
    record.meter_start = units::WattHours{10};
    record.started = noon;
    record.last_seen = noon + hours{1};
    record.stop_wish = StopRequest{"Local", "A", noon + hours{1}};
    record.stop = StopRecord{units::WattHours{900}, noon + hours{1}};
    return record;
}

Snapshot with(QueuedKind kind, const std::string& payload) {
    Snapshot snapshot;
    snapshot.transactions = {ended()};
    snapshot.queue = {{3, 7, kind, payload, 1}};
    snapshot.next_transaction = 8;
    snapshot.next_sequence = 4;
    return snapshot;
}

constexpr std::array kinds{QueuedKind::StartTransaction,         QueuedKind::MeterValues,
                           QueuedKind::StopTransaction,          QueuedKind::TransactionData,
                           QueuedKind::StatusNotification,       QueuedKind::DataTransfer,
                           QueuedKind::SecurityEventNotification};

}  // namespace

TEST_CASE("a stored message that is damaged is said again from its transaction, or left out") {
    const std::string payloads[] = {"",
                                    "{broken",
                                    "[1]",
                                    "null",
                                    "7",
                                    "{}",
                                    "\xff\xfe",
                                    R"({"data":7,"vendorId":"x"})",
                                    R"({"data":"{broken","vendorId":"x"})",
                                    R"({"timestamp":"yesterday"})",
                                    std::string(5'000, '[')};
    for (const auto kind : kinds)
        for (const auto& payload : payloads) {
            INFO(shared::name_of(kind) << ' ' << payload.substr(0, 40));
            Ledger ledger(with(kind, payload));
            Outcome out;
            // The time may become known before anything else happens.
            ledger.restamp({noon, hours{1}}, out);
            out.changes.clear();
            ledger.keep_mended(out);
            REQUIRE(out.notes.size() == 1);
            CHECK(out.notes[0].severity == Severity::Error);
            const bool vital =
                kind == QueuedKind::StartTransaction || kind == QueuedKind::StopTransaction;
            // Without any message left a transaction that has ended is over.
            REQUIRE(out.changes.size() == (vital ? 1 : 2));
            CHECK((ledger.find(7) != nullptr) == vital);
            if (vital) {
                REQUIRE(ledger.length() == 1);
                const auto* kept = std::get_if<PutMessage>(&out.changes[0]);
                REQUIRE(kept != nullptr);
                CHECK(kept->message == *ledger.head());
                CHECK(kept->message.attempts == 1);
                CHECK(shared::Json::parse(ledger.payload_of(*ledger.head()))["timestamp"] ==
                      (kind == QueuedKind::StartTransaction ? "2026-03-28T13:00:00.000Z"
                                                            : "2026-03-28T14:00:00.000Z"));
            } else {
                CHECK(ledger.empty());
                CHECK(ledger.errors().empty());
                CHECK(ledger.security_events().empty());
                CHECK(std::get_if<RemoveMessage>(&out.changes[0])->sequence == 3);
            }
            Snapshot saved;
            ledger.save(saved);
            out = {};
            ledger.keep_mended(out);
            CHECK(out.notes.empty());
        }
}

TEST_CASE("what is said again is what was said") {
    for (const auto kind : {QueuedKind::StartTransaction, QueuedKind::StopTransaction}) {
        const auto whole = kind == QueuedKind::StartTransaction
                               ? shared::to_json(start_request(ended()))
                               : shared::to_json(stop_request(ended()));
        Outcome out;
        Ledger sound(with(kind, shared::dump(whole)));
        sound.keep_mended(out);
        CHECK(out.notes.empty());
        CHECK(out.changes.empty());
        const Ledger mended(with(kind, "{"));
        CHECK(mended.payload_of(*mended.head()) == sound.payload_of(*sound.head()));
    }
}

TEST_CASE("a damaged message without its transaction is lost") {
    auto snapshot = with(QueuedKind::StartTransaction, "{");
    snapshot.transactions.clear();
    Ledger ledger(snapshot);
    CHECK(ledger.empty());
    snapshot = with(QueuedKind::StopTransaction, "{");
    snapshot.transactions[0].stop.reset();
    CHECK(Ledger(snapshot).empty());
}

TEST_CASE("an end without its reason has another one") {
    auto snapshot = with(QueuedKind::StopTransaction, "{");
    snapshot.transactions[0].stop_wish.reset();
    const Ledger ledger(snapshot);
    CHECK(ledger.find(7)->stop_wish->reason == "Other");
    CHECK(shared::Json::parse(ledger.payload_of(*ledger.head()))["reason"] == "Other");
}

TEST_CASE("a new connection ends a wait after silence, and none after a refusal") {
    const Now now{std::chrono::steady_clock::time_point{seconds{100}}, {}, {}};
    for (const auto setback : {Setback::Silent, Setback::Refused}) {
        Ledger ledger(with(QueuedKind::StopTransaction, "{"));
        Outcome out;
        CHECK(ledger.keep(3, {5, seconds{60}}, setback, now, out));
        CHECK(ledger.next(false, now) == nullptr);
        ledger.connected();
        CHECK((ledger.next(false, now) != nullptr) == (setback == Setback::Silent));
    }
}

TEST_CASE("nothing is stamped before what was stamped last, and both move with the time") {
    Ledger ledger(with(QueuedKind::StopTransaction, "{"));
    CHECK(ledger.in_order(7, noon) == noon + hours{1});
    ledger.stamped(7, noon + hours{2});
    CHECK(ledger.in_order(7, noon) == noon + hours{2});
    CHECK(ledger.in_order(7, noon + hours{3}) == noon + hours{3});
    Outcome out;
    ledger.restamp({noon, hours{5}}, out);
    CHECK(ledger.in_order(7, noon) == noon + hours{7});
}

}  // namespace ledger_test
