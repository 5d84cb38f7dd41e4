// SPDX-License-Identifier: Apache-2.0
// Sessions over a real database on a disk that fails, keeps its caller waiting, or loses its power
// at the n-th operation: n = 1, 2, ... until they pass untouched. The auditor judges what the
// central system heard.

#include "tests/daemon/disk_archive.hpp"

#include <iostream>

namespace crash_rig_test {

namespace {

using std::chrono::seconds;
using support::FaultyVfs;

constexpr std::size_t most_operations = 20'000;

struct Rig : test::DiskWorld {
    explicit Rig(unsigned seed)
        : DiskWorld({{"MeterValueSampleInterval", "30"},
                     {"HeartbeatInterval", "86400"},
                     {"AllowOfflineTxForUnknownId", "true"}},
                    test::seconds{2}, seed) {}
};

// One session with the central system, one without.
void two_sessions(test::World& w) {
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

// A card that cleans up behind its back takes seconds; longer than a call may take is the worst.
TEST_CASE("sessions on a disk that keeps them waiting at any operation") {
    const auto time = GENERATE(seconds{5}, seconds{45});
    std::size_t nth = 1;
    for (bool untouched = false; !untouched; ++nth) {
        REQUIRE(nth < most_operations);
        INFO("operation " << nth << " takes " << time.count() << " s");
        Rig rig(static_cast<unsigned>(nth));
        rig.archive->expect_delay(nth, time);
        two_sessions(rig.world);
        untouched = !rig.disk.tripped();
        rig.world.settle().check_books();
        CHECK(rig.world.auditor().counts().transactions == 2);
        CHECK(rig.world.store_is_whole());
    }
    std::cout << "sessions on a disk that is slow for " << time.count() << " s: " << nth - 1
              << " operations\n";
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

}  // namespace crash_rig_test
