// SPDX-License-Identifier: Apache-2.0
// A socket's table of requests: what is read, who may ask, and the words of each refusal.

#include "hal-service/shared/requests.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "tests/support/catch.hpp"

#include <array>

namespace shared_requests_test {

using namespace shared;

namespace {

struct Lamp {
    int brightness = 0;
};

struct Dim {
    int to = 0;
    static constexpr auto fields(auto of) { return of(Field{"to", &Dim::to}); }
};

Result<int, std::string> show(const Lamp& lamp, const NoFields& /*fields*/) {
    return lamp.brightness;
}
Result<int, std::string> dim(Lamp& lamp, const Dim& fields) {
    if (fields.to > 100) return Failure{std::string("to is more than there is")};
    return std::exchange(lamp.brightness, fields.to);
}

constexpr std::array lamp_requests{Request<Lamp, int>{"show", Access::Look,
                                                      [](Lamp& lamp, const Asked& asked) {
                                                          return with_fields<show>(lamp, asked);
                                                      }},
                                   Request<Lamp, int>{"dim", Access::Act, with_fields<dim>}};

constexpr RequestWords words{"it is ", "no object", "no verb", "a strange verb",
                             [](std::string_view verb) { return "not " + std::string(verb); }};

std::string said(Lamp& lamp, std::string_view line, Access granted = Access::Act) {
    const auto asked = read_request(line, JsonBounds{60, 2}, words);
    if (!asked) return asked.error();
    const auto answer = serve(lamp_requests, lamp, *asked, words, granted);
    return answer ? std::to_string(*answer) : answer.error();
}

}  // namespace

TEST_CASE("what a parser might take one way or another is refused") {
    Lamp lamp;
    CHECK(said(lamp, "\xEF\xBB\xBF{\"do\":\"show\"}") == "it is preceded by a byte order mark");
    CHECK(said(lamp, R"({"do":"show","do":"dim","to":1})") == "do is given twice");
    CHECK(said(lamp, R"({"do":"dim","to":1,"to":2})") == "to is given twice");
    CHECK(said(lamp, R"({"do":"dim","to":{"a":1,"a":2}})") == "to.a is given twice");
    CHECK(said(lamp, R"({"do":"dim","to":["to","to"]})") == "to is not a number");
    CHECK(lamp.brightness == 0);
}

TEST_CASE("a request is answered by the row of its verb, with its fields") {
    Lamp lamp;
    CHECK(said(lamp, R"({"do":"dim","to":30})") == "0");
    CHECK(said(lamp, R"({"to":40,"do":"dim"})") == "30");
    CHECK(said(lamp, R"({"do":"show"})") == "40");
    CHECK(said(lamp, R"({"do":"dim","to":101})") == "to is more than there is");
    CHECK(lamp.brightness == 40);
}

TEST_CASE("fields are refused by the row that does not know them") {
    Lamp lamp;
    CHECK(said(lamp, R"({"do":"show","to":1})") == "to is not known");
    CHECK(said(lamp, R"({"do":"dim"})") == "to is required");
    CHECK(said(lamp, R"({"do":"dim","to":"1"})") == "to is not a number");
}

TEST_CASE("who may only look cannot act") {
    Lamp lamp{7};
    CHECK(said(lamp, R"({"do":"dim","to":30})", Access::Look) == "dim is not allowed here");
    CHECK(lamp.brightness == 7);
    CHECK(said(lamp, R"({"do":"show"})", Access::Look) == "7");
    CHECK(said(lamp, R"({"do":"melt"})", Access::Look) == "not melt");
}

TEST_CASE("each socket has its own words for what is no request of its table") {
    Lamp lamp;
    CHECK(said(lamp, "") == "it is not JSON in UTF-8");
    CHECK(said(lamp, R"({"do":"show"                                                       })") ==
          "it is longer than allowed");
    CHECK(said(lamp, R"([[[]]])") == "it is nested deeper than allowed");
    CHECK(said(lamp, "[]") == "no object");
    CHECK(said(lamp, "{}") == "no verb");
    CHECK(said(lamp, R"({"do":1})") == "a strange verb");
    CHECK(said(lamp, R"({"do":"dance","to":1})") == "not dance");
}

}  // namespace shared_requests_test
