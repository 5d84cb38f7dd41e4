// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/words.hpp"

#include "tests/support/catch.hpp"

namespace words_test {

using charge_daemon::ctl::request_from;

namespace {

std::string request(const std::vector<std::string>& words) {
    const auto json = request_from(words);
    return json ? shared::dump(*json) : "refused: " + json.error();
}

}  // namespace

TEST_CASE("words become a request, typed by what they look like") {
    CHECK(request({"observe"}) == R"({"do":"observe"})");
    CHECK(request({"plug_in", "connector=1", "end=vehicle"}) ==
          R"({"connector":1,"do":"plug_in","end":"vehicle"})");
    CHECK(request({"fault", "on=true", "celsius=81.5", "relay=L2"}) ==
          R"({"celsius":81.5,"do":"fault","on":true,"relay":"L2"})");
    CHECK(request({"mains", "volts=[230,0,230]"}) == R"({"do":"mains","volts":[230,0,230]})");
    CHECK(request({"x", "a=", "b=\"7\"", "c=null", "d={}", "e=a=b"}) ==
          R"({"a":"","b":"7","c":"null","d":"{}","do":"x","e":"a=b"})");
}

TEST_CASE("a card is text even when it looks like a number") {
    CHECK(request({"present_tag", "uid=12345678"}) == R"({"do":"present_tag","uid":"12345678"})");
    CHECK(request({"present_tag", "uid=12E45678"}) == R"({"do":"present_tag","uid":"12E45678"})");
    CHECK(request({"present_tag", "id_tag=true"}) == R"({"do":"present_tag","id_tag":"true"})");
}

TEST_CASE("words that make no request are refused") {
    CHECK(request({}).starts_with("refused"));
    CHECK(request({"connector=1"}).starts_with("refused"));
    CHECK(request({"plug_in", "connector"}).starts_with("refused"));
    CHECK(request({"plug_in", "=1"}).starts_with("refused"));
    CHECK(request({"plug_in", "a=1", "a=2"}).starts_with("refused"));
    CHECK(request({"plug_in", "do=2"}).starts_with("refused"));
    CHECK(request(std::vector<std::string>(100, "a")).starts_with("refused"));
}

}  // namespace words_test
