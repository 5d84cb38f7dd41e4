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
    // StopTransaction carries at most so many values; those between begin and end are thinned out.
    static constexpr std::size_t max_transaction_data = 100;
    // The number of no transaction: values of a connector on which none runs.
    static constexpr std::int64_t no_transaction = 0;
    // Errors that wait for the central system; the oldest give way.
    static constexpr std::size_t max_notices = 100;

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
    std::int32_t transaction_id(std::int64_t transaction) const;
    // Writes everything as the constructor would load it.
    void save(Snapshot& snapshot) const;
    // Corrects stamps that were made before the time was known.
    void restamp(const Clock::Shift& shift, Outcome& out);
    // Removes stored values that belong to no transaction any more.
    void drop_strays(Outcome& out);
    void keep(std::int64_t transaction, Durability durability, Outcome& out);
    const std::map<std::int64_t, TransactionRecord>& transactions() const { return transactions_; }

    // --- the two lanes of the mailbox that are in the store

    // Errors that the central system must be told with their own time, before anything else.
    StoredLane& errors() { return errors_; }
    const StoredLane& errors() const { return errors_; }
    void notify(QueuedKind kind, std::string payload, Outcome& out);

    // Transaction messages, in the order of the events (OCPP 1.6 3.7).
    StoredLane& messages() { return messages_; }
    const StoredLane& messages() const { return messages_; }
    bool empty() const { return messages_.empty(); }
    std::size_t length() const { return messages_.length(); }
    const QueuedMessage* head() const { return messages_.front(); }
    // The head as it goes out: with the transactionId that is known by now, else -1
    // (errata 4.0, 3.18).
    std::string head_payload() const;
    // The head was processed by the central system: on to the next.
    void head_done(Outcome& out);
    // The head is not sent any more.
    void head_given_up(Outcome& out);

private:
    void thin_out(std::deque<QueuedMessage>& data, Outcome& out);
    void enqueue(std::int64_t transaction, QueuedKind kind, std::string payload,
                 Durability durability, Outcome& out);
    void finish_if_delivered(std::int64_t transaction, Outcome& out);
    void load(QueuedMessage message);

    std::map<std::int64_t, TransactionRecord> transactions_;
    StoredLane messages_;
    StoredLane errors_;
    std::map<std::int64_t, std::deque<QueuedMessage>> data_;  // by transaction
    std::map<std::int64_t, Instant> newest_;                  // by transaction: its newest stamp
    std::vector<std::int64_t> rebuilt_;                       // their sequences
    std::vector<QueuedMessage> lost_;
    std::size_t queued_meter_values_ = 0;
    std::int64_t next_transaction_;
    std::int64_t next_sequence_;
};

}  // namespace ocpp::core
