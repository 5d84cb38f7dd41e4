// SPDX-License-Identifier: Apache-2.0
// A stream is cut into lines however it arrives, and an endless line is noticed.

#include "hal-service/shared/lines.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace lines_test {

namespace {

std::vector<std::string> all(shared::Lines& lines) {
    std::vector<std::string> taken;
    while (const auto line = lines.next()) taken.emplace_back(*line);
    return taken;
}

}  // namespace

TEST_CASE("lines come out whole, whatever the pieces were") {
    const std::string stream = "one\ntwo\r\n\nfour\n";
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        INFO(size);
        shared::Lines lines(10);
        std::vector<std::string> taken;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            REQUIRE(lines.feed(std::string_view(stream).substr(at, size)));
            for (auto& line : all(lines)) taken.push_back(line);
        }
        CHECK(taken == std::vector<std::string>{"one", "two", "", "four"});
    }
}

TEST_CASE("an unfinished line waits for its end") {
    shared::Lines lines(10);
    REQUIRE(lines.feed("abc"));
    CHECK_FALSE(lines.next());
    REQUIRE(lines.feed("def\ng"));
    CHECK(all(lines) == std::vector<std::string>{"abcdef"});
}

TEST_CASE("a line may be as long as the limit and no longer") {
    CHECK(shared::Lines(4).feed("1234\n"));
    CHECK_FALSE(shared::Lines(4).feed("12345\n"));
    CHECK_FALSE(shared::Lines(4).feed("12345"));
    CHECK(shared::Lines(4).feed("1234\n1234\n1234\n12"));
    shared::Lines pieces(4);
    CHECK(pieces.feed("123"));
    CHECK_FALSE(pieces.feed("45"));
}

}  // namespace lines_test
