// SPDX-License-Identifier: Apache-2.0
#include "storage/migrations.hpp"

#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <array>

namespace migrations_test {

using namespace samples;
using storage::Database;
using storage::migrate;
using storage::Migration;
using storage::migrations;

namespace {

std::string schema_of(Database& database) {
    std::string all;
    auto query =
        database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
    REQUIRE(query);
    while (*query->step()) all += query->text(0) + ";\n";
    return all;
}

Database memory() {
    auto database = Database::open_in_memory();
    REQUIRE(database);
    return std::move(*database);
}

}  // namespace

TEST_CASE("all migrations together give the documented schema") {
    auto database = memory();
    REQUIRE(migrate(database));
    std::string documented = content("storage/schema.sql");
    // The comment lines at its head are not part of a schema.
    while (documented.rfind("--", 0) == 0) documented.erase(0, documented.find('\n') + 1);
    CHECK(schema_of(database) == documented);
    CHECK(*database.number("PRAGMA user_version") ==
          static_cast<std::int64_t>(migrations().size()));
}

TEST_CASE("a database of any earlier version becomes one of this version") {
    auto straight = memory();
    REQUIRE(migrate(straight));
    for (std::size_t version = 0; version <= migrations().size(); ++version) {
        auto database = memory();
        REQUIRE(migrate(database, migrations().first(version)));
        CHECK(*database.number("PRAGMA user_version") == static_cast<std::int64_t>(version));
        REQUIRE(migrate(database));
        REQUIRE(migrate(database));
        CHECK(schema_of(database) == schema_of(straight));
    }
}

TEST_CASE("a migration that fails leaves the version before it") {
    const std::array steps{Migration{"CREATE TABLE a (x)"},
                           Migration{"CREATE TABLE b (x); CREATE TABLE a (y)"}};
    auto database = memory();
    CHECK_FALSE(migrate(database, steps));
    CHECK(*database.number("PRAGMA user_version") == 1);
    CHECK(schema_of(database) == "CREATE TABLE a (x);\n");
}

TEST_CASE("a newer database is refused and not touched") {
    auto database = memory();
    REQUIRE(database.run("PRAGMA user_version=99"));
    auto refused = migrate(database);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == storage::StoreError::Kind::Newer);
    CHECK(refused.error().text.find("99") != std::string::npos);
    CHECK(schema_of(database).empty());
    REQUIRE(database.run("PRAGMA user_version=-1"));
    CHECK_FALSE(migrate(database));
}

}  // namespace migrations_test
