// SPDX-License-Identifier: Apache-2.0
// JSON from outside is bounded before anything is built from it.

#include "hal-service/shared/json.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace json_test {

using namespace shared;

namespace {
constexpr JsonBounds limits{1000, 4};
}

TEST_CASE("text within the limits is parsed") {
    const auto json = parse_json(R"({"a":[1,{"b":null}]})", limits);
    REQUIRE(json);
    CHECK((*json)["a"][0] == 1);
}

TEST_CASE("text beyond the limits is refused for what it is") {
    CHECK(parse_json(std::string(1001, ' '), limits).error() == JsonProblem::TooLong);
    CHECK(parse_json("[[[[[]]]]]", limits).error() == JsonProblem::TooDeep);
    CHECK(parse_json(std::string(500, '['), limits).error() == JsonProblem::TooDeep);
    CHECK(parse_json("[[[[1]]]]", limits));
}

TEST_CASE("brackets in strings are no depth") {
    CHECK(parse_json(R"({"a":"[[[[[[[[\"[[[["})", limits));
}

TEST_CASE("what is no JSON in UTF-8 is malformed") {
    for (const std::string text :
         {"", "{", "{]", "nul", "[1,]", "\"\xC3\x28\"", "{\"a\":1}x", "'a'"}) {
        INFO(text);
        const auto json = parse_json(text, limits);
        REQUIRE_FALSE(json);
        CHECK(json.error() == JsonProblem::Malformed);
        CHECK_FALSE(describe(json.error()).empty());
    }
}

TEST_CASE("dumping replaces what is not UTF-8 instead of failing") {
    CHECK(dump(Json("a\xFFz")) == "\"a\xEF\xBF\xBDz\"");
}

}  // namespace json_test
