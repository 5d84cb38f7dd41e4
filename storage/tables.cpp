// SPDX-License-Identifier: Apache-2.0
#include "storage/tables.hpp"

#include "hal-service/shared/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace storage::tables {

using ocpp::core::CachedTag;
using ocpp::core::ConnectorRecord;
using ocpp::core::Instant;
using ocpp::core::instant_from;
using ocpp::core::Kind;
using ocpp::core::QueuedKind;
using ocpp::core::QueuedMessage;
using ocpp::core::Snapshot;
using ocpp::core::StopRecord;
using ocpp::core::StopRequest;
using ocpp::core::TransactionRecord;
using shared::Failure;
using shared::Result;

#define TRANSACTION_COLUMNS                                                                      \
    "id, connector, id_tag, parent_id_tag, meter_start_wh, started_ms, "                         \
    "reservation_id, server_id, start_given_up, deauthorized, plug_count, "                      \
    "hal_instance, last_energy_mwh, last_seen_ms, stop_wish_reason, "                            \
    "stop_wish_id_tag, stop_wish_at_ms, stop_meter_wh, stop_at_ms, finished, energy_limit_mwh, " \
    "server_number"
#define QUEUE_COLUMNS "sequence, transaction_id, kind, payload, attempts"
#define CONNECTOR_COLUMNS "connector, operative, scheduled"
#define TAG_COLUMNS "id_tag, status, parent_id_tag, expires_ms, heard"

namespace {

constexpr std::array rows{Table{"transactions", TRANSACTION_COLUMNS, 22, true, false},
                          Table{"queue", QUEUE_COLUMNS, 5, true, true},
                          Table{"counters", "name, value", 2, false, false},
                          Table{"keys", "name, value", 2, false, false, Kind::Key},
                          Table{"connectors", CONNECTOR_COLUMNS, 3, true, false},
                          Table{"facts", "name, value", 2, false, false, Kind::Mark},
                          Table{"documents", "name, text", 2, false, true, Kind::Document},
                          Table{"security_log", "name, text", 2, false, true, Kind::SecurityEvent},
                          Table{"authorization_cache", TAG_COLUMNS, 5, false, true}};

static_assert(std::all_of(ocpp::core::kinds.begin(), ocpp::core::kinds.end(),
                          [](const auto& row) {
                              return std::count_if(rows.begin(), rows.end(),
                                                   [&row](const Table& t) {
                                                       return t.texts == row.kind && t.width == 2;
                                                   }) == 1;
                          }),
              "each kind has one table of two columns");

std::string put_sql(const Table& table) {
    return "INSERT OR REPLACE INTO " + std::string(table.name) + " (" + std::string(table.columns) +
           ") VALUES (?,?)";
}

std::string remove_sql(const Table& table) {
    return "DELETE FROM " + std::string(table.name) + " WHERE name = ?";
}

std::string read_sql(const Table& table) {
    return "SELECT " + std::string(table.columns) + " FROM " + std::string(table.name);
}

constexpr std::string_view put_transaction_sql =
    "INSERT OR REPLACE INTO transactions (" TRANSACTION_COLUMNS
    ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr std::string_view put_message_sql =
    "INSERT OR REPLACE INTO queue (" QUEUE_COLUMNS ") VALUES (?,?,?,?,?)";
constexpr std::string_view put_connector_sql =
    "INSERT OR REPLACE INTO connectors (" CONNECTOR_COLUMNS ") VALUES (?,?,?)";
constexpr std::string_view put_tag_sql =
    "INSERT OR REPLACE INTO authorization_cache (" TAG_COLUMNS ") VALUES (?,?,?,?,?)";
constexpr std::string_view remove_tag_sql = "DELETE FROM authorization_cache WHERE id_tag = ?";
constexpr std::string_view raise_counter_sql =
    "INSERT INTO counters (name, value) VALUES (?,?) "
    "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)";
constexpr std::string_view remove_message_sql = "DELETE FROM queue WHERE sequence = ?";
constexpr std::string_view open_transactions_sql =
    "SELECT " TRANSACTION_COLUMNS " FROM transactions WHERE finished = 0 ORDER BY id";
constexpr std::string_view newest_transactions_sql =
    "SELECT " TRANSACTION_COLUMNS " FROM transactions ORDER BY id DESC LIMIT ?";
constexpr std::string_view queue_sql = "SELECT " QUEUE_COLUMNS " FROM queue ORDER BY sequence";
constexpr std::string_view connectors_sql =
    "SELECT " CONNECTOR_COLUMNS " FROM connectors ORDER BY connector";
constexpr std::string_view tags_sql =
    "SELECT " TAG_COLUMNS " FROM authorization_cache ORDER BY heard, id_tag";
constexpr std::string_view counter_sql =
    "SELECT coalesce((SELECT value FROM counters WHERE name = ?), 1)";
constexpr std::string_view highest_transaction_sql =
    "SELECT coalesce(max(id), 0) FROM transactions";
constexpr std::string_view highest_sequence_sql = "SELECT coalesce(max(sequence), 0) FROM queue";
// With fewer rows than that the inner query is NULL, and nothing is removed.
constexpr std::string_view prune_sql =
    "DELETE FROM transactions WHERE finished = 1 AND id <= "
    "(SELECT id FROM transactions WHERE finished = 1 ORDER BY id DESC LIMIT 1 OFFSET ?)";

#undef TRANSACTION_COLUMNS
#undef QUEUE_COLUMNS
#undef CONNECTOR_COLUMNS
#undef TAG_COLUMNS

std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }

// `bind` names each value once, in the order of the columns.
template <class Bind>
Attempt write(Database& database, std::string_view sql, Bind bind) {
    auto query = database.query(sql);
    if (!query) return Failure{query.error()};
    bind(*query);
    return query->run();
}

template <class Read>
Attempt each(Database& database, std::string_view sql, Read read_row) {
    auto query = database.query(sql);
    if (!query) return Failure{query.error()};
    while (true) {
        auto row = query->step();
        if (!row) return Failure{row.error()};
        if (!*row) return Done{};
        read_row(*query);
    }
}

std::optional<int> optional_small(Query& row, int column) {
    if (row.null(column)) return std::nullopt;
    return row.small(column);
}

std::optional<std::int32_t> small_server_id(const TransactionRecord& record) {
    if (!record.server_id || !std::in_range<std::int32_t>(*record.server_id)) return std::nullopt;
    return static_cast<std::int32_t>(*record.server_id);
}

TransactionRecord transaction_of(Query& row) {
    TransactionRecord record;
    record.id = row.integer(0);
    record.connector = row.small(1);
    record.id_tag = row.text(2);
    record.parent_id_tag = row.text(3);
    record.meter_start = {row.integer(4)};
    record.started = instant_from(row.integer(5));
    record.reservation_id = optional_small(row, 6);
    // An earlier version has written the first of the two alone.
    record.server_id = optional_small(row, 7);
    if (!row.null(21)) record.server_id = row.integer(21);
    record.start_given_up = row.flag(8);
    record.deauthorized = row.flag(9);
    record.plug_count = row.integer(10);
    record.hal_instance = row.text(11);
    record.last_energy = {row.integer(12)};
    record.last_seen = instant_from(row.integer(13));
    if (!row.null(14)) {
        record.stop_wish = StopRequest{row.text(14), row.text(15), instant_from(row.integer(16))};
    }
    if (!row.null(17)) record.stop = StopRecord{{row.integer(17)}, instant_from(row.integer(18))};
    record.finished = row.flag(19);
    if (!row.null(20)) record.energy_limit = units::MilliwattHours{row.integer(20)};
    return record;
}

Result<std::int64_t, StoreError> next_number(Database& database, const char* counter,
                                             std::string_view highest_sql) {
    auto highest = database.number(highest_sql);
    if (!highest) return highest;
    auto query = database.query(counter_sql);
    if (!query) return Failure{query.error()};
    query->bind(std::string_view{counter});
    auto row = query->step();
    if (!row) return Failure{row.error()};
    return std::max(query->integer(0), *highest + 1);
}

}  // namespace

Attempt put(Database& database, const TransactionRecord& r) {
    return write(database, put_transaction_sql, [&r](Query& q) {
        q.bind(r.id).bind(r.connector).bind(r.id_tag).bind(r.parent_id_tag);
        q.bind(r.meter_start.count).bind(ms_of(r.started));
        q.bind(r.reservation_id).bind(small_server_id(r));
        q.bind(r.start_given_up).bind(r.deauthorized).bind(r.plug_count).bind(r.hal_instance);
        q.bind(r.last_energy.count).bind(ms_of(r.last_seen));
        if (r.stop_wish) {
            q.bind(r.stop_wish->reason).bind(r.stop_wish->id_tag).bind(ms_of(r.stop_wish->at));
        } else {
            q.bind_null().bind_null().bind_null();
        }
        if (r.stop) {
            q.bind(r.stop->meter.count).bind(ms_of(r.stop->at));
        } else {
            q.bind_null().bind_null();
        }
        q.bind(r.finished);
        q.bind(r.energy_limit ? std::optional{r.energy_limit->count} : std::nullopt);
        q.bind(r.server_id);
    });
}

Attempt put(Database& database, const QueuedMessage& m) {
    return write(database, put_message_sql, [&m](Query& q) {
        q.bind(m.sequence).bind(m.transaction).bind(shared::name_of(m.kind));
        q.bind(m.payload).bind(m.attempts);
    });
}

Attempt put(Database& database, const ConnectorRecord& r) {
    return write(database, put_connector_sql,
                 [&r](Query& q) { q.bind(r.connector).bind(r.operative).bind(r.scheduled); });
}

Attempt put(Database& database, const CachedTag& t) {
    return write(database, put_tag_sql, [&t](Query& q) {
        q.bind(t.id_tag).bind(t.status).bind(t.parent_id_tag);
        q.bind(t.expires ? std::optional{ms_of(*t.expires)} : std::nullopt).bind(t.heard);
    });
}

std::span<const Table> all() { return rows; }

const Table& table_of(Kind kind) {
    return *std::find_if(rows.begin(), rows.end(),
                         [kind](const Table& table) { return table.texts == kind; });
}

Attempt put(Database& database, Kind kind, std::string_view name, std::string_view value) {
    return write(database, put_sql(table_of(kind)), [=](Query& q) { q.bind(name).bind(value); });
}

Attempt remove(Database& database, Kind kind, std::string_view name) {
    return write(database, remove_sql(table_of(kind)), [=](Query& q) { q.bind(name); });
}

Attempt raise_counter(Database& database, std::string_view name, std::int64_t value) {
    return write(database, raise_counter_sql, [=](Query& q) { q.bind(name).bind(value); });
}

Attempt remove_message(Database& database, std::int64_t sequence) {
    return write(database, remove_message_sql, [=](Query& q) { q.bind(sequence); });
}

Attempt remove_tag(Database& database, std::string_view id_tag) {
    return write(database, remove_tag_sql, [=](Query& q) { q.bind(id_tag); });
}

Attempt clear(Database& database) {
    std::string sql =
        "DELETE FROM transactions WHERE finished = 0; DELETE FROM queue; "
        "DELETE FROM connectors; DELETE FROM authorization_cache;";
    for (const Table& table : rows)
        if (table.texts) sql += "DELETE FROM " + std::string(table.name) + ";";
    return database.run(sql.c_str());
}

Result<Snapshot, StoreError> read(Database& database, std::vector<std::string>& report) {
    Snapshot s;
    auto done = each(database, open_transactions_sql,
                     [&s](Query& row) { s.transactions.push_back(transaction_of(row)); });
    if (!done) return Failure{done.error()};
    done = each(database, queue_sql, [&s, &report](Query& row) {
        const std::string name = row.text(2);
        if (const auto kind = shared::enum_from<QueuedKind>(name)) {
            s.queue.push_back({row.integer(0), row.integer(1), *kind, row.text(3), row.small(4)});
        } else {
            report.push_back("message " + std::to_string(row.integer(0)) +
                             " stays unsent: this version does not know its kind \"" + name + '"');
        }
    });
    if (!done) return Failure{done.error()};
    done = each(database, connectors_sql, [&s](Query& row) {
        ConnectorRecord record{row.small(0), row.flag(1), std::nullopt};
        if (!row.null(2)) record.scheduled = row.flag(2);
        s.connectors.push_back(record);
    });
    if (!done) return Failure{done.error()};
    for (const Table& table : rows) {
        if (!table.texts) continue;
        done = each(database, read_sql(table), [&texts = s.texts[*table.texts]](Query& row) {
            texts[row.text(0)] = row.text(1);
        });
        if (!done) return Failure{done.error()};
    }
    done = each(database, tags_sql, [&s](Query& row) {
        CachedTag tag{row.text(0), row.text(1), row.text(2), std::nullopt, row.integer(4)};
        if (!row.null(3)) tag.expires = instant_from(row.integer(3));
        s.tags.push_back(std::move(tag));
    });
    if (!done) return Failure{done.error()};
    auto next = next_numbers(database);
    if (!next) return Failure{next.error()};
    s.next_sequence = next->sequence;
    s.next_transaction = next->transaction;
    return s;
}

Result<Next, StoreError> next_numbers(Database& database) {
    auto sequence = next_number(database, counters::next_sequence, highest_sequence_sql);
    if (!sequence) return Failure{sequence.error()};
    auto transaction = next_number(database, counters::next_transaction, highest_transaction_sql);
    if (!transaction) return Failure{transaction.error()};
    return Next{*sequence, *transaction};
}

Result<std::vector<TransactionRecord>, StoreError> newest_transactions(Database& database,
                                                                       std::size_t limit) {
    std::vector<TransactionRecord> found;
    auto query = database.query(newest_transactions_sql);
    if (!query) return Failure{query.error()};
    query->bind(static_cast<std::int64_t>(limit));
    while (true) {
        auto row = query->step();
        if (!row) return Failure{row.error()};
        if (!*row) return found;
        found.push_back(transaction_of(*query));
    }
}

Result<std::int64_t, StoreError> prune_transactions(Database& database, std::size_t keep) {
    auto done =
        write(database, prune_sql, [keep](Query& q) { q.bind(static_cast<std::int64_t>(keep)); });
    if (!done) return Failure{done.error()};
    return database.number("SELECT changes()");
}

Attempt prepare_all(Database& database) {
    for (const std::string_view sql :
         {put_transaction_sql, put_message_sql, put_connector_sql, put_tag_sql, raise_counter_sql,
          remove_message_sql, remove_tag_sql, tags_sql, open_transactions_sql,
          newest_transactions_sql, queue_sql, connectors_sql, counter_sql, highest_transaction_sql,
          highest_sequence_sql, prune_sql}) {
        auto query = database.query(sql);
        if (!query) return Failure{query.error()};
    }
    for (const Table& table : rows) {
        if (!table.texts) continue;
        for (const std::string& sql : {put_sql(table), remove_sql(table), read_sql(table)}) {
            auto query = database.query(sql);
            if (!query) return Failure{query.error()};
        }
    }
    return Done{};
}

}  // namespace storage::tables
