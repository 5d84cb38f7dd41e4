// SPDX-License-Identifier: Apache-2.0
#include "storage/salvage.hpp"

#include "storage/migrations.hpp"
#include "storage/tables.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <set>

namespace salvage_test {

using namespace samples;
using storage::Database;
using storage::salvage;
namespace tables = storage::tables;

namespace {

constexpr std::size_t page_bytes = 4096;
constexpr int rows = 3000;

Database empty() {
    auto database = Database::open_in_memory();
    REQUIRE(database);
    REQUIRE(storage::migrate(*database));
    return std::move(*database);
}

Snapshot read(Database& database) {
    std::vector<std::string> report;
    auto snapshot = tables::read(database, report);
    REQUIRE(snapshot);
    return std::move(*snapshot);
}

void fill(const Folder& folder) {
    overwrite(folder.database(), "");
    auto database = Database::open(folder.database());
    REQUIRE(database);
    REQUIRE(storage::migrate(*database));
    REQUIRE(database->run("BEGIN"));
    for (int n = 1; n <= rows; ++n) REQUIRE(tables::put(*database, message(n)));
    REQUIRE(tables::put(*database, transaction(1)));
    REQUIRE(tables::put(*database, Kind::Key, "HeartbeatInterval", "300"));
    REQUIRE(database->run("COMMIT"));
}

// The page that holds the message.
std::size_t page_of(const std::string& bytes, int sequence) {
    const auto at = bytes.find(message(sequence).payload);
    REQUIRE(at != std::string::npos);
    return at / page_bytes;
}

}  // namespace

TEST_CASE("a sound database is copied whole") {
    const Folder folder;
    fill(folder);
    auto from = Database::open_read_only(folder.database());
    auto to = empty();
    auto lines = salvage(*from, to);
    REQUIRE(lines);
    CHECK(same(read(*from), read(to)));
    CHECK(joined(lines->lines) == "transactions: 1 saved\nqueue: 3000 saved\nkeys: 1 saved\n");
}

TEST_CASE("around damaged pages everything is saved") {
    const Folder folder;
    fill(folder);
    auto bytes = content(folder.database());
    std::set<std::size_t> pages;
    for (const int sequence : {500, 1500, 2500}) pages.insert(page_of(bytes, sequence));
    for (const std::size_t page : pages) {
        bytes.replace(page * page_bytes, page_bytes, std::string(page_bytes, '\0'));
    }
    overwrite(folder.database(), bytes);
    std::size_t lost = 0;
    for (int n = 1; n <= rows; ++n) {
        if (bytes.find(message(n).payload) == std::string::npos) ++lost;
    }
    REQUIRE(lost > 30);
    REQUIRE(lost < 300);

    auto from = Database::open_read_only(folder.database());
    REQUIRE(from);
    auto to = empty();
    auto lines = salvage(*from, to);
    REQUIRE(lines);
    const auto saved = read(to);
    CHECK(saved.queue.size() == rows - lost);
    for (const auto& m : saved.queue) CHECK(m == message(m.sequence));
    CHECK(saved.transactions.size() == 1);
    CHECK(saved.texts[Kind::Key].size() == 1);
    CHECK(joined(lines->lines).find("others could not be read") != std::string::npos);
}

TEST_CASE("rows that make no sense are left out, the others are saved") {
    auto from = Database::open_in_memory();
    REQUIRE(from);
    // The tables of a stranger, without our checks.
    REQUIRE(
        from->run("CREATE TABLE queue (sequence, transaction_id, kind, payload, attempts);"
                  "INSERT INTO queue VALUES (1, 1, 'StopTransaction', '{}', 0),"
                  "('x', 1, 'StopTransaction', '{}', 0), (3, 1, x'00', '{}', 0),"
                  "(4, NULL, 'StopTransaction', '{}', 0), (5, 1, 'MeterValues', '{}', 1e300),"
                  "(6, 1, 'MeterValues', printf('%.*c', 2000000, 'x'), 0),"
                  "(7, 1, 'MeterValues', '{}', 99999999999);"));
    auto to = empty();
    auto lines = salvage(*from, to);
    REQUIRE(lines);
    REQUIRE(read(to).queue.size() == 1);
    CHECK(read(to).queue[0].sequence == 1);
    CHECK(joined(lines->lines).find("queue: 1 saved, 6 not usable") != std::string::npos);
}

TEST_CASE("into what the database once was, the queue is taken over as it is now") {
    auto from = empty();
    auto to = empty();
    REQUIRE(tables::put(to, message(1)));
    REQUIRE(tables::put(to, message(2)));
    REQUIRE(tables::put(to, Kind::Key, "a", "old"));
    REQUIRE(tables::put(to, Kind::Key, "b", "old"));
    REQUIRE(tables::put(from, message(2)));
    REQUIRE(tables::put(from, message(3)));
    REQUIRE(tables::put(from, Kind::Key, "a", "new"));
    SECTION("older") {
        REQUIRE(salvage(from, to, storage::Target::Older));
        CHECK(read(to).queue == std::deque{message(2), message(3)});
    }
    SECTION("unrelated") {
        REQUIRE(salvage(from, to));
        CHECK(read(to).queue == std::deque{message(1), message(2), message(3)});
    }
    CHECK(read(to).texts[Kind::Key] ==
          std::map<std::string, std::string>{{"a", "new"}, {"b", "old"}});
}

TEST_CASE("what could not be read is told apart from what is damaged") {
    support::FaultyVfs disk;
    const Folder folder;
    fill(folder);
    auto from = Database::open_read_only(folder.database());
    REQUIRE(from);
    auto to = empty();
    disk.fail(20, support::FaultyVfs::Fault::Io, true, support::FaultyVfs::Operation::Read);
    auto partly = salvage(*from, to);
    REQUIRE(partly);
    CHECK(disk.tripped());
    CHECK(partly->unreadable);
    CHECK(partly->rows > 0);
    CHECK(partly->rows < rows);
    disk.heal();
    auto whole = salvage(*from, to);
    CHECK_FALSE(whole->unreadable);
    CHECK(read(to).queue.size() == rows);
}

TEST_CASE("a target that fails stays as it was") {
    const Folder folder;
    overwrite(folder.database(), "");
    auto to = Database::open(folder.database());
    REQUIRE(storage::migrate(*to));
    REQUIRE(tables::put(*to, message(1)));
    REQUIRE(to->run("PRAGMA max_page_count=14"));
    auto from = empty();
    for (int n = 2; n <= rows; ++n) REQUIRE(tables::put(from, message(n)));
    auto lines = salvage(from, *to, storage::Target::Older);
    REQUIRE_FALSE(lines);
    CHECK(lines.error().kind == storage::StoreError::Kind::Full);
    CHECK(read(*to).queue == std::deque{message(1)});
}

TEST_CASE("a database of each earlier version is saved with what it has") {
    for (std::size_t version = 1; version < storage::migrations().size(); ++version) {
        auto from = Database::open_in_memory();
        REQUIRE(from);
        REQUIRE(storage::migrate(*from, storage::migrations().first(version)));
        REQUIRE(
            from->run("INSERT INTO transactions (id, connector, id_tag, parent_id_tag, "
                      "meter_start_wh, started_ms, start_given_up, deauthorized, plug_count, "
                      "hal_instance, last_energy_mwh, last_seen_ms, finished) "
                      "VALUES (7, 1, 'A', '', 1, 2, 0, 0, 3, 'h', 4, 5, 0)"));
        REQUIRE(from->run("INSERT INTO queue VALUES (9, 7, 'StopTransaction', '{}', 0)"));
        auto to = empty();
        REQUIRE(salvage(*from, to));
        const auto snapshot = read(to);
        REQUIRE(snapshot.transactions.size() == 1);
        CHECK(snapshot.transactions[0].last_energy.count == 4);
        CHECK_FALSE(snapshot.transactions[0].energy_limit);
        CHECK(snapshot.queue.size() == 1);
    }
}

}  // namespace salvage_test
