// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace ocpp::core {
namespace {

constexpr std::int32_t unknown_transaction_id = -1;  // errata 4.0, 3.18

std::int32_t register_value(units::WattHours energy) {
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(energy.count, std::numeric_limits<std::int32_t>::max()));
}

wire::IdToken id_token(const std::string& text) { return wire::IdToken{shared::Text<20>{text}}; }

}  // namespace

Ledger::Ledger(Snapshot snapshot)
    : queue_(std::move(snapshot.queue)),
      next_transaction_(snapshot.next_transaction),
      next_sequence_(snapshot.next_sequence) {
    for (auto& record : snapshot.transactions) {
        const auto id = record.id;
        transactions_.emplace(id, std::move(record));
    }
    queued_meter_values_ = static_cast<std::size_t>(
        std::count_if(queue_.begin(), queue_.end(),
                      [](const QueuedMessage& m) { return m.kind == QueuedKind::MeterValues; }));
}

std::int64_t Ledger::start(TransactionRecord record, Outcome& out) {
    const auto id = record.id = next_transaction_++;
    const wire::StartTransactionRequest request{.connector_id = record.connector,
                                                .id_tag = id_token(record.id_tag),
                                                .meter_start = register_value(record.meter_start),
                                                .reservation_id = record.reservation_id,
                                                .timestamp = {record.started}};
    transactions_.insert_or_assign(id, std::move(record));
    keep(id, Durability::Now, out);
    enqueue(id, QueuedKind::StartTransaction, shared::to_json(request), Durability::Now, out);
    return id;
}

bool Ledger::meter_values(std::int64_t transaction, const wire::MeterValuesRequest& request,
                          Outcome& out) {
    if (queued_meter_values_ >= max_queued_meter_values) return false;
    ++queued_meter_values_;
    enqueue(transaction, QueuedKind::MeterValues, shared::to_json(request), Durability::Relaxed,
            out);
    return true;
}

void Ledger::stop(std::int64_t transaction, StopRecord stop, Outcome& out) {
    auto* record = find(transaction);
    assert(record != nullptr && record->stop_wish && !record->stop);
    record->stop = stop;
    wire::StopTransactionRequest request{
        .id_tag = {},
        .meter_stop = register_value(stop.meter),
        .timestamp = {stop.at},
        .transaction_id = unknown_transaction_id,
        .reason = shared::enum_from<wire::Reason>(record->stop_wish->reason),
        .transaction_data = {}};
    if (!record->stop_wish->id_tag.empty()) request.id_tag = id_token(record->stop_wish->id_tag);
    keep(transaction, Durability::Now, out);
    enqueue(transaction, QueuedKind::StopTransaction, shared::to_json(request), Durability::Now,
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

shared::Json Ledger::head_payload() const {
    assert(!queue_.empty());
    const auto& message = queue_.front();
    auto payload = shared::Json::parse(message.payload, nullptr, false);
    if (message.kind == QueuedKind::StartTransaction) return payload;
    const auto* record = find(message.transaction);
    payload["transactionId"] =
        record != nullptr && record->server_id ? *record->server_id : unknown_transaction_id;
    return payload;
}

std::string_view Ledger::head_action() const {
    assert(!queue_.empty());
    switch (queue_.front().kind) {
        case QueuedKind::StartTransaction: return "StartTransaction";
        case QueuedKind::MeterValues: return "MeterValues";
        case QueuedKind::StopTransaction: return "StopTransaction";
    }
    return "";
}

void Ledger::head_done(Outcome& out) {
    assert(!queue_.empty());
    const auto message = std::move(queue_.front());
    queue_.pop_front();
    not_before_.reset();
    const bool relaxed = message.kind == QueuedKind::MeterValues;
    if (relaxed) --queued_meter_values_;
    out.changes.push_back(
        RemoveMessage{message.sequence, relaxed ? Durability::Relaxed : Durability::Now});
    if (message.kind == QueuedKind::StopTransaction) finish_if_delivered(message.transaction, out);
}

void Ledger::head_failed(std::chrono::seconds wait, const Now& now, Outcome& out) {
    assert(!queue_.empty());
    ++queue_.front().attempts;
    not_before_ = now.steady + wait;
    out.changes.push_back(PutMessage{queue_.front(), Durability::Relaxed});
}

void Ledger::enqueue(std::int64_t transaction, QueuedKind kind, const shared::Json& payload,
                     Durability durability, Outcome& out) {
    queue_.push_back({next_sequence_++, transaction, kind, shared::dump(payload), 0});
    out.changes.push_back(PutMessage{queue_.back(), durability});
}

void Ledger::finish_if_delivered(std::int64_t transaction, Outcome& out) {
    auto* record = find(transaction);
    if (record == nullptr) return;
    record->finished = true;
    keep(transaction, Durability::Now, out);
    transactions_.erase(transaction);
}

}  // namespace ocpp::core
