// SPDX-License-Identifier: Apache-2.0
// Sessions over a real database on a disk that fails, or loses its power, at the n-th operation:
// n = 1, 2, ... until they pass untouched. The auditor judges what the central system heard.

#include "daemon/keeper.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/world.hpp"

#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>

namespace {

using support::FaultyVfs;

constexpr std::size_t most_operations = 20'000;

// What the daemon keeps things with, on a disk that does as it is told.
class DiskArchive : public test::Archive {
public:
    DiskArchive(FaultyVfs& disk, const std::filesystem::path& folder, unsigned seed)
        : disk_(disk), folder_(folder), random_(seed) {}

    void expect_cut(std::size_t nth) {
        disk_.cut_power(nth);
        to_be_cut_ = true;
    }

    bool was_cut() const { return was_cut_; }

    ocpp::core::Snapshot open(Time now) override {
        keeper_.reset();
        keeper_.emplace(storage::Store::open(folder_), now, [](const ocpp::core::Note&) {});
        notice_darkness();
        auto found = keeper_->load();
        notice_darkness();
        return found;
    }
    void keep(const std::vector<ocpp::core::Change>& changes, Time now) override {
        keeper_->keep(changes, now);
        notice_darkness();
    }
    void tick(Time now) override {
        if (!keeper_ || now < keeper_->due()) return;
        keeper_->tick(now);
        notice_darkness();
    }
    // Whoever is killed writes nothing more, not even while closing.
    void end(test::End how) override {
        if (to_be_cut_ && disk_.tripped())
            was_cut_ = true;
        else
            disk_.cut_power(1);
        to_be_cut_ = false;
        keeper_.reset();
        if (how == test::End::PowerCut)
            disk_.power_on(random_);
        else
            disk_.heal();
    }
    void fail(bool on) override {
        if (on)
            disk_.fail(1, FaultyVfs::Fault::Io, true);
        else if (!to_be_cut_)
            disk_.heal();
    }
    void flush() override { keeper_->flush(); }
    ocpp::core::Snapshot load() override { return keeper_->load(); }
    std::size_t durable_commits() const override { return disk_.syncs(); }

private:
    void notice_darkness() const {
        if (to_be_cut_ && disk_.tripped()) throw test::PowerGone{};
    }

    FaultyVfs& disk_;
    std::filesystem::path folder_;
    std::mt19937 random_;
    std::optional<charge_daemon::Keeper> keeper_;
    bool to_be_cut_ = false;
    bool was_cut_ = false;
};

struct Rig {
    explicit Rig(unsigned seed)
        : world({.keys = {{"MeterValueSampleInterval", "30"},
                          {"HeartbeatInterval", "86400"},
                          {"AllowOfflineTxForUnknownId", "true"}},
                 .archive = [this, seed] {
                     auto made = std::make_unique<DiskArchive>(disk, folder.path(), seed);
                     archive = made.get();
                     return made;
                 }}) {}

    FaultyVfs disk;
    samples::Folder folder;
    DiskArchive* archive = nullptr;
    test::World world;
};

// One session with the central system, one without.
void two_sessions(test::World& w) {
    using test::seconds;
    w.boot().plug(1).tag("A").wait(seconds{100}).tag("A").wait(seconds{5}).unplug(1);
    w.disconnect().plug(1).tag("A").wait(seconds{100}).unplug(1).wait(seconds{5});
    w.connect().wait(seconds{70});
}

}  // namespace

TEST_CASE("sessions on a disk of which any one operation fails, or all from it on") {
    const auto fault = GENERATE(FaultyVfs::Fault::Io, FaultyVfs::Fault::Full);
    const auto lasting = GENERATE(false, true);
    std::size_t nth = 1;
    for (bool untouched = false; !untouched; ++nth) {
        REQUIRE(nth < most_operations);
        INFO("operation " << nth);
        Rig rig(1);
        rig.disk.fail(nth, fault, lasting);
        two_sessions(rig.world);
        untouched = !rig.disk.tripped();
        rig.disk.heal();
        rig.world.settle().check_books();
        CHECK(rig.world.auditor().counts().transactions == 2);
        CHECK(rig.world.store_is_whole());
    }
    std::cout << "sessions on a failing disk: " << nth - 1 << " operations\n";
}

TEST_CASE("sessions on a disk that loses its power at any operation") {
    std::size_t nth = 1;
    for (bool untouched = false; !untouched; ++nth) {
        REQUIRE(nth < most_operations);
        INFO("operation " << nth);
        Rig rig(static_cast<unsigned>(nth));
        rig.archive->expect_cut(nth);
        two_sessions(rig.world);
        untouched = !rig.archive->was_cut();
        rig.world.settle().check_books();
        CHECK(rig.world.store_is_whole());
    }
    std::cout << "sessions and power cuts: " << nth - 1 << " operations\n";
}
