// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every transaction that is not over and done with, and its messages on their way, in the order
// in which things happened over the whole charge point (OCPP 1.6 3.7). Each change of it is a
// Change of the step.

#include "ocpp/core/change.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/core/stored_lane.hpp"
#include "ocpp/core/transaction_data.hpp"
#include "ocpp/wire/transactions.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::core {

class Ledger {
public:
    // Beyond this the oldest MeterValues give way to new ones; starts and stops never do. A
    // transaction needs 2 messages, so that they are few: 15 000 in a year of outage at 20
    // transactions a day.
    static constexpr std::size_t max_queued_meter_values = 20'000;
    // The number of no transaction: values of a connector on which none runs.
    static constexpr std::int64_t no_transaction = 0;
    // Errors that wait for the central system; the oldest give way.
    static constexpr std::size_t max_notices = 100;
    // Security events that wait for the central system; the oldest give way, first of all those
    // that are not critical.
    static constexpr std::size_t max_security_events = 500;

    // Damaged messages are rebuilt from their transaction's record, or dropped.
    explicit Ledger(Snapshot snapshot);
    // Stores the rebuilt messages, removes the dropped ones, and notes both.
    void keep_mended(Outcome& out);

    // Gives the record its id and queues its StartTransaction.
    std::int64_t start(TransactionRecord record, Outcome& out);
    // False: older ones had to give way.
    bool meter_values(std::int64_t transaction, const wire::MeterValuesRequest& request,
                      Outcome& out);
    // For StopTransaction.transactionData: OCPP 1.6 3.16, errata 4.0 3.14.
    void add_data(std::int64_t transaction, const wire::MeterValue& value, Durability durability,
                  Outcome& out);
    // Queues StopTransaction from the record's stop wish, `stop`, the data and its last values.
    void stop(std::int64_t transaction, StopRecord stop,
              const std::optional<wire::MeterValue>& last_values, Outcome& out);

    // The stored record; changes of it take effect with keep().
    TransactionRecord* find(std::int64_t transaction);
    const TransactionRecord* find(std::int64_t transaction) const;
    // StartTransaction waits for its answer: the number may still become known.
    bool start_waits(std::int64_t transaction) const;
    // Returns `at`, or the newest stamp of the transaction when that is later: the central system
    // may have put its clock back.
    Instant in_order(std::int64_t transaction, Instant at) const;
    void stamped(std::int64_t transaction, Instant at) { newest_[transaction] = at; }
    // As the central system knows it: its own number, or -1 (errata 4.0, 3.18).
    wire::TransactionId transaction_id(std::int64_t transaction) const;
    // Writes everything as the constructor would load it.
    void save(Snapshot& snapshot) const;
    // Corrects stamps that were made before the time was known.
    void restamp(const Clock::Shift& shift, Outcome& out);
    // Removes stored values that belong to no transaction any more.
    void drop_strays(Outcome& out);
    void keep(std::int64_t transaction, Durability durability, Outcome& out);
    const std::map<std::int64_t, TransactionRecord>& transactions() const { return transactions_; }

    // --- the lanes of the mailbox that are in the store

    // Errors that the central system must be told with their own time, before anything else.
    StoredLane& errors() { return errors_; }
    const StoredLane& errors() const { return errors_; }
    void notify(QueuedKind kind, std::string payload, Outcome& out);

    // Security events, in the order in which they happened. They are of no transaction, either.
    const StoredLane& security_events() const { return security_events_; }
    // Queues a SecurityEventNotification. False: an older one had to give way.
    bool security_event(std::string payload, Outcome& out);

    // Starts and stops, and the meter values of transactions, each in the order of the events (OCPP
    // 1.6 3.7). Meter values wait for every start and stop before them; next() says when they are
    // passed.
    const StoredLane& messages() const { return messages_; }
    const StoredLane& values() const { return values_; }
    bool empty() const { return messages_.empty() && values_.empty(); }
    std::size_t length() const { return messages_.length() + values_.length(); }
    // The first start or stop.
    const QueuedMessage* head() const { return messages_.front(); }
    // The transaction message that may be sent now; nullptr: none. A start or stop passes meter
    // values that wait to be sent once more, and all of them in a `hurry`.
    const QueuedMessage* next(bool hurry, const Now& now) const;
    Deadline wake_at() const;
    void connected();
    // The message as it goes out: with the transactionId that is known by now, else -1
    // (errata 4.0, 3.18).
    std::string payload_of(const QueuedMessage& message) const;

    // Is a message with this sequence at the front of a lane?
    bool awaits(std::int64_t sequence) const;
    const QueuedMessage& front(std::int64_t sequence) { return *lane_of(sequence).front(); }
    // Its front message was processed by the central system.
    void delivered(std::int64_t sequence, Outcome& out);
    // Its front message was not processed. True: it will be sent again. A StopTransaction has its
    // last attempt without transactionData.
    bool keep(std::int64_t sequence, Retry retry, Setback why, const Now& now, Outcome& out);
    // The front message is not sent any more.
    void give_up(std::int64_t sequence, Outcome& out);

private:
    StoredLane& lane_of(std::int64_t sequence);
    void enqueue(std::int64_t transaction, QueuedKind kind, std::string payload,
                 Durability durability, Outcome& out);
    void left(std::int64_t transaction, Outcome& out);
    void finish_if_over(std::int64_t transaction, Outcome& out);
    void load(QueuedMessage message);

    std::map<std::int64_t, TransactionRecord> transactions_;
    StoredLane messages_;
    StoredLane values_;
    StoredLane errors_;
    StoredLane security_events_;
    std::map<std::int64_t, std::size_t> on_their_way_;  // messages and values, by transaction
    std::map<std::int64_t, TransactionData> data_;      // by transaction
    std::map<std::int64_t, Instant> newest_;            // by transaction: its newest stamp
    std::vector<std::int64_t> rebuilt_;                 // their sequences
    std::vector<QueuedMessage> lost_;
    std::int64_t next_transaction_;
    std::int64_t next_sequence_;
};

}  // namespace ocpp::core
