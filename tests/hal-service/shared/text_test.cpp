// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/text.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>

namespace text_test {

using shared::integer_from;

TEST_CASE("text is a number only if all of it is one that fits") {
    CHECK(integer_from<std::int64_t>("-12") == -12);
    CHECK(integer_from<std::int32_t>("2147483647") == 2'147'483'647);
    for (const auto* text : {"", "-", "lost", " 1", "1 ", "+1", "0x1", "1.5", "2147483648"})
        CHECK_FALSE(integer_from<std::int32_t>(text));
}

}  // namespace text_test
