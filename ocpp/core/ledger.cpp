// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/ledger.hpp"

#include "ocpp/core/security_events.hpp"
#include "ocpp/core/transaction_messages.hpp"
#include "ocpp/wire/security.hpp"

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
        case QueuedKind::MeterValues:
            ++on_their_way_[message.transaction];
            values_.load(std::move(message));
            break;
        case QueuedKind::StartTransaction:
        case QueuedKind::StopTransaction:
            ++on_their_way_[message.transaction];
            messages_.load(std::move(message));
            break;
        case QueuedKind::TransactionData:
            data_[message.transaction].load(std::move(message));
            break;
        case QueuedKind::StatusNotification:
        case QueuedKind::DataTransfer: errors_.load(std::move(message)); break;
        case QueuedKind::SecurityEventNotification:
            security_events_.load(std::move(message));
            break;
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
    // Only starts and stops can be rebuilt.
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
    // The last of a transaction may have been lost like that.
    std::vector<std::int64_t> known;
    for (const auto& [id, record] : transactions_) known.push_back(id);
    for (const auto id : known) finish_if_over(id, out);
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
    const bool full = values_.length() >= max_queued_meter_values;
    if (full)
        if (const auto dropped = values_.drop_oldest(out)) left(dropped->transaction, out);
    enqueue(transaction, QueuedKind::MeterValues, shared::to_text(request), Durability::Relaxed,
            out);
    return !full;
}

void Ledger::add_data(std::int64_t transaction, const wire::MeterValue& value,
                      Durability durability, Outcome& out) {
    data_[transaction].add(
        {next_sequence_++, transaction, QueuedKind::TransactionData, shared::to_text(value), 0},
        durability, out);
}

void Ledger::stop(std::int64_t transaction, StopRecord stop,
                  const std::optional<wire::MeterValue>& last_values, Outcome& out) {
    auto* record = find(transaction);
    assert(record != nullptr && record->stop_wish && !record->stop);
    record->stop = stop;
    auto request = stop_request(*record);
    auto data = data_.extract(transaction);
    if (data || last_values) request.transaction_data.emplace();
    if (data) {
        auto& values = data.mapped();
        if (last_values)
            values.make_room(shared::to_text(*last_values).size(), last_values->timestamp.point,
                             out);
        for (const auto& message : values.messages())
            if (auto value = shared::parse_text<wire::MeterValue>(message.payload, stored_bounds))
                request.transaction_data->push_back(*std::move(value));
        values.remove_all(Durability::Now, out);
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

std::string Ledger::payload_of(const QueuedMessage& message) const {
    // An error is of no transaction either.
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

wire::TransactionId Ledger::transaction_id(std::int64_t transaction) const {
    const auto* record = find(transaction);
    return record != nullptr && record->server_id ? *record->server_id : unknown_transaction_id;
}

void Ledger::notify(QueuedKind kind, std::string payload, Outcome& out) {
    if (errors_.length() >= max_notices) errors_.drop_oldest(out);
    errors_.push({next_sequence_++, 0, kind, std::move(payload), 0}, Durability::Relaxed, out);
}

bool Ledger::security_event(std::string payload, Outcome& out) {
    const auto not_critical = [](const QueuedMessage& message) {
        const auto request = shared::parse_text<wire::SecurityEventNotificationRequest>(
            message.payload, stored_bounds);
        const auto event =
            request ? shared::enum_from<SecurityEvent>(request->type.value) : std::nullopt;
        return !event || !row_of(*event).critical;
    };
    const bool full = security_events_.length() >= max_security_events;
    if (full && !security_events_.drop_oldest(not_critical, out)) security_events_.drop_oldest(out);
    security_events_.push({next_sequence_++, no_transaction, QueuedKind::SecurityEventNotification,
                           std::move(payload), 0},
                          Durability::Now, out);
    return !full;
}

void Ledger::save(Snapshot& snapshot) const {
    for (const auto& [id, record] : transactions_) snapshot.transactions.push_back(record);
    const auto add = [&snapshot](const std::deque<QueuedMessage>& messages) {
        snapshot.queue.insert(snapshot.queue.end(), messages.begin(), messages.end());
    };
    add(messages_.messages());
    add(values_.messages());
    for (const auto& [id, data] : data_) add(data.messages());
    add(errors_.messages());
    add(security_events_.messages());
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
    for (auto* lane : {&messages_, &values_, &errors_, &security_events_})
        lane->restamp(shifted, out);
    for (auto& [id, data] : data_) data.restamp(shift, out);
}

void Ledger::drop_strays(Outcome& out) {
    for (auto it = data_.begin(); it != data_.end();) {
        const auto* record = find(it->first);
        const bool stray = record == nullptr || record->stop;
        if (stray) it->second.remove_all(Durability::Relaxed, out);
        it = stray ? data_.erase(it) : std::next(it);
    }
}

const QueuedMessage* Ledger::next(bool hurry, const Now& now) const {
    const auto* message = messages_.front();
    const auto* value = values_.front();
    const bool value_is_older =
        value != nullptr && (message == nullptr || value->sequence < message->sequence);
    const bool message_goes = messages_.is_due(now);
    if (value_is_older && values_.is_due(now) && !(hurry && message_goes)) return value;
    return message_goes ? message : nullptr;
}

Deadline Ledger::wake_at() const {
    const auto* message = messages_.front();
    const auto* value = values_.front();
    if (value == nullptr || (message != nullptr && message->sequence < value->sequence))
        return messages_.wake_at();
    return earlier(messages_.wake_at(), values_.wake_at());
}

void Ledger::connected() {
    for (auto* lane : {&messages_, &values_, &security_events_}) lane->connected();
}

bool Ledger::awaits(std::int64_t sequence) const {
    return errors_.begins_with(sequence) || messages_.begins_with(sequence) ||
           values_.begins_with(sequence) || security_events_.begins_with(sequence);
}

StoredLane& Ledger::lane_of(std::int64_t sequence) {
    assert(awaits(sequence));
    if (errors_.begins_with(sequence)) return errors_;
    if (security_events_.begins_with(sequence)) return security_events_;
    return messages_.begins_with(sequence) ? messages_ : values_;
}

void Ledger::delivered(std::int64_t sequence, Outcome& out) {
    auto& lane = lane_of(sequence);
    const auto message =
        lane.remove_front(&lane == &messages_ ? Durability::Now : Durability::Relaxed, out);
    if (message.transaction != 0) left(message.transaction, out);
}

bool Ledger::keep(std::int64_t sequence, Retry retry, Setback why, const Now& now, Outcome& out) {
    auto& lane = lane_of(sequence);
    const auto& front = *lane.front();
    if (carries_data(front)) {
        retry.attempts = std::max(retry.attempts, 2);
        if (front.attempts + 2 >= retry.attempts) lane.rewrite_front(without_data(front.payload));
    }
    return lane.keep_front(retry, why, now, out);
}

void Ledger::give_up(std::int64_t sequence, Outcome& out) {
    const auto& front = *lane_of(sequence).front();
    auto* record = find(front.transaction);
    if (front.kind == QueuedKind::StartTransaction && record != nullptr) {
        record->start_given_up = true;
        keep(record->id, Durability::Now, out);
    }
    delivered(sequence, out);
}

void Ledger::enqueue(std::int64_t transaction, QueuedKind kind, std::string payload,
                     Durability durability, Outcome& out) {
    ++on_their_way_[transaction];
    auto& lane = kind == QueuedKind::MeterValues ? values_ : messages_;
    lane.push({next_sequence_++, transaction, kind, std::move(payload), 0}, durability, out);
}

void Ledger::left(std::int64_t transaction, Outcome& out) {
    const auto found = on_their_way_.find(transaction);
    if (found != on_their_way_.end() && --found->second == 0) on_their_way_.erase(found);
    finish_if_over(transaction, out);
}

// Meter values that were passed by their stop still need the number.
void Ledger::finish_if_over(std::int64_t transaction, Outcome& out) {
    auto* record = find(transaction);
    if (record == nullptr || !record->stop || on_their_way_.contains(transaction)) return;
    record->finished = true;
    keep(transaction, Durability::Now, out);
    transactions_.erase(transaction);
    newest_.erase(transaction);
}

}  // namespace ocpp::core
