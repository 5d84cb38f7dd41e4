// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records to store, and a folder with a database for one test.

#include "ocpp/core/snapshot.hpp"
#include "storage/store.hpp"
#include "tests/support/folder.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace samples {

using namespace ocpp::core;

struct Folder : support::Folder {
    std::filesystem::path database() const { return path() / "chargepoint.db"; }
};

inline Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

inline TransactionRecord transaction(std::int64_t id) {
    TransactionRecord r;
    r.id = id;
    r.connector = 1 + static_cast<int>(id % 2);
    r.id_tag = "04A1B2C3";
    r.parent_id_tag = id % 3 == 0 ? "parent" : "";
    r.meter_start = {1000 * (id % 1'000'000)};
    r.started = at(1'700'000'000'000 + id % 1'000'000);
    r.plug_count = 7 + id;
    r.hal_instance = "0f3a";
    r.last_energy = {1'000'000 * (id % 1'000'000) + 999};
    r.last_seen = at(1'700'000'060'001 + id % 1'000'000);
    return r;
}

inline TransactionRecord stopped(TransactionRecord r) {
    // One of each width, because they have columns of their own.
    r.server_id = r.id % 2 == 0 ? -2147483647 : 1'795'992'499'012;
    r.reservation_id = 0;
    r.deauthorized = true;
    r.energy_limit = units::MilliwattHours{-7};
    r.start_given_up = true;
    r.stop_wish = StopRequest{"EVDisconnected", "", at(-1)};
    r.stop = StopRecord{{-5}, at(1'700'000'100'000)};
    return r;
}

inline CachedTag cached(std::int64_t heard) {
    CachedTag tag{"tag" + std::to_string(heard % 100), "Accepted", "", std::nullopt, heard};
    if (heard % 2 == 0) tag.expires = at(1'900'000'000'000 + heard);
    if (heard % 3 == 0) tag.parent_id_tag = "parent";
    return tag;
}

inline QueuedMessage message(std::int64_t sequence, QueuedKind kind = QueuedKind::MeterValues) {
    return {sequence, 1 + sequence / 4, kind,
            R"({"connectorId":1,"note":"\u0000 and )" + std::to_string(sequence) + "\"}", 0};
}

inline bool same(const Snapshot& a, const Snapshot& b) {
    return a.transactions == b.transactions && a.queue == b.queue && a.connectors == b.connectors &&
           a.tags == b.tags && a.texts == b.texts;
}

// Applies a change as load() should give it back.
inline void apply(Snapshot& s, const Change& change) {
    const auto put = [](auto& all, const auto& record, auto key) {
        auto it = all.begin();
        while (it != all.end() && key(*it) < key(record)) ++it;
        if (it != all.end() && key(*it) == key(record)) {
            *it = record;
        } else {
            all.insert(it, record);
        }
    };
    if (const auto* t = std::get_if<PutTransaction>(&change)) {
        put(s.transactions, t->record, [](const TransactionRecord& r) { return r.id; });
        std::erase_if(s.transactions, [](const TransactionRecord& r) { return r.finished; });
        s.next_transaction = std::max(s.next_transaction, t->record.id + 1);
    } else if (const auto* m = std::get_if<PutMessage>(&change)) {
        put(s.queue, m->message, [](const QueuedMessage& q) { return q.sequence; });
        s.next_sequence = std::max(s.next_sequence, m->message.sequence + 1);
    } else if (const auto* r = std::get_if<RemoveMessage>(&change)) {
        std::erase_if(s.queue, [&](const QueuedMessage& q) { return q.sequence == r->sequence; });
    } else if (const auto* c = std::get_if<PutConnector>(&change)) {
        put(s.connectors, c->record, [](const ConnectorRecord& q) { return q.connector; });
    } else if (const auto* p = std::get_if<PutTag>(&change)) {
        std::erase_if(s.tags, [&](const CachedTag& q) { return q.id_tag == p->tag.id_tag; });
        put(s.tags, p->tag, [](const CachedTag& q) { return std::pair{q.heard, q.id_tag}; });
    } else if (const auto* d = std::get_if<RemoveTag>(&change)) {
        std::erase_if(s.tags, [&](const CachedTag& q) { return q.id_tag == d->id_tag; });
    } else {
        follow_change(change, s.texts);
    }
}

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void overwrite(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

inline std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines) all += line + '\n';
    return all;
}

}  // namespace samples
