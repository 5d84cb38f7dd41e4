// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/time.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace time_test {

namespace {

using ocpp::wire::DateTime;
using std::chrono::milliseconds;

std::optional<std::int64_t> milliseconds_of(std::string_view text) {
    const auto time = DateTime::from_text(text);
    if (!time) return std::nullopt;
    return time->point.time_since_epoch().count();
}

std::string text_of(std::int64_t milliseconds_since_epoch) {
    return DateTime{DateTime::Point{milliseconds{milliseconds_since_epoch}}}.to_text();
}

std::string again(std::string_view text) {
    const auto time = DateTime::from_text(text);
    return time ? time->to_text() : "refused";
}

}  // namespace

TEST_CASE("a moment is read and written to the millisecond") {
    const struct {
        std::string text;
        std::int64_t count;
    } moments[] = {
        {"1970-01-01T00:00:00.000Z", 0},
        {"1970-01-01T00:00:00.001Z", 1},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2000-02-29T12:00:00.000Z", 951'825'600'000},
        {"2001-09-09T01:46:40.000Z", 1'000'000'000'000},
        {"2009-02-13T23:31:30.123Z", 1'234'567'890'123},
        {"2038-01-19T03:14:07.999Z", 2'147'483'647'999},
        {"2038-01-19T03:14:08.000Z", 2'147'483'648'000},
        {"2100-03-01T00:00:00.000Z", 4'107'542'400'000},
        {"2106-02-07T06:28:16.000Z", 4'294'967'296'000},
        {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
        {"0001-01-01T00:00:00.000Z", -62'135'596'800'000},
    };
    for (const auto& moment : moments) {
        INFO(moment.text);
        CHECK(milliseconds_of(moment.text) == moment.count);
        CHECK(text_of(moment.count) == moment.text);
    }
}

TEST_CASE("every day of four centuries survives") {
    constexpr std::int64_t day = 86'400'000;
    std::string before;
    for (std::int64_t n = 0; n < 146'097; ++n) {
        const auto text = text_of(n * day + 45'296'789);
        REQUIRE(milliseconds_of(text) == n * day + 45'296'789);
        REQUIRE(text > before);
        REQUIRE(text.substr(10) == "T12:34:56.789Z");
        before = text;
    }
    CHECK(before == "2369-12-31T12:34:56.789Z");
}

TEST_CASE("an offset is taken off") {
    CHECK(again("2024-01-01T00:30:00+01:00") == "2023-12-31T23:30:00.000Z");
    CHECK(again("2023-12-31T23:30:00-01:00") == "2024-01-01T00:30:00.000Z");
    CHECK(again("2024-06-15T12:00:00+05:45") == "2024-06-15T06:15:00.000Z");
    CHECK(again("2024-06-15T12:00:00-00:00") == "2024-06-15T12:00:00.000Z");
    CHECK(again("2024-06-15T12:00:00+00:00") == "2024-06-15T12:00:00.000Z");
    CHECK(again("2024-06-15T12:00:00+14:00") == "2024-06-14T22:00:00.000Z");
    CHECK(again("2024-06-15T12:00:00+0200") == "2024-06-15T10:00:00.000Z");
    CHECK(again("2024-06-15T12:00:00.25-23:59") == "2024-06-16T11:59:00.250Z");
}

TEST_CASE("a missing offset is UTC") {
    CHECK(again("2024-06-15T12:00:00") == "2024-06-15T12:00:00.000Z");
    CHECK(again("2024-06-15T12:00:00.5") == "2024-06-15T12:00:00.500Z");
}

TEST_CASE("a fraction has any number of digits, of which three count") {
    CHECK(again("2024-06-15T12:00:00.1Z") == "2024-06-15T12:00:00.100Z");
    CHECK(again("2024-06-15T12:00:00.12Z") == "2024-06-15T12:00:00.120Z");
    CHECK(again("2024-06-15T12:00:00.1234567Z") == "2024-06-15T12:00:00.123Z");
    CHECK(again("2024-06-15T12:00:00.999999999Z") == "2024-06-15T12:00:00.999Z");
    CHECK(again("2024-06-15T12:00:00." + std::string(10'000, '9') + "+01:00") ==
          "2024-06-15T11:00:00.999Z");
}

TEST_CASE("letters may be small, and a space may part date and time") {
    CHECK(again("2024-06-15t12:00:00z") == "2024-06-15T12:00:00.000Z");
    CHECK(again("2024-06-15 12:00:00Z") == "2024-06-15T12:00:00.000Z");
}

TEST_CASE("a leap second is the second after it") {
    CHECK(again("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00.000Z");
    CHECK(again("2016-12-31T23:59:60.5Z") == "2017-01-01T00:00:00.500Z");
    CHECK(again("2017-01-01T00:59:60+01:00") == "2017-01-01T00:00:00.000Z");
}

TEST_CASE("leap years are those of the Gregorian calendar") {
    CHECK(milliseconds_of("2024-02-29T00:00:00Z"));
    CHECK(milliseconds_of("2000-02-29T00:00:00Z"));
    CHECK_FALSE(milliseconds_of("2023-02-29T00:00:00Z"));
    CHECK_FALSE(milliseconds_of("2100-02-29T00:00:00Z"));
}

TEST_CASE("what is no moment is refused") {
    for (const std::string text : {
             "",
             "garbage",
             "Z",
             "2024",
             "2024-06-15",
             "2024-06-15T",
             "2024-06-15T12",
             "2024-06-15T12:00",
             "2024-06-15T12:00Z",
             "2024-6-15T12:00:00Z",
             "24-06-15T12:00:00Z",
             "02024-06-15T12:00:00Z",
             "+2024-06-15T12:00:00Z",
             "-2024-06-15T12:00:00Z",
             "2024/06/15T12:00:00Z",
             "20240615T120000Z",
             "2024-06-15_12:00:00Z",
             "2024-06-15T12-00-00Z",
             "2024-00-15T12:00:00Z",
             "2024-13-15T12:00:00Z",
             "2024-06-00T12:00:00Z",
             "2024-06-31T12:00:00Z",
             "2024-06-32T12:00:00Z",
             "2024-06-15T24:00:00Z",
             "2024-06-15T12:60:00Z",
             "2024-06-15T12:00:61Z",
             "2024-06-15T12:00:00.Z",
             "2024-06-15T12:00:00.",
             "2024-06-15T12:00:00,5Z",
             "2024-06-15T12:00:00.-5Z",
             "2024-06-15T12:00:00ZZ",
             "2024-06-15T12:00:00Z ",
             " 2024-06-15T12:00:00Z",
             "2024-06-15T12:00:00 Z",
             "2024-06-15T12:00:00UTC",
             "2024-06-15T12:00:00+",
             "2024-06-15T12:00:00+1",
             "2024-06-15T12:00:00+01",
             "2024-06-15T12:00:00+01:",
             "2024-06-15T12:00:00+01:0",
             "2024-06-15T12:00:00+24:00",
             "2024-06-15T12:00:00+01:60",
             "2024-06-15T12:00:00+01:00Z",
             "2024-06-15T12:00:00~01:00",
             "2024-06-15T12:00:0\xC2\xB2Z",
             "0000-01-01T00:00:00Z",
             "0001-01-01T00:00:00+00:01",
             "9999-12-31T23:59:59-00:01",
             "9999-12-31T23:59:60Z",
             "1718452800",
         }) {
        INFO(text);
        CHECK_FALSE(milliseconds_of(text));
    }
    CHECK_FALSE(milliseconds_of(std::string_view("2024-06-15T12:00:00Z\0", 21)));
    CHECK_FALSE(milliseconds_of(std::string(1'000'000, '2')));
}

TEST_CASE("a moment beyond what can be written is shown as the nearest that can") {
    CHECK(DateTime{DateTime::Point::max()}.to_text() == "9999-12-31T23:59:59.999Z");
    CHECK(DateTime{DateTime::Point::min()}.to_text() == "0001-01-01T00:00:00.000Z");
}

TEST_CASE("moments have an order") {
    const auto early = *DateTime::from_text("2024-06-15T12:00:00+02:00");
    const auto late = *DateTime::from_text("2024-06-15T12:00:00+01:00");
    CHECK(early < late);
    CHECK(early == *DateTime::from_text("2024-06-15T10:00:00.000999Z"));
}

}  // namespace time_test
