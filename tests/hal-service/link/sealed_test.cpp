// SPDX-License-Identifier: Apache-2.0
// A torn write is noticed, and the value before it is still there.

#include "hal-service/link/sealed.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cstring>

namespace sealed_test {

using namespace hal;

TEST_CASE("the checksum is the common CRC-32") {
    const std::string text = "123456789";
    CHECK(crc32(std::as_bytes(std::span(text))) == 0xCBF4'3926U);
    CHECK(crc32({}) == 0);
}

TEST_CASE("what was sealed is intact, and what was not is not") {
    CHECK(seal<std::int64_t>(7, 1).intact());
    CHECK_FALSE(Sealed<std::int64_t>{}.intact());
}

TEST_CASE("the newer of two intact values counts") {
    const auto older = seal<std::int64_t>(1, 5);
    const auto newer = seal<std::int64_t>(2, 6);
    CHECK(newest(older, newer) == 1U);
    CHECK(newest(newer, older) == 0U);
    CHECK(newest(older, {}) == 0U);
    CHECK(newest({}, newer) == 1U);
    CHECK_FALSE(newest(Sealed<std::int64_t>{}, Sealed<std::int64_t>{}));
}

TEST_CASE("any torn write of the newer leaves the older") {
    using Value = std::array<std::int64_t, 4>;
    const auto older = seal(Value{1, 2, 3, 4}, 5);
    const auto stale = seal(Value{9, 9, 9, 9}, 4);  // was in the place before
    const auto newer = seal(Value{5, 6, 7, 8}, 6);
    for (std::size_t bytes = 0; bytes < sizeof newer; ++bytes) {
        INFO(bytes);
        auto torn = stale;
        std::memcpy(static_cast<void*>(&torn), &newer, bytes);
        const bool whole = std::memcmp(&torn, &newer, sizeof torn) == 0;
        CHECK(newest(older, torn) == (whole ? 1U : 0U));
    }
}

}  // namespace sealed_test
