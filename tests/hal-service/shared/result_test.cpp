// SPDX-License-Identifier: Apache-2.0
// A result is a value or the reason there is none.

#include "hal-service/shared/result.hpp"

#include "tests/support/catch.hpp"

#include <memory>
#include <string>

namespace result_test {

using shared::Failure;
using shared::Result;

TEST_CASE("a result holds its value") {
    Result<std::string, int> result = std::string("value");
    REQUIRE(result);
    CHECK(*result == "value");
    CHECK(result->size() == 5);
    *result += "s";
    CHECK(*result == "values");
}

TEST_CASE("a result holds its error, also of the same type as the value") {
    const Result<std::string, std::string> result = Failure{std::string("why")};
    REQUIRE_FALSE(result);
    CHECK(result.error() == "why");
}

TEST_CASE("a value that can only be moved can be taken out") {
    Result<std::unique_ptr<int>, int> result = std::make_unique<int>(7);
    const auto taken = *std::move(result);
    CHECK(*taken == 7);
}

}  // namespace result_test
