// SPDX-License-Identifier: Apache-2.0
// A long life over a real database, with its power cuts: what is kept stays small.
//   CHARGEPOINT_SOAK_DAYS=365 build/dev/bin/daemon_tests "a long life*"

#include "tests/daemon/disk_archive.hpp"
#include "tests/support/life.hpp"

#include <iostream>

namespace daemon_soak_test {

namespace {

using test::Life;

constexpr int usual_days = 2;
// The log is written back when it has 1 000 pages of 4 KiB; beside it there are few transactions.
constexpr std::uintmax_t most_bytes = 6 * 1024 * 1024;

std::uintmax_t bytes_in(const std::filesystem::path& folder) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        bytes += entry.file_size();
    return bytes;
}

}  // namespace

TEST_CASE("a long life over a real database: nothing is lost, and the database stays small") {
    const int days = Life::from_environment("CHARGEPOINT_SOAK_DAYS", usual_days);
    const auto seed = static_cast<unsigned>(Life::from_environment("CHARGEPOINT_SOAK_SEED", 7));
    test::DiskWorld rig({{"MeterValueSampleInterval", "300"}, {"HeartbeatInterval", "86400"}},
                        test::seconds{4}, seed);
    auto& w = rig.world;
    Life life(w, seed);
    life.begin();
    std::uintmax_t largest = 0;
    for (int day = 0; day < days; ++day) {
        life.day();
        largest = std::max(largest, bytes_in(rig.folder.path()));
        INFO("seed " << seed << ", day " << day);
        REQUIRE(w.auditor().violations() == std::vector<std::string>{});
    }
    w.settle().check_books();
    CHECK(w.store().load().queue.empty());
    CHECK(largest <= most_bytes);
    const auto& counts = w.auditor().counts();
    CHECK(counts.transactions > days * Life::sessions_a_day / 2);
    const auto each = static_cast<std::size_t>(counts.transactions);
    std::cout << "soak over a database: seed " << seed << ", " << days << " days, " << each
              << " transactions, largest " << largest / 1024 << " KiB, for each transaction "
              << rig.disk.syncs() / each << " syncs and " << rig.disk.bytes_written() / each / 1024
              << " KiB written\n";
}

}  // namespace daemon_soak_test
