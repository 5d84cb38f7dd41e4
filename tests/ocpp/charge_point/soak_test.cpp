// SPDX-License-Identifier: Apache-2.0
// A long life in virtual time, judged by the auditor, which shares no code with the product.
//   CHARGEPOINT_SOAK_DAYS=365 CHARGEPOINT_SOAK_SEED=7 build/dev/bin/ocpp_tests "a long life*"

#include "tests/support/life.hpp"

#include <malloc.h>

#include <iostream>

namespace soak_test {

namespace {

using test::Life;
using test::seconds;

constexpr int usual_days = 7;
constexpr std::size_t tolerated_growth = 1024 * 1024;

}  // namespace

TEST_CASE("a long life: each transaction once, true and in order, and nothing grows") {
    const int days = Life::from_environment("CHARGEPOINT_SOAK_DAYS", usual_days);
    const auto seed = static_cast<unsigned>(Life::from_environment("CHARGEPOINT_SOAK_SEED", 7));
    test::World w{{.keys = {{"MeterValueSampleInterval", "300"}, {"HeartbeatInterval", "86400"}},
                   .reading_period = seconds{4}}};
    Life life(w, seed);
    life.begin();
    std::size_t early = 0, late = 0, longest_queue = 0;
    for (int day = 0; day < days; ++day) {
        life.day();
        longest_queue = std::max(longest_queue, w.store().load().queue.size());
        const std::size_t used = mallinfo2().uordblks;
        (day < days / 2 ? early : late) = std::max(day < days / 2 ? early : late, used);
        INFO("seed " << seed << ", day " << day);
        REQUIRE(w.auditor().violations() == std::vector<std::string>{});
    }
    w.settle().check_books();
    CHECK(w.store().load().queue.empty());
    CHECK(late <= early + tolerated_growth);
    const auto& counts = w.auditor().counts();
    CHECK(counts.transactions > days * Life::sessions_a_day / 2);
    std::cout << "soak: seed " << seed << ", " << days << " days, " << counts.transactions
              << " transactions, " << counts.messages << " messages, " << counts.repeated
              << " repeated, " << counts.changes << " changes of status, " << counts.given_up
              << " given up, " << life.troubles() << " troubles, longest queue " << longest_queue
              << ", heap " << early / 1024 << " and " << late / 1024 << " KiB\n";
}

}  // namespace soak_test
