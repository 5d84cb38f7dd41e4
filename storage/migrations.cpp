// SPDX-License-Identifier: Apache-2.0
#include "storage/migrations.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace storage {

namespace {

// Every check holds for each value of the C++ type behind the column: it can fail for a damaged
// row and never for a change. queue.transaction_id is no foreign key, because a message whose
// transaction can't be read any more is still worth sending.
constexpr Migration first{R"sql(
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY,
    connector INTEGER NOT NULL CHECK (connector BETWEEN -2147483648 AND 2147483647),
    id_tag TEXT NOT NULL,
    parent_id_tag TEXT NOT NULL,
    meter_start_wh INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    reservation_id INTEGER CHECK (reservation_id BETWEEN -2147483648 AND 2147483647),
    server_id INTEGER CHECK (server_id BETWEEN -2147483648 AND 2147483647),
    start_given_up INTEGER NOT NULL CHECK (start_given_up IN (0, 1)),
    deauthorized INTEGER NOT NULL CHECK (deauthorized IN (0, 1)),
    plug_count INTEGER NOT NULL,
    hal_instance TEXT NOT NULL,
    last_energy_mwh INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    stop_wish_reason TEXT,
    stop_wish_id_tag TEXT,
    stop_wish_at_ms INTEGER,
    stop_meter_wh INTEGER,
    stop_at_ms INTEGER,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    CHECK ((stop_wish_reason IS NULL) = (stop_wish_id_tag IS NULL)),
    CHECK ((stop_wish_reason IS NULL) = (stop_wish_at_ms IS NULL)),
    CHECK ((stop_meter_wh IS NULL) = (stop_at_ms IS NULL))
) STRICT;
CREATE TABLE queue (
    sequence INTEGER PRIMARY KEY,
    transaction_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts BETWEEN -2147483648 AND 2147483647)
) STRICT;
CREATE TABLE connectors (
    connector INTEGER PRIMARY KEY CHECK (connector BETWEEN -2147483648 AND 2147483647),
    operative INTEGER NOT NULL CHECK (operative IN (0, 1)),
    scheduled INTEGER CHECK (scheduled IN (0, 1))
) STRICT;
CREATE TABLE keys (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE facts (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (
    name TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

constexpr Migration second{R"sql(
CREATE TABLE authorization_cache (
    id_tag TEXT PRIMARY KEY NOT NULL,
    status TEXT NOT NULL,
    parent_id_tag TEXT NOT NULL,
    expires_ms INTEGER,
    heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE transactions ADD COLUMN energy_limit_mwh INTEGER;
)sql"};

constexpr Migration third{R"sql(
CREATE TABLE documents (
    name TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

// transactionId in 64 bits. server_id stays for earlier programs, which know no wider one.
constexpr Migration fourth{R"sql(
ALTER TABLE transactions ADD COLUMN server_number INTEGER;
)sql"};

constexpr Migration fifth{R"sql(
CREATE TABLE security_log (
    name TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

constexpr std::array in_order{first, second, third, fourth, fifth};

Attempt apply(Database& database, const Migration& step, std::size_t version) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return shared::Failure{transaction.error()};
    if (auto done = database.run(step.sql); !done) return done;
    const std::string mark = "PRAGMA user_version=" + std::to_string(version);
    if (auto done = database.run(mark.c_str()); !done) return done;
    return transaction->commit();
}

}  // namespace

std::span<const Migration> migrations() { return in_order; }

Attempt migrate(Database& database, std::span<const Migration> steps) {
    auto version = database.number("PRAGMA user_version");
    if (!version) return shared::Failure{version.error()};
    if (*version < 0 || *version > static_cast<std::int64_t>(steps.size())) {
        return shared::Failure{
            StoreError{StoreError::Kind::Newer, "it has version " + std::to_string(*version) +
                                                    ", this program knows up to " +
                                                    std::to_string(steps.size())}};
    }
    for (auto seen = static_cast<std::size_t>(*version); seen < steps.size(); ++seen) {
        if (auto done = apply(database, steps[seen], seen + 1); !done) return done;
    }
    return Done{};
}

}  // namespace storage
