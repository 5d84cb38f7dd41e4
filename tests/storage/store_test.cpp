// SPDX-License-Identifier: Apache-2.0
#include "storage/store.hpp"

#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace store_test {

using namespace samples;
namespace fs = std::filesystem;
using storage::OpenedAs;
using storage::Store;
using storage::StoreError;
using support::FaultyVfs;

namespace {

Store open(const fs::path& directory, OpenedAs expected) {
    auto opened = Store::open(directory);
    INFO(joined(opened.report));
    REQUIRE(opened.origin == expected);
    return std::move(opened.store);
}

const std::vector<Change> some_of_everything{PutTransaction{transaction(1)},
                                             PutTransaction{stopped(transaction(2))},
                                             PutMessage{message(1, QueuedKind::StartTransaction)},
                                             PutMessage{message(2)},
                                             PutMessage{message(3, QueuedKind::StopTransaction)},
                                             RemoveMessage{2},
                                             RemoveMessage{77},
                                             PutConnector{{0, true, std::nullopt}},
                                             PutConnector{{1, false, true}},
                                             Put{Kind::Key, "HeartbeatInterval", "300"},
                                             Put{Kind::Mark, marks::clean_stop, "1"}};

Snapshot expected_of(const std::vector<Change>& changes) {
    Snapshot s;
    for (const Change& change : changes) apply(s, change);
    return s;
}

template <class... C>
std::vector<Change> relaxed(C... changes) {
    ((changes.durability = Durability::Relaxed), ...);
    return {changes...};
}

}  // namespace

TEST_CASE("what was committed is there after a restart") {
    const Folder folder;
    {
        auto store = open(folder.path(), OpenedAs::Created);
        CHECK(same(store.load(), Snapshot{}));
        REQUIRE(store.commit(some_of_everything));
        CHECK(store.durable());
        CHECK_FALSE(store.unflushed());
        CHECK(same(store.load(), expected_of(some_of_everything)));
    }
    auto store = open(folder.path(), OpenedAs::Opened);
    const auto snapshot = store.load();
    CHECK(same(snapshot, expected_of(some_of_everything)));
    CHECK(snapshot.next_transaction == 3);
    CHECK(snapshot.next_sequence == 4);
    CHECK(store.take_report().empty());
}

TEST_CASE("a relaxed key outlives a process that is killed, without a sync") {
    FaultyVfs disk;
    const Folder folder;
    {
        auto store = open(folder.path(), OpenedAs::Created);
        REQUIRE(store.commit(
            {Put{Kind::Key, "AssignedCurrent", "1.32"}, Put{Kind::Key, "Other", "1"}}));
        const auto syncs = disk.syncs();
        REQUIRE(store.commit(relaxed(Put{Kind::Key, "AssignedCurrent", "1.10"})));
        REQUIRE(store.commit(relaxed(Put{Kind::Key, "AssignedCurrent", "1.6"})));
        CHECK(disk.syncs() == syncs);
    }
    {
        auto store = open(folder.path(), OpenedAs::Opened);
        CHECK(store.unflushed());
        CHECK(store.load().texts[Kind::Key] ==
              std::map<std::string, std::string>{{"AssignedCurrent", "1.6"}, {"Other", "1"}});
        REQUIRE(store.commit({Remove{Kind::Key, "AssignedCurrent"}}));
        CHECK_FALSE(store.unflushed());
    }
    CHECK(open(folder.path(), OpenedAs::Opened).load().texts[Kind::Key] ==
          std::map<std::string, std::string>{{"Other", "1"}});
}

TEST_CASE("one sync for a commit, and none for what is relaxed or for nothing") {
    FaultyVfs disk;
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    REQUIRE(store.commit({Put{Kind::Mark, "warm", "up"}}));
    const auto syncs = disk.syncs();
    const auto changes = disk.changes();
    REQUIRE(store.commit(relaxed(PutTransaction{transaction(1)}, Put{Kind::Key, "a", "b"})));
    CHECK(store.unflushed());
    REQUIRE(store.commit({}));
    CHECK(disk.changes() == changes);
    // A restart would find the key, and nothing else of it.
    CHECK(
        same(store.load(), expected_of({Put{Kind::Mark, "warm", "up"}, Put{Kind::Key, "a", "b"}})));
    REQUIRE(store.commit({PutMessage{message(1, QueuedKind::StartTransaction)}}));
    CHECK(disk.syncs() == syncs + 1);
    CHECK_FALSE(store.unflushed());
    CHECK(store.load().transactions.size() == 1);

    REQUIRE(store.commit(relaxed(PutMessage{message(2)})));
    REQUIRE(store.commit(relaxed(RemoveMessage{2})));
    CHECK_FALSE(store.unflushed());
    REQUIRE(store.commit(relaxed(Put{Kind::Key, "a", "c"})));
    REQUIRE(store.flush());
    CHECK(disk.syncs() == syncs + 2);
    REQUIRE(store.flush());
    REQUIRE(store.maintain());
    CHECK(disk.syncs() == syncs + 2);
    CHECK(store.load().texts[Kind::Key].at("a") == "c");
}

TEST_CASE("a sequence is not given twice, even when its message has gone") {
    const Folder folder;
    {
        auto store = open(folder.path(), OpenedAs::Created);
        REQUIRE(store.commit({PutMessage{message(8)}}));
        REQUIRE(store.commit(relaxed(PutMessage{message(9)}, RemoveMessage{9})));
        REQUIRE(store.commit({RemoveMessage{8}}));
    }
    auto store = open(folder.path(), OpenedAs::Opened);
    CHECK(store.load().queue.empty());
    CHECK(store.load().next_sequence == 10);
}

TEST_CASE("the removal of a message of an earlier run is not taken for one that never was") {
    const Folder folder;
    { REQUIRE(open(folder.path(), OpenedAs::Created).commit({PutMessage{message(5)}})); }
    auto store = open(folder.path(), OpenedAs::Opened);
    auto again = message(5);
    again.attempts = 1;
    REQUIRE(store.commit(relaxed(PutMessage{again}, RemoveMessage{5})));
    REQUIRE(store.flush());
    CHECK(store.load().queue.empty());
}

TEST_CASE("rebuilding replaces everything but the history") {
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    auto old = stopped(transaction(1));
    old.finished = true;
    REQUIRE(store.commit({PutTransaction{old}, PutTransaction{transaction(2)}}));
    REQUIRE(store.commit(some_of_everything));
    REQUIRE(store.commit(relaxed(Put{Kind::Key, "gone", "with the backlog"})));
    Snapshot wanted = expected_of({PutTransaction{transaction(7)}, PutMessage{message(12)},
                                   Put{Kind::Key, "x", "y"}, Put{Kind::Mark, "f", "g"},
                                   PutConnector{{2, false, {}}}});
    wanted.next_sequence = 40;
    wanted.next_transaction = 50;
    REQUIRE(store.rebuild(wanted));
    CHECK_FALSE(store.unflushed());
    const auto loaded = store.load();
    CHECK(same(loaded, wanted));
    CHECK(loaded.next_sequence == 40);
    CHECK(loaded.next_transaction == 50);
}

TEST_CASE("the history is bounded, and so is the file") {
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    std::vector<Change> many;
    const auto count = static_cast<std::int64_t>(storage::max_history) + 300;
    for (std::int64_t id = 1; id <= count; ++id) {
        auto record = stopped(transaction(id));
        record.finished = id != 3;
        many.emplace_back(PutTransaction{record});
    }
    for (std::int64_t n = 1; n <= 10'001; ++n) many.emplace_back(PutMessage{message(n)});
    REQUIRE(store.commit(many));
    CHECK(store.load().queue.size() == 10'001);
    CHECK(store.history(5).size() == 5);
    CHECK(store.history(5)[0].id == count);
    many.clear();
    for (std::int64_t n = 1; n <= 10'001; ++n) many.emplace_back(RemoveMessage{n});
    REQUIRE(store.commit(many));
    REQUIRE(store.maintain());
    REQUIRE(store.maintain());
    CHECK(store.history(5000).size() == storage::max_history + 1);
    CHECK(store.history(5000).back().id == 3);
    CHECK(store.load().transactions.size() == 1);
    CHECK(fs::file_size(folder.database()) < 500'000);
    CHECK(fs::file_size(folder.path() / "chargepoint.db-wal") < 1'100'000);
}

TEST_CASE("a change that is too long is refused, and the others are kept") {
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    const std::string long_text(storage::max_text_bytes + 1, 'x');
    auto refused = store.commit({Put{Kind::Key, "a", long_text}, Put{Kind::Key, "b", "c"}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == StoreError::Kind::TooLarge);
    CHECK(store.load().texts[Kind::Key] == std::map<std::string, std::string>{{"b", "c"}});
    CHECK(store.commit({Put{Kind::Key, "a", "short"}}));
}

TEST_CASE("a commit that fails waits, and is written when the disk works again") {
    FaultyVfs disk;
    const Folder folder;
    {
        auto store = open(folder.path(), OpenedAs::Created);
        REQUIRE(store.commit({Put{Kind::Key, "a", "1"}}));
        const auto fault = GENERATE(FaultyVfs::Fault::Io, FaultyVfs::Fault::Full);
        disk.fail(1, fault, true);
        auto failed = store.commit({Put{Kind::Key, "a", "2"}, PutTransaction{transaction(1)}});
        REQUIRE_FALSE(failed);
        CHECK(failed.error().kind ==
              (fault == FaultyVfs::Fault::Full ? StoreError::Kind::Full : StoreError::Kind::Io));
        CHECK_FALSE(store.durable());
        CHECK(store.unflushed());
        CHECK(store.load().texts[Kind::Key].at("a") == "2");
        CHECK(store.load().transactions.empty());
        CHECK_FALSE(store.commit({PutMessage{message(1)}}));
        CHECK_FALSE(store.flush());
        CHECK(store.take_report().empty());
        disk.heal();
        // A relaxed change helps the one that failed before it to the disk.
        REQUIRE(store.commit(relaxed(Put{Kind::Key, "b", "3"})));
        CHECK(store.durable());
        CHECK_FALSE(store.unflushed());
    }
    auto store = open(folder.path(), OpenedAs::Opened);
    CHECK(same(store.load(), expected_of({Put{Kind::Key, "a", "2"}, PutTransaction{transaction(1)},
                                          PutMessage{message(1)}, Put{Kind::Key, "b", "3"}})));
}

TEST_CASE("a long failure costs meter values their safety, and tells") {
    FaultyVfs disk;
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    disk.fail(1, FaultyVfs::Fault::Full, true);
    std::vector<Change> many{PutMessage{message(1, QueuedKind::StartTransaction)}};
    const auto count = static_cast<std::int64_t>(storage::max_waiting_meter_values) + 1;
    for (std::int64_t n = 2; n <= count + 1; ++n) many.emplace_back(PutMessage{message(n)});
    CHECK_FALSE(store.commit(many));
    CHECK(joined(store.take_report()).find("5001 meter values") != std::string::npos);
    disk.heal();
    REQUIRE(store.flush());
    const auto queue = store.load().queue;
    CHECK(queue.size() == 5001);
    CHECK(queue.front() == message(1, QueuedKind::StartTransaction));
    CHECK(queue.back() == message(count + 1));
}

TEST_CASE("without a directory charging goes on, and the disk is used when it comes") {
    const Folder folder;
    const fs::path directory = folder.path() / "mount" / "point";
    overwrite(folder.path() / "mount", "in the way");
    const auto old = stopped(transaction(1));
    std::int64_t first = 0;
    {
        auto opened = Store::open(directory);
        CHECK(opened.origin == OpenedAs::Volatile);
        CHECK(joined(opened.report).find("power cut") != std::string::npos);
        auto& store = opened.store;
        CHECK_FALSE(store.durable());
        CHECK(store.unflushed());
        first = store.load().next_transaction;
        REQUIRE(store.commit({PutTransaction{transaction(first)}, Put{Kind::Key, "a", "b"}}));
        CHECK(store.load().transactions.size() == 1);
        CHECK_FALSE(store.flush());
        CHECK_FALSE(store.maintain());

        fs::remove(folder.path() / "mount");
        // An older database comes with the disk.
        { REQUIRE(open(directory, OpenedAs::Created).commit({PutTransaction{old}})); }
        REQUIRE(store.flush());
        CHECK(store.durable());
        CHECK_FALSE(store.unflushed());
        CHECK(joined(store.take_report()).find("used again") != std::string::npos);
        REQUIRE(store.commit({Put{Kind::Key, "a", "c"}}));
    }
    auto store = open(directory, OpenedAs::Opened);
    CHECK(same(store.load(), expected_of({PutTransaction{old}, PutTransaction{transaction(first)},
                                          Put{Kind::Key, "a", "c"}})));
    CHECK(store.load().transactions.size() == 2);
    CHECK(store.load().next_transaction == first + 1);
}

TEST_CASE("a read-only disk gives what it holds, and takes what happened meanwhile") {
    FaultyVfs disk;
    const Folder folder;
    { REQUIRE(open(folder.path(), OpenedAs::Created).commit(some_of_everything)); }
    disk.make_read_only();
    auto store = open(folder.path(), OpenedAs::Volatile);
    CHECK(same(store.load(), expected_of(some_of_everything)));
    CHECK(store.load().next_transaction == 3);
    auto all = some_of_everything;
    for (const Change& change : std::vector<Change>{RemoveMessage{1}, PutMessage{message(4)},
                                                    PutTransaction{transaction(3)}}) {
        all.push_back(change);
        REQUIRE(store.commit({change}));
    }
    CHECK_FALSE(store.flush());
    disk.heal();
    REQUIRE(store.flush());
    CHECK(same(store.load(), expected_of(all)));
    CHECK(store.durable());
}

TEST_CASE("a directory without the right to write is a disk that can't be used") {
    const Folder folder;
    const fs::path directory = folder.path() / "theirs";
    {
        const fs::path first = folder.path() / "first";
        auto store = open(first, OpenedAs::Created);
        REQUIRE(store.commit(some_of_everything));
        if (GENERATE(true, false)) {
            // As a power cut leaves them.
            fs::copy(first, directory);
        } else {
            { const Store closed = std::move(store); }
            fs::copy(first, directory);
        }
    }
    fs::permissions(folder.path(), fs::perms{0755});
    fs::permissions(directory, fs::perms{0555});
    for (const auto& file : fs::directory_iterator(directory)) {
        fs::permissions(file.path(), fs::perms{0444});
    }
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // Root may write anywhere; whoever else runs this may not in any case.
        constexpr uid_t nobody = 65534;
        if (::getuid() == 0 && ::setuid(nobody) != 0) ::_exit(3);
        auto opened = Store::open(directory);
        const bool good = opened.origin == OpenedAs::Volatile &&
                          same(opened.store.load(), expected_of(some_of_everything)) &&
                          bool(opened.store.commit({Put{Kind::Key, "a", "b"}})) &&
                          !opened.store.flush();
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    fs::permissions(directory, fs::perms{0755});
}

TEST_CASE("another process that holds the file does not stop us") {
    const Folder folder;
    auto first = open(folder.path(), OpenedAs::Created);
    REQUIRE(first.commit({PutTransaction{transaction(1)}}));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto opened = Store::open(folder.path());
        const bool good =
            opened.origin == OpenedAs::Volatile && opened.store.load().transactions.empty() &&
            bool(opened.store.commit({Put{Kind::Key, "a", "b"}})) && !opened.store.flush();
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    REQUIRE(first.commit({Put{Kind::Key, "c", "d"}}));
    CHECK(same(first.load(),
               expected_of({PutTransaction{transaction(1)}, Put{Kind::Key, "c", "d"}})));
}

TEST_CASE("a database that is taken away while in use is written anew") {
    const Folder folder;
    auto store = open(folder.path(), OpenedAs::Created);
    REQUIRE(store.commit(some_of_everything));
    fs::remove(folder.database());
    fs::remove(folder.path() / "chargepoint.db-wal");
    auto kept = store.commit({Put{Kind::Key, "a", "b"}});
    REQUIRE(kept);
    CHECK(kept->anew);
    CHECK(store.durable());
    CHECK(joined(store.take_report()).find("taken away") != std::string::npos);
    auto all = some_of_everything;
    all.emplace_back(Put{Kind::Key, "a", "b"});
    CHECK(same(store.load(), expected_of(all)));
    CHECK(fs::exists(folder.database()));
}

}  // namespace store_test
