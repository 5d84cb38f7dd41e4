// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/restart.hpp"

#include "tests/support/catch.hpp"

namespace restart_test {

using charge_daemon::tried;

TEST_CASE("a reset that fails is tried again as often as ResetRetries says") {
    int attempts = 0;
    const auto never = [&attempts] { return "refused " + std::to_string(++attempts); };
    CHECK(tried(0, never) == "refused 1");
    attempts = 0;
    CHECK(tried(2, never) == "refused 3");
}

TEST_CASE("a reset that works is not tried again") {
    int attempts = 0;
    CHECK(tried(5, [&attempts] { return std::string(++attempts < 3 ? "busy" : ""); }).empty());
    CHECK(attempts == 3);
}

}  // namespace restart_test
