// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every transaction that is not over and done with, and its messages on their way, in the order
// in which things happened over the whole charge point (OCPP 1.6 3.7). Each change of it is a
// Change of the step.

#include "ocpp/core/change.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/transactions.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>

namespace ocpp::core {

class Ledger {
public:
    // MeterValues beyond this are not queued any more; starts and stops always are. A transaction
    // needs 2 messages, so that this is a year of outage at 20 transactions a day.
    static constexpr std::size_t max_queued_meter_values = 20'000;

    explicit Ledger(Snapshot snapshot);

    // Gives the record its id and queues its StartTransaction.
    std::int64_t start(TransactionRecord record, Outcome& out);
    // False: the queue is full.
    bool meter_values(std::int64_t transaction, const wire::MeterValuesRequest& request,
                      Outcome& out);
    // Queues StopTransaction from the record's stop wish and `stop`.
    void stop(std::int64_t transaction, StopRecord stop, Outcome& out);

    // The stored record; changes of it take effect with keep().
    TransactionRecord* find(std::int64_t transaction);
    const TransactionRecord* find(std::int64_t transaction) const;
    void keep(std::int64_t transaction, Durability durability, Outcome& out);
    const std::map<std::int64_t, TransactionRecord>& transactions() const { return transactions_; }

    // --- the queue

    bool empty() const { return queue_.empty(); }
    std::size_t length() const { return queue_.size(); }
    const QueuedMessage* head() const { return queue_.empty() ? nullptr : &queue_.front(); }
    bool head_is_due(const Now& now) const {
        return !queue_.empty() && (!not_before_ || *not_before_ <= now.steady);
    }
    Deadline wake_at() const { return queue_.empty() ? std::nullopt : not_before_; }
    // The head as it goes out: with the transactionId that is known by now, else -1
    // (errata 4.0, 3.18).
    shared::Json head_payload() const;
    std::string_view head_action() const;
    // The head was processed by the central system, or is given up: on to the next.
    void head_done(Outcome& out);
    // The head was not processed: again after `wait`.
    void head_failed(std::chrono::seconds wait, const Now& now, Outcome& out);
    // A new connection: no reason to wait any longer.
    void connected() { not_before_.reset(); }

private:
    void enqueue(std::int64_t transaction, QueuedKind kind, const shared::Json& payload,
                 Durability durability, Outcome& out);
    void finish_if_delivered(std::int64_t transaction, Outcome& out);

    std::map<std::int64_t, TransactionRecord> transactions_;
    std::deque<QueuedMessage> queue_;
    std::size_t queued_meter_values_ = 0;
    std::int64_t next_transaction_;
    std::int64_t next_sequence_;
    Deadline not_before_;
};

}  // namespace ocpp::core
