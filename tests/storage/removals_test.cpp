// SPDX-License-Identifier: Apache-2.0
// A message that was answered is not sent again after the program was killed, without a sync for
// it.

#include "storage/store.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <utility>

namespace removals_test {

using namespace samples;
using storage::Store;
using support::FaultyVfs;

namespace {

template <class... Changes>
std::vector<Change> relaxed(Changes... changes) {
    ((changes.durability = Durability::Relaxed), ...);
    return {std::move(changes)...};
}

std::vector<std::int64_t> sequences(Store& store) {
    std::vector<std::int64_t> found;
    for (const auto& message : store.load().queue) found.push_back(message.sequence);
    return found;
}

using Sequences = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a message that was answered is gone after a kill, and the others are not") {
    FaultyVfs disk;
    const Folder folder;
    {
        auto store = Store::open(folder.path()).store;
        REQUIRE(
            store.commit({PutMessage{message(1)}, PutMessage{message(2)}, PutMessage{message(3)}}));
        const auto syncs = disk.syncs();
        REQUIRE(store.commit(relaxed(RemoveMessage{1})));
        REQUIRE(store.commit(relaxed(PutMessage{message(4)})));
        REQUIRE(store.commit(relaxed(RemoveMessage{2}, RemoveMessage{4})));
        CHECK(disk.syncs() == syncs);
    }
    {
        auto store = Store::open(folder.path()).store;
        CHECK(sequences(store) == Sequences{3});
        CHECK(store.unflushed());
    }
    {
        // Killed again before anything was written.
        auto store = Store::open(folder.path()).store;
        CHECK(sequences(store) == Sequences{3});
        REQUIRE(store.flush());
    }
    auto store = Store::open(folder.path()).store;
    CHECK(sequences(store) == Sequences{3});
    const auto next = store.load().next_sequence;
    CHECK(next > 3);
    REQUIRE(store.commit({PutMessage{message(next)}}));
    CHECK(sequences(store) == Sequences{3, next});
}

TEST_CASE("a power cut leaves what the database knows") {
    const Folder folder;
    {
        auto store = Store::open(folder.path()).store;
        REQUIRE(store.commit({PutMessage{message(1)}}));
        REQUIRE(store.commit(relaxed(RemoveMessage{1})));
    }
    std::filesystem::remove(folder / "chargepoint.recent");
    auto store = Store::open(folder.path()).store;
    CHECK(sequences(store) == Sequences{1});
}

TEST_CASE("however many are answered, all of them are gone after a kill, for a sync in a hundred") {
    constexpr int answered = 350;
    FaultyVfs disk;
    const Folder folder;
    {
        auto store = Store::open(folder.path()).store;
        std::vector<Change> changes;
        for (int i = 1; i <= answered + 1; ++i) changes.emplace_back(PutMessage{message(i)});
        REQUIRE(store.commit(changes));
        const auto syncs = disk.syncs();
        for (int i = 1; i <= answered; ++i) REQUIRE(store.commit(relaxed(RemoveMessage{i})));
        CHECK(disk.syncs() <= syncs + answered / storage::max_recent_removals);
    }
    auto store = Store::open(folder.path()).store;
    CHECK(sequences(store) == Sequences{answered + 1});
}

// The number that the answer brought is lost with it, and nothing could be told of it any more.
TEST_CASE("a start whose answer can't be kept on a full disk is there again after a kill") {
    FaultyVfs disk;
    const Folder folder;
    {
        auto store = Store::open(folder.path()).store;
        REQUIRE(store.commit({PutTransaction{transaction(1)}, PutMessage{message(1)}}));
        disk.fail(1, FaultyVfs::Fault::Full, true);
        auto answered = transaction(1);
        answered.server_id = 123;
        CHECK_FALSE(store.commit({PutTransaction{answered}, RemoveMessage{1}}));
        CHECK(sequences(store).empty());
    }
    disk.heal();
    auto store = Store::open(folder.path()).store;
    CHECK(sequences(store) == Sequences{1});
    CHECK_FALSE(store.load().transactions.at(0).server_id);
}

}  // namespace removals_test
