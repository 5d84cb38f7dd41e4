// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite.hpp"

#include <sqlite3.h>

#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace storage {

namespace {

using Kind = StoreError::Kind;

// Two records of the largest size fit one row.
constexpr int max_row_bytes = 4 * static_cast<int>(max_text_bytes);

// A commit is durable before it returns, no other process has the file open, and little memory is
// used: a negative cache_size is in KiB. In exclusive mode the index of the write-ahead log is in
// our own memory; the mode must be set before the first access.
constexpr const char* common_settings =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA cache_size=-256;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA foreign_keys=ON;";
constexpr const char* file_settings =
    "PRAGMA synchronous=FULL;"
    "PRAGMA wal_autocheckpoint=1000;"
    "PRAGMA journal_size_limit=1048576;";

Kind kind_of(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Kind::Corrupt;
        case SQLITE_FULL: return Kind::Full;
        case SQLITE_IOERR:
        case SQLITE_NOMEM: return Kind::Io;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Kind::Busy;
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH: return Kind::Denied;
        case SQLITE_TOOBIG: return Kind::TooLarge;
        default: return Kind::Other;
    }
}

StoreError error_of(sqlite3* connection, int code) {
    std::string text = connection != nullptr ? sqlite3_errmsg(connection) : "no connection";
    const int primary = code & 0xff;
    if (connection != nullptr && (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN))
        if (const int why = sqlite3_system_errno(connection); why != 0)
            text += ": " + std::system_category().message(why);
    return {kind_of(code), text + " (SQLite " + std::to_string(code) + ")"};
}

shared::Failure<StoreError> failure(sqlite3* connection, int code) {
    return shared::Failure{error_of(connection, code)};
}

// Without this, SQLite wants to create a log even to read.
std::string immutable_uri(const std::filesystem::path& file) {
    std::string uri = "file:";
    for (const char c : file.string()) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr const char* digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 0xfU];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

}  // namespace

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      failure_(other.failure_),
      malformed_(other.malformed_) {}

Query::~Query() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Query::check(int code) {
    if (failure_ == SQLITE_OK) failure_ = code;
}

Query& Query::bind(std::int64_t value) {
    return check(sqlite3_bind_int64(statement_, ++bound_, value)), *this;
}

Query& Query::bind(std::string_view text) {
    if (text.size() > max_text_bytes) {
        ++bound_;
        return check(SQLITE_TOOBIG), *this;
    }
    // An empty view may point nowhere, which would be a NULL.
    const char* data = text.empty() ? "" : text.data();
    return check(sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_TRANSIENT,
                                     SQLITE_UTF8)),
           *this;
}

Query& Query::bind_null() { return check(sqlite3_bind_null(statement_, ++bound_)), *this; }

Query& Query::bind_column(const Query& other, int column) {
    return check(sqlite3_bind_value(statement_, ++bound_,
                                    sqlite3_column_value(other.statement_, column))),
           *this;
}

shared::Result<bool, StoreError> Query::step() {
    if (malformed_) {
        return shared::Failure{StoreError{Kind::Corrupt, "a value has the wrong type or size"}};
    }
    if (failure_ != SQLITE_OK) {
        return shared::Failure{StoreError{kind_of(failure_), sqlite3_errstr(failure_)}};
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(connection_, code);
}

Attempt Query::run() {
    auto row = step();
    sqlite3_reset(statement_);
    bound_ = 0;
    failure_ = SQLITE_OK;
    if (!row) return shared::Failure{row.error()};
    return Done{};
}

std::int64_t Query::integer(int column) {
    if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) malformed_ = true;
    return sqlite3_column_int64(statement_, column);
}

int Query::small(int column) {
    const std::int64_t value = integer(column);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        malformed_ = true;
        return 0;
    }
    return static_cast<int>(value);
}

bool Query::flag(int column) { return integer(column) != 0; }

std::string Query::text(int column) {
    if (sqlite3_column_type(statement_, column) != SQLITE_TEXT || !sound(column)) {
        malformed_ = true;
        return {};
    }
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string{} : std::string(data, size);
}

bool Query::null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Query::whole(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

bool Query::sound(int column) const {
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER:
        case SQLITE_NULL: return true;
        case SQLITE_TEXT:
            return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) <=
                   max_text_bytes;
        default: return false;
    }
}

int Query::columns() const { return sqlite3_column_count(statement_); }

void Database::Closer::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Database::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

shared::Result<Database, StoreError> Database::connect(const std::string& file, int flags,
                                                       const char* vfs) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &raw,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    Connection connection(raw);
    if (code != SQLITE_OK) return failure(raw, code);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, max_row_bytes);
    // Allows to read a file that is shorter than it says. It must come before the schema is read.
    const int lenient = (flags & SQLITE_OPEN_READONLY) != 0 ? 1 : 0;
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1 - lenient, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_WRITABLE_SCHEMA, lenient, nullptr);
    Database database(std::move(connection));
    if (auto set = database.run(common_settings); !set) return shared::Failure{set.error()};
    return database;
}

shared::Result<Database, StoreError> Database::open(const std::filesystem::path& file) {
    auto database = connect(file, SQLITE_OPEN_READWRITE, nullptr);
    if (!database) return database;
    // Takes effect in a file that is still empty, and only before its journal mode is set.
    if (auto set = database->run("PRAGMA auto_vacuum=INCREMENTAL;"); !set) {
        return shared::Failure{set.error()};
    }
    {
        auto mode = database->query("PRAGMA journal_mode=WAL");
        if (!mode) return shared::Failure{mode.error()};
        auto row = mode->step();
        if (!row) return shared::Failure{row.error()};
        if (const std::string name = *row ? mode->text(0) : "none"; name != "wal") {
            return shared::Failure{
                StoreError{Kind::Denied, "no write-ahead log can be used, but " + name}};
        }
    }
    if (auto set = database->run(file_settings); !set) return shared::Failure{set.error()};
    return database;
}

shared::Result<Database, StoreError> Database::open_read_only(const std::filesystem::path& file) {
    std::error_code none;
    const auto log = std::filesystem::file_size(std::filesystem::path(file) += "-wal", none);
    const bool whole = none || log == 0;
    return connect(whole ? immutable_uri(file) : file.string(),
                   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, "unix-none");
}

shared::Result<Database, StoreError> Database::open_in_memory() {
    return connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
}

shared::Result<Query, StoreError> Database::query(std::string_view sql) {
    if (auto known = statements_.find(sql); known != statements_.end()) {
        return Query(connection_.get(), known->second.get());
    }
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    Prepared prepared(raw);
    if (code != SQLITE_OK) return failure(connection_.get(), code);
    statements_.emplace(std::string(sql), std::move(prepared));
    return Query(connection_.get(), raw);
}

Attempt Database::run(const char* sql) {
    const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failure(connection_.get(), code);
    return Done{};
}

shared::Result<std::int64_t, StoreError> Database::number(std::string_view sql) {
    auto asked = query(sql);
    if (!asked) return shared::Failure{asked.error()};
    auto row = asked->step();
    if (!row) return shared::Failure{row.error()};
    return *row ? asked->integer(0) : 0;
}

Attempt Database::check() {
    auto once = check_once();
    // A failed read looks like damage. Only if a second one fails as well is it taken for damage.
    return once ? once : check_once();
}

Attempt Database::check_once() {
    auto asked = query("PRAGMA quick_check(1)");
    if (!asked) return shared::Failure{asked.error()};
    auto row = asked->step();
    if (!row) return shared::Failure{row.error()};
    const std::string verdict = *row ? asked->text(0) : "no answer";
    if (verdict != "ok") return shared::Failure{StoreError{Kind::Corrupt, verdict}};
    return Done{};
}

Attempt Database::checkpoint() {
    const int code = sqlite3_wal_checkpoint_v2(connection_.get(), "main",
                                               SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK) return failure(connection_.get(), code);
    return Done{};
}

bool Database::moved() {
    int answer = 0;
    const int code =
        sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &answer);
    return code == SQLITE_OK && answer != 0;
}

void Database::keep_files_at_close() {
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

shared::Result<Transaction, StoreError> Transaction::begin(Database& database) {
    auto statement = database.query("BEGIN IMMEDIATE");
    if (!statement) return shared::Failure{statement.error()};
    if (auto begun = statement->run(); !begun) return shared::Failure{begun.error()};
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // This fails only if SQLite has already rolled back because of the error before.
    if (database_ != nullptr) static_cast<void>(bool(database_->run("ROLLBACK")));
}

Attempt Transaction::commit() {
    auto statement = database_->query("COMMIT");
    if (!statement) return shared::Failure{statement.error()};
    auto committed = statement->run();
    if (committed) database_ = nullptr;
    return committed;
}

}  // namespace storage
