// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/handshake.hpp"

#include "tests/support/catch.hpp"

namespace handshake_test {

using namespace charge_daemon;

namespace {

charge_daemon::Url url(const std::string& text) { return *charge_daemon::parse_url(text); }

}  // namespace

TEST_CASE("the identity is appended with exactly one slash, and encoded") {
    CHECK(request_target(url("ws://h"), "CP1") == "/CP1");
    CHECK(request_target(url("ws://h/"), "CP1") == "/CP1");
    CHECK(request_target(url("ws://h/ocpp"), "CP1") == "/ocpp/CP1");
    CHECK(request_target(url("ws://h/ocpp//"), "a b/c?d#e") == "/ocpp/a%20b%2Fc%3Fd%23e");
}

TEST_CASE("the host is named as RFC 7230 has it") {
    CHECK(host_header(url("ws://example.org"), "80") == "example.org");
    CHECK(host_header(url("ws://example.org:80"), "80") == "example.org");
    CHECK(host_header(url("ws://example.org:9000"), "80") == "example.org:9000");
    CHECK(host_header(url("ws://[::1]:9000"), "80") == "[::1]:9000");
    CHECK(host_header(url("ws://example.org:443"), "443") == "example.org");
    CHECK(host_header(url("ws://example.org:80"), "443") == "example.org:80");
}

TEST_CASE("Basic takes any bytes") {
    CHECK(basic_authorization({"", ""}) == "Basic Og==");
    CHECK(basic_authorization({"a", ""}) == "Basic YTo=");
    CHECK(basic_authorization({"Aladdin", "open sesame"}) ==
          "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617
    CHECK(basic_authorization({"u", std::string("\x00\xff", 2)}) == "Basic dToA/w==");
}

TEST_CASE("the profile says which credentials go with the first request") {
    const auto sent = [](const std::string& from, int profile, const std::string& key) {
        const auto credentials = credentials_of(url(from), {"CP1", profile, key});
        return credentials ? credentials->user + '=' + credentials->password : "none";
    };
    CHECK(sent("ws://h", 0, "key") == "none");
    CHECK(sent("ws://u:p@h", 0, "key") == "u=p");
    for (const int profile : {1, 2}) {
        CHECK(sent("ws://h", profile, "key") == "CP1=key");
        CHECK(sent("ws://u:p@h", profile, "key") == "CP1=key");
        CHECK(sent("ws://u:p@h", profile, "") == "u=p");
        CHECK(sent("ws://h", profile, "") == "none");
    }
    CHECK(sent("ws://u:p@h", 3, "key") == "none");
}

TEST_CASE("what a server answers instead of an upgrade is told with what may help") {
    CHECK(declined(503, "Service Unavailable", "") == "it answered 503 Service Unavailable");
    CHECK(declined(401, "Unauthorized", "") ==
          "it answered 401 Unauthorized: are identity and password known there?");
    CHECK(declined(404, "Not Found", "") ==
          "it answered 404 Not Found: is the URL right, and the identity known there?");
    CHECK(declined(301, "Moved Permanently", "wss://b/") ==
          "it answered 301 Moved Permanently: it wants to be called at \"wss://b/\", which is not "
          "followed");
    CHECK(declined(500, std::string(5'000, 'x'), "").size() < 300);
}

}  // namespace handshake_test
