// SPDX-License-Identifier: Apache-2.0
#pragma once
// This header hides SQLite behind values and results; sqlite.cpp alone includes the library.

#include "hal-service/shared/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

// A longer text is neither stored nor believed when it is read.
inline constexpr std::size_t max_text_bytes = 1U << 20U;
// Another process that reads the file can delay us no longer than this.
inline constexpr int busy_timeout_ms = 100;

struct StoreError {
    enum class Kind {
        Corrupt,   // the file is damaged, or not ours
        Newer,     // written by a later version of this program
        Full,      // no room on the disk
        Io,        // the disk or the memory does not do what it is asked
        Busy,      // another process holds the file
        Denied,    // missing rights, a missing directory, or a read-only file system
        TooLarge,  // a text beyond max_text_bytes
        Other
    };
    Kind kind = Kind::Other;
    std::string text;  // for the journal

    bool operator==(const StoreError&) const = default;
};

struct Done {};
using Attempt = shared::Result<Done, StoreError>;

// A prepared statement, borrowed from the cache of its database until the end of the scope.
class Query {
public:
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    // Each call binds the next parameter. There is no overload for other types on purpose: an
    // implicit conversion from int64 to bool or double would bind the wrong one.
    Query& bind(std::int64_t value);
    Query& bind(bool value) { return bind(std::int64_t{value}); }
    Query& bind(int value) { return bind(std::int64_t{value}); }
    Query& bind(std::string_view text);
    Query& bind(const char*) = delete;  // would be a bool
    template <class T>
    Query& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind_null();
    }
    Query& bind_null();
    // Binds the value of another query's column as it is.
    Query& bind_column(const Query& other, int column);

    // True: there is a row. Errors of bind() and of the columns of the last row come out here too.
    shared::Result<bool, StoreError> step();
    // For statements without rows. The query can be bound anew afterwards.
    Attempt run();

    // Columns of the current row; the wrong type is damage, which the next step() returns.
    std::int64_t integer(int column);
    int small(int column);  // beyond an int is damage, too
    bool flag(int column);
    std::string text(int column);
    bool null(int column) const;
    bool whole(int column) const;  // it is an integer
    // The value can be read and is not longer than max_text_bytes.
    bool sound(int column) const;
    int columns() const;
    bool malformed() const { return malformed_; }

private:
    friend class Database;
    Query(sqlite3* connection, sqlite3_stmt* statement)
        : connection_(connection), statement_(statement) {}
    void check(int code);

    sqlite3* connection_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
    int failure_ = 0;  // for bind()
    bool malformed_ = false;
};

class Database {
public:
    // Opens an existing file, and locks it for us alone.
    static shared::Result<Database, StoreError> open(const std::filesystem::path& file);
    // Opens without a lock and never changes the file: for one that can't be opened otherwise.
    static shared::Result<Database, StoreError> open_read_only(const std::filesystem::path& file);
    static shared::Result<Database, StoreError> open_in_memory();

    // Taken from the cache, or prepared now. There must be few different texts: all are cached.
    shared::Result<Query, StoreError> query(std::string_view sql);
    // Runs statements that have no values and give no rows.
    Attempt run(const char* sql);
    // Returns the first column of the first row.
    shared::Result<std::int64_t, StoreError> number(std::string_view sql);

    // Looks for damage, the only error that it returns.
    Attempt check();
    // Copies the write-ahead log into the file, as far as that is possible now.
    Attempt checkpoint();
    // The file under the connection is no longer the one under its name.
    bool moved();
    // From now on the end of the connection leaves the files as they are.
    void keep_files_at_close();

private:
    struct Closer {
        void operator()(sqlite3* connection) const;
    };
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Connection = std::unique_ptr<sqlite3, Closer>;
    using Prepared = std::unique_ptr<sqlite3_stmt, Finalizer>;

    explicit Database(Connection connection) : connection_(std::move(connection)) {}
    static shared::Result<Database, StoreError> connect(const std::string& file, int flags,
                                                        const char* vfs);

    Attempt check_once();

    // The order matters: statements end before their connection.
    Connection connection_;
    std::map<std::string, Prepared, std::less<>> statements_;
};

// A transaction is rolled back unless it is committed.
class Transaction {
public:
    static shared::Result<Transaction, StoreError> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    Attempt commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace storage
