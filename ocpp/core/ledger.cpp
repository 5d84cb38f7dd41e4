// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/ledger.hpp"

#include "ocpp/core/transaction_messages.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ocpp::core {
namespace {

bool shift_times(TransactionRecord& record, const Clock::Shift& shift) {
    bool moved = shift_time(record.started, shift);
    moved = shift_time(record.last_seen, shift) || moved;
    if (record.stop_wish) moved = shift_time(record.stop_wish->at, shift) || moved;
    if (record.stop) moved = shift_time(record.stop->at, shift) || moved;
    return moved;
}

}  // namespace

Ledger::Ledger(Snapshot snapshot)
    : next_transaction_(snapshot.next_transaction), next_sequence_(snapshot.next_sequence) {
    for (auto& record : snapshot.transactions) {
        const auto id = record.id;
        if (record.stop && !record.stop_wish)
            record.stop_wish =
                StopRequest{std::string(shared::name_of(wire::Reason::Other)), "", record.stop->at};
        newest_[id] = record.last_seen;
        transactions_.emplace(id, std::move(record));
    }
    for (auto& message : snapshot.queue) load(std::move(message));
}

void Ledger::load(QueuedMessage message) {
    const auto stored = mend(message, find(message.transaction));
    if (stored == Mended::Lost) return lost_.push_back(std::move(message));
    if (stored == Mended::Rebuilt) rebuilt_.push_back(message.sequence);
    switch (message.kind) {
        case QueuedKind::MeterValues: ++queued_meter_values_; [[fallthrough]];
        case QueuedKind::StartTransaction:
        case QueuedKind::StopTransaction: messages_.load(std::move(message)); break;
        case QueuedKind::TransactionData:
            data_[message.transaction].push_back(std::move(message));
            break;
        case QueuedKind::StatusNotification:
        case QueuedKind::DataTransfer: errors_.load(std::move(message)); break;
    }
}

void Ledger::keep_mended(Outcome& out) {
    const auto tell = [&out](const QueuedMessage& message, const char* what) {
        out.notes.push_back({Severity::Error,
                             "storage",
                             std::string("a stored message was damaged, and ") + what,
                             {{"sequence", message.sequence},
                              {"transaction", message.transaction},
                              {"action", shared::name_of(message.kind)}}});
    };
    for (const auto& message : messages_.messages()) {
        if (std::find(rebuilt_.begin(), rebuilt_.end(), message.sequence) == rebuilt_.end())
            continue;
        tell(message, "is said again from its transaction");
        out.changes.push_back(PutMessage{message, Durability::Now});
    }
    rebuilt_.clear();
    for (const auto& message : std::exchange(lost_, {})) {
        tell(message, "is lost");
        out.changes.push_back(RemoveMessage{message.sequence, Durability::Now});
    }
}

std::int64_t Ledger::start(TransactionRecord record, Outcome& out) {
    const auto id = record.id = next_transaction_++;
    const auto request = start_request(record);
    newest_[id] = record.started;
    transactions_.insert_or_assign(id, std::move(record));
    keep(id, Durability::Now, out);
    enqueue(id, QueuedKind::StartTransaction, shared::to_text(request), Durability::Now, out);
    return id;
}

bool Ledger::meter_values(std::int64_t transaction, const wire::MeterValuesRequest& request,
                          Outcome& out) {
    const bool full = queued_meter_values_ >= max_queued_meter_values;
    const auto may_go = [](const QueuedMessage& m) { return m.kind == QueuedKind::MeterValues; };
    if (full && messages_.drop_oldest(may_go, out)) --queued_meter_values_;
    ++queued_meter_values_;
    enqueue(transaction, QueuedKind::MeterValues, shared::to_text(request), Durability::Relaxed,
            out);
    return !full;
}

void Ledger::add_data(std::int64_t transaction, const wire::MeterValue& value,
                      Durability durability, Outcome& out) {
    auto& data = data_[transaction];
    // One place is kept for the values at the end.
    if (data.size() + 1 >= max_transaction_data) thin_out(data, out);
    data.push_back(
        {next_sequence_++, transaction, QueuedKind::TransactionData, shared::to_text(value), 0});
    out.changes.push_back(PutMessage{data.back(), durability});
}

// Every other one goes, and never the first (errata 4.0, 3.89).
void Ledger::thin_out(std::deque<QueuedMessage>& data, Outcome& out) {
    std::deque<QueuedMessage> left;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (i % 2 == 0)
            left.push_back(std::move(data[i]));
        else
            out.changes.push_back(RemoveMessage{data[i].sequence, Durability::Relaxed});
    }
    data = std::move(left);
}

void Ledger::stop(std::int64_t transaction, StopRecord stop,
                  const std::optional<wire::MeterValue>& last_values, Outcome& out) {
    auto* record = find(transaction);
    assert(record != nullptr && record->stop_wish && !record->stop);
    record->stop = stop;
    auto request = stop_request(*record);
    auto data = data_.extract(transaction);
    if (data || last_values) request.transaction_data.emplace();
    if (data)
        for (const auto& message : data.mapped()) {
            if (auto value = shared::parse_text<wire::MeterValue>(message.payload, stored_bounds))
                request.transaction_data->push_back(*std::move(value));
            out.changes.push_back(RemoveMessage{message.sequence, Durability::Now});
        }
    if (last_values) request.transaction_data->push_back(*last_values);
    keep(transaction, Durability::Now, out);
    enqueue(transaction, QueuedKind::StopTransaction, shared::to_text(request), Durability::Now,
            out);
}

TransactionRecord* Ledger::find(std::int64_t transaction) {
    const auto found = transactions_.find(transaction);
    return found == transactions_.end() ? nullptr : &found->second;
}

const TransactionRecord* Ledger::find(std::int64_t transaction) const {
    const auto found = transactions_.find(transaction);
    return found == transactions_.end() ? nullptr : &found->second;
}

void Ledger::keep(std::int64_t transaction, Durability durability, Outcome& out) {
    if (const auto* record = find(transaction))
        out.changes.push_back(PutTransaction{*record, durability});
}

std::string Ledger::head_payload() const {
    assert(!messages_.empty());
    const auto& message = *messages_.front();
    if (message.kind == QueuedKind::StartTransaction || message.transaction == no_transaction)
        return message.payload;
    return with_transaction_id(message.payload, transaction_id(message.transaction));
}

bool Ledger::start_waits(std::int64_t transaction) const {
    const auto& all = messages_.messages();
    return std::any_of(all.begin(), all.end(), [transaction](const QueuedMessage& m) {
        return m.kind == QueuedKind::StartTransaction && m.transaction == transaction;
    });
}

Instant Ledger::in_order(std::int64_t transaction, Instant at) const {
    const auto found = newest_.find(transaction);
    return found == newest_.end() ? at : std::max(at, found->second);
}

std::int32_t Ledger::transaction_id(std::int64_t transaction) const {
    const auto* record = find(transaction);
    return record != nullptr && record->server_id ? *record->server_id : unknown_transaction_id;
}

void Ledger::notify(QueuedKind kind, std::string payload, Outcome& out) {
    if (errors_.length() >= max_notices)
        errors_.drop_oldest([](const QueuedMessage&) { return true; }, out);
    errors_.push({next_sequence_++, 0, kind, std::move(payload), 0}, Durability::Relaxed, out);
}

void Ledger::save(Snapshot& snapshot) const {
    for (const auto& [id, record] : transactions_) snapshot.transactions.push_back(record);
    snapshot.queue = messages_.messages();
    for (const auto& [id, data] : data_)
        snapshot.queue.insert(snapshot.queue.end(), data.begin(), data.end());
    const auto& errors = errors_.messages();
    snapshot.queue.insert(snapshot.queue.end(), errors.begin(), errors.end());
    std::sort(
        snapshot.queue.begin(), snapshot.queue.end(),
        [](const QueuedMessage& a, const QueuedMessage& b) { return a.sequence < b.sequence; });
    snapshot.next_transaction = next_transaction_;
    snapshot.next_sequence = next_sequence_;
}

void Ledger::restamp(const Clock::Shift& shift, Outcome& out) {
    for (auto& [id, record] : transactions_)
        if (shift_times(record, shift)) keep(id, Durability::Now, out);
    for (auto& [id, at] : newest_) at = shift.applied(at);
    const auto shifted = [&shift](QueuedMessage& message) { return shift_times(message, shift); };
    messages_.restamp(shifted, out);
    errors_.restamp(shifted, out);
    for (auto& [id, data] : data_)
        for (auto& message : data)
            if (shifted(message)) out.changes.push_back(PutMessage{message, Durability::Now});
}

void Ledger::drop_strays(Outcome& out) {
    std::erase_if(data_, [&](const auto& entry) {
        const auto* record = find(entry.first);
        if (record != nullptr && !record->stop) return false;
        for (const auto& message : entry.second)
            out.changes.push_back(RemoveMessage{message.sequence, Durability::Relaxed});
        return true;
    });
}

void Ledger::head_done(Outcome& out) {
    const bool relaxed = head()->kind == QueuedKind::MeterValues;
    if (relaxed) --queued_meter_values_;
    const auto message =
        messages_.remove_front(relaxed ? Durability::Relaxed : Durability::Now, out);
    if (message.kind == QueuedKind::StopTransaction) finish_if_delivered(message.transaction, out);
}

void Ledger::head_given_up(Outcome& out) {
    auto* record = find(head()->transaction);
    if (head()->kind == QueuedKind::StartTransaction && record != nullptr) {
        record->start_given_up = true;
        keep(record->id, Durability::Now, out);
    }
    head_done(out);
}

void Ledger::enqueue(std::int64_t transaction, QueuedKind kind, std::string payload,
                     Durability durability, Outcome& out) {
    messages_.push({next_sequence_++, transaction, kind, std::move(payload), 0}, durability, out);
}

void Ledger::finish_if_delivered(std::int64_t transaction, Outcome& out) {
    auto* record = find(transaction);
    if (record == nullptr) return;
    record->finished = true;
    keep(transaction, Durability::Now, out);
    transactions_.erase(transaction);
    newest_.erase(transaction);
}

}  // namespace ocpp::core
