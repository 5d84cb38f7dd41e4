// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/lived_time.hpp"

#include "tests/support/catch.hpp"

namespace lived_time_test {

using charge_daemon::LivedTime;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST_CASE("lived time stands still while the charge point is kept waiting") {
    const steady_clock::time_point start{seconds{1'000}};
    const std::chrono::system_clock::time_point utc{};
    LivedTime lived(start);

    SECTION("being woken a little late is no waiting") {
        CHECK(lived.go_on(start + seconds{10}, start + seconds{12}).count() == 0);
        CHECK(lived.now(start + seconds{12}, utc).steady == start + seconds{12});
    }
    SECTION("idle until it is due, it has missed only what came after") {
        CHECK(lived.go_on(start + seconds{10}, start + seconds{15}) == seconds{5});
        const auto now = lived.now(start + seconds{15}, utc);
        CHECK(now.steady == start + seconds{10});
        CHECK(now.missed == seconds{5});
        CHECK(now.of_machine().steady == start + seconds{15});
        CHECK(lived.of_machine(start + seconds{20}) == start + seconds{25});
    }
    SECTION("the same waiting is not counted twice") {
        lived.go_on(start, start + seconds{5});
        CHECK(lived.go_on(start + seconds{1}, start + seconds{6}).count() == 0);
        CHECK(lived.now(start + seconds{6}, utc).missed == seconds{5});
    }
    SECTION("what is not due at all is not late") {
        CHECK(lived.go_on(steady_clock::time_point::max(), start + seconds{500}).count() == 0);
    }
}

}  // namespace lived_time_test
