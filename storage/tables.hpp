// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads and writes the records of the core as rows. Only this pair of files and the migrations know
// the columns of the tables.

#include "ocpp/core/snapshot.hpp"
#include "storage/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage::tables {

struct Table {
    std::string_view name;
    std::string_view columns;  // the first one is the key
    int width;
    bool whole_number_key;
    // A row that is gone in memory, where the disk failed for a while, is removed on the disk, too.
    bool follows_removals;
    // The table holds the texts of this kind: a name and a value.
    std::optional<ocpp::core::Kind> texts = std::nullopt;
};
// Ordered by what their rows are worth when not all of them can be saved.
std::span<const Table> all();
const Table& table_of(ocpp::core::Kind kind);

namespace counters {
inline constexpr const char* next_sequence = "next_sequence";
inline constexpr const char* next_transaction = "next_transaction";
}  // namespace counters

// Each put() replaces the row with the same key.
Attempt put(Database& database, const ocpp::core::TransactionRecord& record);
Attempt put(Database& database, const ocpp::core::QueuedMessage& message);
Attempt put(Database& database, const ocpp::core::ConnectorRecord& record);
Attempt put(Database& database, const ocpp::core::CachedTag& tag);
Attempt put(Database& database, ocpp::core::Kind kind, std::string_view name,
            std::string_view value);
Attempt remove(Database& database, ocpp::core::Kind kind, std::string_view name);
// A counter never falls.
Attempt raise_counter(Database& database, std::string_view name, std::int64_t value);
Attempt remove_message(Database& database, std::int64_t sequence);
Attempt remove_tag(Database& database, std::string_view id_tag);
// Removes everything but the finished transactions and the counters.
Attempt clear(Database& database);

// Messages of a kind that this version does not know are left out and named in `report`.
shared::Result<ocpp::core::Snapshot, StoreError> read(Database& database,
                                                      std::vector<std::string>& report);
// Newest first.
shared::Result<std::vector<ocpp::core::TransactionRecord>, StoreError> newest_transactions(
    Database& database, std::size_t limit);
// Removes the finished transactions but the newest `keep` of them; returns how many it removed.
shared::Result<std::int64_t, StoreError> prune_transactions(Database& database, std::size_t keep);
// These numbers are above every id and sequence that the database has ever seen.
struct Next {
    std::int64_t sequence = 1;
    std::int64_t transaction = 1;
};
shared::Result<Next, StoreError> next_numbers(Database& database);
// An error when something is missing in the schema.
Attempt prepare_all(Database& database);

}  // namespace storage::tables
