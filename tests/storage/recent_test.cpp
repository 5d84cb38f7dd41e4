// SPDX-License-Identifier: Apache-2.0
#include "storage/recent.hpp"

#include "storage/store.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>

namespace recent_test {

using namespace samples;
using storage::Recent;
using storage::RecentFile;

namespace {

Recent key(const std::string& value) {
    Recent recent;
    recent.texts[Kind::Key] = {{"A", value}};
    return recent;
}

}  // namespace

TEST_CASE("what waits is there for the next run, until nothing does") {
    const Folder folder;
    Recent recent;
    recent.texts[Kind::Key] = {{"AssignedCurrent", "0.32,1.6"}, {"Gone", std::nullopt}};
    recent.seen = {{7, {at(1'700'000'000'123), {-5}}}, {-1, {at(-3), {1'000'000'000'000}}}};
    RecentFile(folder.path(), "boot").keep(recent);
    for (std::size_t i = 0; i < storage::max_recent_removals; ++i)
        recent.removed.insert(std::numeric_limits<std::int64_t>::max() -
                              static_cast<std::int64_t>(i));
    CHECK(storage::max_recent_removals * 20 < storage::recent_bytes / 2 + 1);
    RecentFile(folder.path(), "boot").keep(recent);
    CHECK(RecentFile(folder.path(), "boot").load() == recent);
    RecentFile(folder.path(), "boot").keep({});
    CHECK(RecentFile(folder.path(), "boot").load().empty());
}

TEST_CASE("what another run of the machine has left does not count") {
    const Folder folder;
    RecentFile(folder.path(), "boot").keep(key("1"));
    CHECK(RecentFile(folder.path(), "another").load().empty());
    RecentFile(folder.path(), "").keep(key("1"));
    CHECK(RecentFile(folder.path(), "").load().empty());
    CHECK_FALSE(RecentFile::boot_id().empty());
}

TEST_CASE("nothing is written where nothing waits, and the file keeps its size and is ours alone") {
    const Folder folder;
    RecentFile file(folder.path(), "boot");
    file.keep({});
    CHECK(std::filesystem::is_empty(folder.path()));
    for (const std::size_t length : {std::size_t{1}, std::size_t{500}, std::size_t{10'000}}) {
        file.keep(key(std::string(length, 'x')));
        CHECK(std::filesystem::file_size(folder / "chargepoint.recent") == storage::recent_bytes);
        // A change that does not fit is lost with the process, and nothing older takes its place.
        CHECK(file.load().texts[Kind::Key].size() == (length < 10'000 ? 1 : 0));
        // Answered messages give way before keys do.
        auto full = key(std::string(length, 'x'));
        for (std::int64_t i = 1'000'000; i < 1'000'600; ++i) full.removed.insert(i);
        file.keep(full);
        CHECK(file.load().texts[Kind::Key].size() == (length < 10'000 ? 1 : 0));
    }
    struct stat status {};
    REQUIRE(stat((folder / "chargepoint.recent").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a block that is damaged says nothing, and a folder that is gone is no error") {
    const Folder folder;
    for (const char* text :
         {"", "{", "[1]", R"({"boot":"boot"})", R"({"boot":"boot","keys":[1],"seen":5})",
          R"({"boot":7,"keys":{"A":"1"}})", R"({"boot":"boot","keys":{"A":1,"B":{}}})",
          R"({"boot":"boot","keys":{"A":[[["1"]]]}})",
          R"({"boot":"boot","seen":{"x":[1,2],"1":[1],"2":[1.5,2],"3":{"a":1},"4x":[1,2]}})",
          R"({"boot":"boot","removed":{"1":2}})", R"({"boot":"boot","removed":["1",1.5,null]})"}) {
        INFO(text);
        folder.write("chargepoint.recent", text);
        CHECK(RecentFile(folder.path(), "boot").load().empty());
    }
    RecentFile elsewhere(folder.path() / "none", "boot");
    elsewhere.keep(key("1"));
    CHECK(elsewhere.load().empty());
}

// The run between the two kills commits something of its own, which clears the block.
TEST_CASE("how far a transaction has come outlives a second kill") {
    const Folder folder;
    auto record = transaction(1);
    REQUIRE(storage::Store::open(folder.path()).store.commit({PutTransaction{record}}));
    record.last_seen += std::chrono::seconds{3};
    record.last_energy.count += 7;
    {
        auto store = storage::Store::open(folder.path()).store;
        REQUIRE(store.load().transactions.size() == 1);
        REQUIRE(store.commit({PutTransaction{record, Durability::Relaxed}}));
    }
    for (const auto* run : {"first", "second", "third"}) {
        INFO(run);
        auto store = storage::Store::open(folder.path()).store;
        const auto found = store.load().transactions;
        REQUIRE(found.size() == 1);
        CHECK(found.front().last_seen == record.last_seen);
        CHECK(found.front().last_energy == record.last_energy);
        REQUIRE(store.commit({Put{Kind::Mark, "run", run, Durability::Now}}));
    }
}

}  // namespace recent_test
