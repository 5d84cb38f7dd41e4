// SPDX-License-Identifier: Apache-2.0
#pragma once
// A charge point's world over a real database, on a disk that does as it is told.

#include "daemon/host/keeper.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/world.hpp"

#include <filesystem>
#include <optional>
#include <random>
#include <utility>

namespace test {

// An archive that uses the daemon's own keeper and store, on a disk that can fail.
class DiskArchive : public Archive {
public:
    DiskArchive(support::FaultyVfs& disk, const std::filesystem::path& folder, unsigned seed)
        : disk_(disk), folder_(folder), random_(seed) {}

    void expect_cut(std::size_t nth) {
        disk_.cut_power(nth);
        to_be_cut_ = true;
    }

    bool was_cut() const { return was_cut_; }

    void expect_delay(std::size_t nth, std::chrono::seconds time) {
        disk_.delay(nth, [this, time] { waited_ += time; });
    }

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
    // A killed process writes nothing more, not even while closing.
    void end(End how) override {
        if (to_be_cut_ && disk_.tripped())
            was_cut_ = true;
        else
            disk_.cut_power(1);
        to_be_cut_ = false;
        keeper_.reset();
        if (how == End::PowerCut) {
            disk_.power_on(random_);
            // The file is of another run of the machine.
            std::filesystem::remove(folder_ / "chargepoint.recent");
        } else {
            disk_.heal();
        }
    }
    void fail(bool on) override {
        if (on)
            disk_.fail(1, support::FaultyVfs::Fault::Io, true);
        else if (!to_be_cut_)
            disk_.heal();
    }
    void flush() override { keeper_->flush(); }
    ocpp::core::Snapshot load() override { return keeper_->load(); }
    std::size_t durable_commits() const override { return disk_.syncs(); }
    Time::duration waited() override { return std::exchange(waited_, {}); }

private:
    void notice_darkness() const {
        if (to_be_cut_ && disk_.tripped()) throw PowerGone{};
    }

    support::FaultyVfs& disk_;
    std::filesystem::path folder_;
    std::mt19937 random_;
    std::optional<charge_daemon::Keeper> keeper_;
    bool to_be_cut_ = false;
    bool was_cut_ = false;
    Time::duration waited_{};
};

// A disk, a folder on it, and a world that keeps its things there.
struct DiskWorld {
    DiskWorld(std::map<std::string, std::string> keys, seconds reading_period, unsigned seed)
        : world(
              {.keys = std::move(keys), .reading_period = reading_period, .archive = [this, seed] {
                   auto made = std::make_unique<DiskArchive>(disk, folder.path(), seed);
                   archive = made.get();
                   return made;
               }}) {}

    support::FaultyVfs disk;
    samples::Folder folder;
    DiskArchive* archive = nullptr;
    World world;
};

}  // namespace test
