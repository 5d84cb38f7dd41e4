// SPDX-License-Identifier: Apache-2.0
#include "storage/backlog.hpp"

#include <algorithm>
#include <variant>

namespace storage {

using ocpp::core::QueuedKind;
using ocpp::core::QueuedMessage;

namespace {

bool holds_meter_values(const std::optional<QueuedMessage>& message) {
    return message && message->kind == QueuedKind::MeterValues;
}

}  // namespace

void Backlog::add(const ocpp::core::Change& change) {
    std::visit([this](const auto& c) { merge(c); }, change);
}

bool Backlog::empty() const {
    return transactions_.empty() && messages_.empty() && connectors_.empty() && tags_.empty() &&
           texts_.empty();
}

void Backlog::clear() {
    transactions_.clear();
    messages_.clear();
    connectors_.clear();
    tags_.clear();
    texts_.clear();
    meter_values_ = 0;
    removals_ = 0;
    relaxed_removals_.clear();
    removes_ = false;
}

void Backlog::note_attempt() { kept_ = highest_; }

void Backlog::note_kept(std::int64_t sequence) {
    kept_ = std::max(kept_, sequence);
    highest_ = std::max(highest_, sequence);
}

void Backlog::merge(const ocpp::core::PutTransaction& change) {
    transactions_.insert_or_assign(change.record.id, change.record);
}

void Backlog::merge(const ocpp::core::PutMessage& change) {
    const std::int64_t sequence = change.message.sequence;
    highest_ = std::max(highest_, sequence);
    if (removes(sequence)) --removals_;
    relaxed_removals_.erase(sequence);
    auto& place = messages_[sequence];
    if (holds_meter_values(place)) --meter_values_;
    place = change.message;
    if (holds_meter_values(place)) ++meter_values_;
}

void Backlog::merge(const ocpp::core::RemoveMessage& change) {
    removes_ = true;
    const auto waiting = messages_.find(change.sequence);
    if (waiting != messages_.end() && holds_meter_values(waiting->second)) --meter_values_;
    if (change.sequence <= kept_) {
        if (!removes(change.sequence)) ++removals_;
        if (change.durability == ocpp::core::Durability::Relaxed)
            relaxed_removals_.insert(change.sequence);
        messages_.insert_or_assign(change.sequence, std::nullopt);
    } else if (waiting != messages_.end()) {
        messages_.erase(waiting);
    }
}

void Backlog::merge(const ocpp::core::PutConnector& change) {
    connectors_.insert_or_assign(change.record.connector, change.record);
}

void Backlog::merge(const ocpp::core::PutTag& change) {
    tags_.insert_or_assign(change.tag.id_tag, change.tag);
}

void Backlog::merge(const ocpp::core::RemoveTag& change) {
    tags_.insert_or_assign(change.id_tag, std::nullopt);
}

void Backlog::merge(const ocpp::core::Put& change) {
    texts_[change.kind].insert_or_assign(change.name, change.value);
}

void Backlog::merge(const ocpp::core::Remove& change) {
    texts_[change.kind].insert_or_assign(change.name, std::nullopt);
}

// Gives up half of them at once, so that a long failure does not search at every sample.
std::size_t Backlog::give_up_surplus() {
    if (meter_values_ <= max_waiting_meter_values) return 0;
    const std::size_t surplus = meter_values_ - max_waiting_meter_values / 2;
    std::size_t left = surplus;
    for (auto it = messages_.begin(); it != messages_.end() && left > 0;) {
        if (holds_meter_values(it->second)) {
            it = messages_.erase(it);
            --meter_values_;
            --left;
        } else {
            ++it;
        }
    }
    return surplus;
}

}  // namespace storage
