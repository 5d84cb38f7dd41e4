// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/keeper.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/folder.hpp"

#include <algorithm>
#include <filesystem>

namespace keeper_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using ocpp::core::Durability;
using ocpp::core::Kind;
using ocpp::core::Put;

namespace {

struct Fixture {
    support::Folder folder;
    support::FaultyVfs disk;
    std::vector<ocpp::core::Note> notes;
    SteadyClock::time_point now{};
    std::optional<Keeper> keeper;

    Fixture() {
        keeper.emplace(storage::Store::open(folder.path()), now,
                       [this](const ocpp::core::Note& note) { notes.push_back(note); });
        notes.clear();
    }

    void put(const std::string& value, Durability durability) {
        keeper->keep({Put{Kind::Mark, "fact", value, durability}}, now);
    }
    auto told(const std::string& words) const {
        return std::ranges::count_if(notes, [&](const ocpp::core::Note& note) {
            return note.text.find(words) != std::string::npos;
        });
    }
    std::string kept() { return keeper->load().texts[Kind::Mark]["fact"]; }
};

}  // namespace

TEST_CASE("a disk that fails is told about once, and once when it works again") {
    Fixture f;
    f.disk.fail(1, support::FaultyVfs::Fault::Full, true);
    for (const auto* value : {"1", "2", "3"}) f.put(value, Durability::Now);
    CHECK(f.told("is not kept over a power cut") == 1);
    CHECK(!f.keeper->durable());
    CHECK(!f.keeper->problem().empty());

    f.disk.heal();
    f.put("4", Durability::Now);
    f.put("5", Durability::Now);
    CHECK(f.told("is kept again") == 1);
    CHECK(f.keeper->durable());
    CHECK(f.keeper->problem().empty());
    CHECK(f.kept() == "5");
}

TEST_CASE("relaxed changes are written within a minute, and without any there is nothing to do") {
    Fixture f;
    const auto idle = f.keeper->due();
    CHECK(idle - f.now == maintain_every);

    f.put("1", Durability::Relaxed);
    const auto syncs = f.disk.syncs();
    const auto due = f.keeper->due();
    CHECK(due - f.now <= 60s);
    f.now += 20s;
    f.put("2", Durability::Relaxed);
    CHECK(f.keeper->due() == due);
    f.keeper->tick(due - 1ms);
    CHECK(f.disk.syncs() == syncs);
    f.keeper->tick(due);
    CHECK(f.disk.syncs() > syncs);
    CHECK(f.keeper->due() == idle);
}

TEST_CASE("relaxed changes go with the next one that must be kept") {
    Fixture f;
    f.put("1", Durability::Relaxed);
    f.keeper->keep({Put{Kind::Mark, "other", "1", Durability::Now}}, f.now);
    CHECK(f.keeper->due() - f.now == maintain_every);
    CHECK(f.kept() == "1");
}

TEST_CASE("at the end everything is written") {
    Fixture f;
    f.put("1", Durability::Relaxed);
    const auto syncs = f.disk.syncs();
    f.keeper->flush();
    CHECK(f.disk.syncs() > syncs);
}

TEST_CASE("a disk that fails while relaxed changes wait is tried again") {
    Fixture f;
    f.put("1", Durability::Relaxed);
    f.disk.fail(1, support::FaultyVfs::Fault::Io, true);
    f.now = f.keeper->due();
    f.keeper->tick(f.now);
    CHECK(f.told("is not kept over a power cut") == 1);
    CHECK(f.keeper->due() - f.now <= 60s);
    f.disk.heal();
    f.now = f.keeper->due();
    f.keeper->tick(f.now);
    CHECK(f.told("is kept again") == 1);
    CHECK(f.keeper->due() - f.now > 60s);
}

TEST_CASE("a database that is taken away while in use gets back all that is known") {
    Fixture f;
    f.put("1", Durability::Now);
    CHECK_FALSE(f.keeper->lacks_state());
    std::filesystem::remove(f.folder / "chargepoint.db");
    f.put("2", Durability::Now);
    CHECK(f.told("has been built anew") == 1);
    REQUIRE(f.keeper->lacks_state());

    ocpp::core::Snapshot all;
    all.texts[Kind::Mark] = {{"fact", "2"}, {"another", "3"}};
    all.next_sequence = 77;
    f.keeper->rebuild(all);
    CHECK_FALSE(f.keeper->lacks_state());
    CHECK(f.keeper->durable());
    const auto kept = f.keeper->load();
    CHECK(kept.texts == all.texts);
    CHECK(kept.next_sequence == 77);
}

}  // namespace keeper_test
