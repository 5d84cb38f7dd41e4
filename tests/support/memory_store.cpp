// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_store.hpp"

#include <algorithm>
#include <utility>

namespace test {

using namespace ocpp::core;

void MemoryStore::keep(const std::vector<Change>& changes, Time now) {
    if (changes.empty()) return;
    if (!waiting_since_) waiting_since_ = now;
    pending_.insert(pending_.end(), changes.begin(), changes.end());
    urgent_ = urgent_ || std::any_of(changes.begin(), changes.end(), [](const Change& c) {
                  return durability_of(c) == Durability::Now;
              });
    if (!urgent_ || failing_) return;
    ++durable_commits_;
    flush();
}

void MemoryStore::tick(Time now) {
    if (waiting_since_ && now - *waiting_since_ >= std::chrono::minutes{1}) flush();
}

void MemoryStore::end(End how) {
    const auto waiting = std::exchange(pending_, {});
    if (how == End::Killed)
        for (const auto& change : waiting) outlive(change);
    urgent_ = false;
    waiting_since_.reset();
}

void MemoryStore::outlive(const Change& change) {
    const auto* text = std::get_if<Put>(&change);
    const auto* removed = std::get_if<Remove>(&change);
    if ((text != nullptr && row_of(text->kind).survives_kill) ||
        (removed != nullptr && row_of(removed->kind).survives_kill))
        apply(change);
    // A message that was answered is not sent again.
    if (const auto* gone = std::get_if<RemoveMessage>(&change)) queue_.erase(gone->sequence);
    const auto* put = std::get_if<PutTransaction>(&change);
    if (put == nullptr || put->record.stop || !transactions_.contains(put->record.id)) return;
    auto& known = transactions_[put->record.id];
    known.last_seen = std::max(known.last_seen, put->record.last_seen);
    known.last_energy = std::max(known.last_energy, put->record.last_energy);
}

void MemoryStore::fail(bool on) {
    failing_ = on;
    if (!on && urgent_) flush();
}

void MemoryStore::flush() {
    if (failing_) return;
    for (const auto& change : pending_) apply(change);
    pending_.clear();
    waiting_since_.reset();
    urgent_ = false;
}

void MemoryStore::apply(const Change& change) {
    struct Visitor {
        MemoryStore& store;
        void operator()(const PutTransaction& c) const {
            if (c.record.finished)
                store.transactions_.erase(c.record.id);
            else
                store.transactions_[c.record.id] = c.record;
            store.last_transaction_ = std::max(store.last_transaction_, c.record.id);
        }
        void operator()(const PutMessage& c) const {
            store.queue_[c.message.sequence] = c.message;
            store.last_sequence_ = std::max(store.last_sequence_, c.message.sequence);
        }
        void operator()(const RemoveMessage& c) const { store.queue_.erase(c.sequence); }
        void operator()(const PutConnector& c) const {
            store.connectors_[c.record.connector] = c.record;
        }
        void operator()(const PutTag& c) const { store.tags_[c.tag.id_tag] = c.tag; }
        void operator()(const RemoveTag& c) const { store.tags_.erase(c.id_tag); }
        void operator()(const Put& c) const { store.texts_[c.kind][c.name] = c.value; }
        void operator()(const Remove& c) const { store.texts_[c.kind].erase(c.name); }
    };
    std::visit(Visitor{*this}, change);
}

Snapshot MemoryStore::load() {
    Snapshot snapshot;
    for (const auto& [id, record] : transactions_) snapshot.transactions.push_back(record);
    for (const auto& [sequence, message] : queue_) snapshot.queue.push_back(message);
    for (const auto& [id, record] : connectors_) snapshot.connectors.push_back(record);
    for (const auto& [id_tag, tag] : tags_) snapshot.tags.push_back(tag);
    snapshot.texts = texts_;
    snapshot.next_transaction = last_transaction_ + 1;
    snapshot.next_sequence = last_sequence_ + 1;
    return snapshot;
}

}  // namespace test
