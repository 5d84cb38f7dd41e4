// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite.hpp"

#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <limits>

namespace sqlite_test {

using namespace samples;
using storage::Database;
using storage::Query;
using storage::StoreError;
using storage::Transaction;
using Kind = StoreError::Kind;

namespace {

Database memory() {
    auto database = Database::open_in_memory();
    REQUIRE(database);
    REQUIRE(database->run("CREATE TABLE t (a INTEGER, b TEXT)"));
    return std::move(*database);
}

Database on_disk(const Folder& folder) {
    overwrite(folder.database(), "");
    auto database = Database::open(folder.database());
    REQUIRE(database);
    return std::move(*database);
}

}  // namespace

TEST_CASE("values come back as they were bound") {
    auto database = memory();
    const std::string odd("a\0b\xff", 4);
    {
        auto insert = database.query("INSERT INTO t VALUES (?,?)");
        REQUIRE(insert);
        REQUIRE(insert->bind(std::numeric_limits<std::int64_t>::min()).bind(odd).run());
        REQUIRE(insert->bind(true).bind(std::string_view{}).run());
        REQUIRE(insert->bind(std::optional<int>{}).bind(std::optional<std::string>{}).run());
    }
    auto select = database.query("SELECT a, b FROM t ORDER BY rowid");
    REQUIRE(*select->step());
    CHECK(select->integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(select->text(1) == odd);
    REQUIRE(*select->step());
    CHECK(select->flag(0));
    CHECK_FALSE(select->null(1));
    CHECK(select->text(1).empty());
    REQUIRE(*select->step());
    CHECK(select->null(0));
    CHECK(select->null(1));
    CHECK_FALSE(*select->step());
}

TEST_CASE("a column of the wrong type or size is damage") {
    auto database = memory();
    REQUIRE(database.run("INSERT INTO t VALUES (9999999999, 7)"));
    auto select = database.query("SELECT a, a || 'x', NULL FROM t");
    REQUIRE(*select->step());
    SECTION("text instead of a number") { select->integer(1); }
    SECTION("a number instead of text") { select->text(0); }
    SECTION("nothing instead of a number") { select->integer(2); }
    SECTION("more than an int") { select->small(0); }
    auto end = select->step();
    REQUIRE_FALSE(end);
    CHECK(end.error().kind == Kind::Corrupt);
}

TEST_CASE("text is bounded in both directions") {
    auto database = memory();
    const std::string longest(storage::max_text_bytes, 'x');
    auto insert = database.query("INSERT INTO t (b) VALUES (?)");
    CHECK(insert->bind(longest).run());
    auto refused = insert->bind(longest + "x").run();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::TooLarge);
    CHECK(insert->bind(std::string_view{"short"}).run());

    REQUIRE(database.run("UPDATE t SET b = b || 'y'"));
    auto select = database.query("SELECT b FROM t");
    REQUIRE(*select->step());
    CHECK_FALSE(select->sound(0));
    CHECK(select->text(0).empty());
    CHECK(select->malformed());
}

TEST_CASE("what is not committed is rolled back") {
    auto database = memory();
    {
        auto transaction = Transaction::begin(database);
        REQUIRE(transaction);
        REQUIRE(database.run("INSERT INTO t VALUES (1, 'x')"));
    }
    CHECK(*database.number("SELECT count(*) FROM t") == 0);
    {
        auto transaction = Transaction::begin(database);
        REQUIRE(database.run("INSERT INTO t VALUES (1, 'x')"));
        REQUIRE(transaction->commit());
    }
    CHECK(*database.number("SELECT count(*) FROM t") == 1);
}

TEST_CASE("a file is opened for us alone, durably and with bounded memory") {
    const Folder folder;
    auto database = on_disk(folder);
    REQUIRE(database.run("CREATE TABLE t (a)"));
    CHECK(*database.number("PRAGMA synchronous") == 2);
    CHECK(*database.number("PRAGMA cache_size") == -256);
    CHECK(*database.number("PRAGMA auto_vacuum") == 2);
    CHECK(*database.number("PRAGMA trusted_schema") == 0);
    CHECK(*database.number("PRAGMA cell_size_check") == 1);
    CHECK(*database.number("PRAGMA foreign_keys") == 1);
    auto mode = database.query("PRAGMA journal_mode");
    REQUIRE(*mode->step());
    CHECK(mode->text(0) == "wal");
    CHECK(std::filesystem::exists(folder.path() / "chargepoint.db-wal"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "chargepoint.db-shm"));
}

TEST_CASE("errors say what kind of trouble it is") {
    const Folder folder;
    auto missing = Database::open(folder.path() / "nowhere" / "x.db");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == Kind::Denied);

    overwrite(folder.database(), std::string(5000, 'x'));
    auto garbage = Database::open(folder.database());
    REQUIRE_FALSE(garbage);
    CHECK(garbage.error().kind == Kind::Corrupt);
    CHECK(garbage.error().text.find("not a database") != std::string::npos);

    auto database = memory();
    auto wrong = database.query("SELECT nonsense");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == Kind::Other);
}

TEST_CASE("a file that is full is told apart") {
    const Folder folder;
    auto database = on_disk(folder);
    REQUIRE(database.run("CREATE TABLE t (a); PRAGMA max_page_count=4"));
    auto full = database.run("INSERT INTO t VALUES (zeroblob(100000))");
    REQUIRE_FALSE(full);
    CHECK(full.error().kind == Kind::Full);
}

TEST_CASE("reading without a lock changes nothing and sees the write-ahead log") {
    const Folder folder;
    auto writer = on_disk(folder);
    REQUIRE(writer.run("CREATE TABLE t (a); INSERT INTO t VALUES (42)"));
    const auto before = content(folder.database());
    {
        auto reader = Database::open_read_only(folder.database());
        REQUIRE(reader);
        CHECK(*reader->number("SELECT a FROM t") == 42);
        CHECK_FALSE(reader->run("INSERT INTO t VALUES (1)"));
    }
    CHECK(content(folder.database()) == before);
}

TEST_CASE("a file that was taken away is noticed") {
    const Folder folder;
    auto database = on_disk(folder);
    REQUIRE(database.run("CREATE TABLE t (a)"));
    CHECK_FALSE(database.moved());
    std::filesystem::rename(folder.database(), folder.path() / "elsewhere");
    CHECK(database.moved());
}

TEST_CASE("damage inside is found by the check") {
    const Folder folder;
    {
        auto database = on_disk(folder);
        REQUIRE(
            database.run("CREATE TABLE t (a TEXT); "
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
                         "WHERE i < 1000) INSERT INTO t SELECT 'row ' || i FROM n"));
        CHECK(database.check());
    }
    auto bytes = content(folder.database());
    bytes.replace(4 * 4096, 4096, std::string(4096, '\x55'));
    overwrite(folder.database(), bytes);
    auto database = Database::open(folder.database());
    REQUIRE(database);
    auto sound = database->check();
    REQUIRE_FALSE(sound);
    CHECK(sound.error().kind == Kind::Corrupt);
}

}  // namespace sqlite_test
