// SPDX-License-Identifier: Apache-2.0
// Databases in every bad state: none of them stops the charge point.
#include "storage/disk.hpp"

#include "storage/migrations.hpp"
#include "storage/store.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <random>

namespace disk_test {

using namespace samples;
namespace fs = std::filesystem;
using storage::Database;
using storage::OpenedAs;
using storage::Store;

namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::int64_t messages = 400;

void fill(const Folder& folder, std::int64_t count = messages) {
    auto opened = Store::open(folder.path());
    REQUIRE(opened.origin == OpenedAs::Created);
    std::vector<Change> changes{PutTransaction{transaction(1)}, Put{Kind::Key, "a", "b"}};
    for (std::int64_t n = 1; n <= count; ++n) changes.emplace_back(PutMessage{message(n)});
    REQUIRE(opened.store.commit(changes));
}

// The store keeps things, and finds them again, whatever it found.
void check_usable(const Folder& folder, Store& store) {
    REQUIRE(store.durable());
    REQUIRE(store.commit(
        {Put{Kind::Key, "kept", "after all"}, PutTransaction{transaction(1'000'000)}}));
    const auto before = store.load();
    CHECK(before.texts[Kind::Key].at("kept") == "after all");
    { const Store closed = std::move(store); }
    auto again = Store::open(folder.path());
    CHECK(again.origin == OpenedAs::Opened);
    CHECK(same(again.store.load(), before));
}

}  // namespace

TEST_CASE("a database that is no database is set aside and told") {
    const Folder folder;
    fill(folder);
    const auto whole = content(folder.database());
    std::string bytes;
    SECTION("garbage") { bytes = std::string(10'000, '\x5a'); }
    SECTION("a few bytes") { bytes = "SQLite"; }
    SECTION("the first page zeroed") {
        bytes = std::string(page_bytes, '\0') + whole.substr(page_bytes);
    }
    SECTION("only the header") { bytes = whole.substr(0, 100); }
    overwrite(folder.database(), bytes);

    auto opened = Store::open(folder.path());
    CHECK(opened.origin == OpenedAs::SetAside);
    REQUIRE(opened.set_aside);
    CHECK(opened.set_aside->filename() == "chargepoint.db.corrupt-1");
    CHECK(content(*opened.set_aside) == bytes);
    INFO(joined(opened.report));
    CHECK(joined(opened.report).find("damaged") != std::string::npos);
    CHECK(joined(opened.report).find("nothing in it could be read") != std::string::npos);
    CHECK(same(opened.store.load(), Snapshot{}));
    check_usable(folder, opened.store);
}

TEST_CASE("what a damaged database still holds is saved") {
    const Folder folder;
    fill(folder);
    auto bytes = content(folder.database());
    SECTION("truncated") { bytes.resize(bytes.size() - 3 * page_bytes); }
    SECTION("a page zeroed") {
        const auto page = bytes.find(message(200).payload) / page_bytes;
        bytes.replace(page * page_bytes, page_bytes, std::string(page_bytes, '\0'));
    }
    SECTION("a page of noise") {
        std::mt19937 random(1);
        const auto page = bytes.find(message(200).payload) / page_bytes;
        for (std::size_t n = 0; n < page_bytes; ++n) {
            bytes[page * page_bytes + n] = static_cast<char>(random() & 0xffU);
        }
    }
    overwrite(folder.database(), bytes);

    auto opened = Store::open(folder.path());
    INFO(joined(opened.report));
    CHECK(opened.origin == OpenedAs::SetAside);
    const auto saved = opened.store.load();
    CHECK(saved.queue.size() > messages / 2);
    CHECK(saved.queue.size() < messages);
    for (const auto& m : saved.queue) CHECK(m == message(m.sequence));
    CHECK(saved.transactions == std::vector{transaction(1)});
    CHECK(saved.texts[Kind::Key].at("a") == "b");
    CHECK(joined(opened.report).find("queue: ") != std::string::npos);
    check_usable(folder, opened.store);
}

TEST_CASE("an empty file is no database and nothing to set aside") {
    const Folder folder;
    overwrite(folder.database(), "");
    auto opened = Store::open(folder.path());
    CHECK(opened.origin == OpenedAs::Created);
    CHECK(opened.report.empty());
    check_usable(folder, opened.store);
}

TEST_CASE("a log without its database is set aside") {
    const Folder folder;
    overwrite(folder.path() / "chargepoint.db-wal", "something");
    auto opened = Store::open(folder.path());
    CHECK(opened.origin == OpenedAs::SetAside);
    CHECK(content(folder.path() / "chargepoint.db.corrupt-1-wal") == "something");
    CHECK_FALSE(opened.report.empty());
    check_usable(folder, opened.store);
}

TEST_CASE("a schema that is not what its version says is set aside, its tables are saved") {
    const Folder folder;
    fill(folder);
    {
        auto database = Database::open(folder.database());
        REQUIRE(database);
        SECTION("a table is missing") { REQUIRE(database->run("DROP TABLE facts")); }
        SECTION("a column is missing") {
            REQUIRE(database->run("ALTER TABLE connectors DROP COLUMN scheduled"));
        }
        SECTION("the version was lost in the middle of a migration") {
            REQUIRE(database->run("PRAGMA user_version=0"));
        }
    }
    auto opened = Store::open(folder.path());
    INFO(joined(opened.report));
    CHECK(opened.origin == OpenedAs::SetAside);
    CHECK(opened.store.load().queue.size() == messages);
    check_usable(folder, opened.store);
}

TEST_CASE("a newer database is set aside whole, and what it shares with us is used") {
    const Folder folder;
    fill(folder);
    {
        auto database = Database::open(folder.database());
        REQUIRE(database->run("ALTER TABLE queue ADD COLUMN later TEXT; PRAGMA user_version=99"));
    }
    auto opened = Store::open(folder.path());
    INFO(joined(opened.report));
    CHECK(opened.origin == OpenedAs::SetAside);
    CHECK(opened.set_aside->filename() == "chargepoint.db.newer-1");
    CHECK(joined(opened.report).find("later version") != std::string::npos);
    CHECK(opened.store.load().queue.size() == messages);
    CHECK(opened.store.load().transactions.size() == 1);
    auto aside = Database::open(*opened.set_aside);
    REQUIRE(aside);
    CHECK(*aside->number("PRAGMA user_version") == 99);
    CHECK(*aside->number("SELECT count(*) FROM queue WHERE later IS NULL") == messages);
    check_usable(folder, opened.store);
}

TEST_CASE("damage that shows in use is survived") {
    support::FaultyVfs disk;
    const Folder folder;
    // More than the page cache holds.
    constexpr std::int64_t many = 10 * messages;
    fill(folder, many);
    auto opened = Store::open(folder.path());
    REQUIRE(opened.origin == OpenedAs::Opened);
    auto bytes = content(folder.database());
    const auto page = bytes.find(message(200).payload) / page_bytes;
    bytes.replace(page * page_bytes, page_bytes, std::string(page_bytes, '\0'));
    {
        std::fstream file(folder.database(), std::ios::in | std::ios::out | std::ios::binary);
        file << bytes;
    }
    bool anew = false;
    SECTION("by loading") {
        const auto saved = opened.store.load();
        CHECK(saved.queue.size() > many / 2);
        anew = true;
    }
    SECTION("by a commit") {
        std::vector<Change> changes;
        for (std::int64_t n = 1; n <= many; ++n) changes.emplace_back(RemoveMessage{n});
        changes.emplace_back(PutMessage{message(many + 1)});
        auto kept = opened.store.commit(changes);
        REQUIRE(kept);
        anew = kept->anew;
        CHECK(opened.store.load().queue == std::deque{message(many + 1)});
        CHECK(opened.store.load().transactions.size() == 1);
    }
    CHECK(anew);
    const auto report = joined(opened.store.take_report());
    INFO(report);
    CHECK(report.find("damaged") != std::string::npos);
    CHECK(fs::exists(folder.path() / "chargepoint.db.corrupt-1"));
    check_usable(folder, opened.store);
}

TEST_CASE("a damaged database on a full disk is left alone, and used from memory") {
    support::FaultyVfs disk;
    const Folder folder;
    fill(folder);
    auto bytes = content(folder.database());
    bytes.resize(bytes.size() - 3 * page_bytes);
    overwrite(folder.database(), bytes);
    disk.fail(1, support::FaultyVfs::Fault::Full, true);
    auto opened = Store::open(folder.path());
    INFO(joined(opened.report));
    CHECK(opened.origin == OpenedAs::Volatile);
    CHECK(opened.store.load().queue.size() > messages / 2);
    REQUIRE(opened.store.commit({RemoveMessage{1}, PutMessage{message(messages + 1)}}));
    CHECK_FALSE(opened.store.flush());
    CHECK(content(folder.database()) == bytes);
    disk.heal();
    REQUIRE(opened.store.flush());
    const auto queue = opened.store.load().queue;
    CHECK(queue.front() == message(2));
    CHECK(queue.back() == message(messages + 1));
    CHECK(fs::exists(folder.path() / "chargepoint.db.corrupt-1"));
    check_usable(folder, opened.store);
}

TEST_CASE("what can only be read in part is left alone until it can be read whole") {
    support::FaultyVfs disk;
    const Folder folder;
    fill(folder);
    const storage::StoreError why{storage::StoreError::Kind::Io, "for a test"};
    bool ever = false;
    for (std::size_t nth = 1; nth < 200; ++nth) {
        INFO("read " << nth);
        disk.fail(nth, support::FaultyVfs::Fault::Io, true, support::FaultyVfs::Operation::Read);
        auto memory = storage::open_memory(folder.path(), why);
        REQUIRE(memory);
        const auto held = *memory->database.number("SELECT count(*) FROM queue");
        if (disk.tripped()) {
            ever = true;
            CHECK_FALSE(memory->from_disk);
            CHECK(held == 0);
            CHECK(memory->next_sequence > 1'000'000'000);
        } else {
            CHECK(memory->from_disk);
            CHECK(held == messages);
            CHECK(memory->next_sequence == messages + 1);
        }
        disk.heal();
    }
    CHECK(ever);
}

TEST_CASE("random damage anywhere is survived") {
    const support::FaultyVfs without_syncs;
    const Folder folder;
    fill(folder);
    const auto whole = content(folder.database());
    std::mt19937 random(20);
    int noticed = 0;
    for (int round = 0; round < 150; ++round) {
        const Folder other;
        auto bytes = whole;
        const auto spots = 1 + random() % 30;
        for (std::size_t n = 0; n < spots; ++n) {
            bytes[random() % bytes.size()] = static_cast<char>(random() & 0xffU);
        }
        if (random() % 4 == 0) bytes.resize(random() % bytes.size());
        overwrite(other.database(), bytes);
        if (random() % 4 == 0) {
            overwrite(other.path() / "chargepoint.db-wal",
                      whole.substr(random() % 5000, random() % 20'000));
        }
        auto opened = Store::open(other.path());
        INFO("round " << round << '\n' << joined(opened.report));
        REQUIRE(opened.origin != OpenedAs::Volatile);
        if (opened.origin == OpenedAs::SetAside) ++noticed;
        static_cast<void>(opened.store.load());
        REQUIRE(opened.store.commit({Put{Kind::Key, "kept", "after all"}}));
        REQUIRE(opened.store.load().texts[Kind::Key].at("kept") == "after all");
    }
    CHECK(noticed > 50);
}

}  // namespace disk_test
