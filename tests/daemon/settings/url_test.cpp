// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/url.hpp"

#include "tests/support/catch.hpp"

namespace url_test {

using charge_daemon::parse_url;

TEST_CASE("a URL is taken apart") {
    const auto url = parse_url("ws://example.org/a/b/");
    REQUIRE(url);
    CHECK(url->host == "example.org");
    CHECK(url->port == "80");
    CHECK(url->path == "/a/b/");
    CHECK(!url->credentials);

    const auto full = parse_url("ws://me:p%40s%3As%2F@[::1]:9000");
    REQUIRE(full);
    CHECK(full->credentials);
    CHECK(full->user == "me");
    CHECK(full->password == "p@s:s/");
    CHECK(full->host == "::1");
    CHECK(full->port == "9000");
    CHECK(full->path == "/");
}

TEST_CASE("a wrong URL is refused with words") {
    for (const char* text : {"",
                             "x",
                             "http://a",
                             "wss://a",
                             "ws://",
                             "ws:///a",
                             "ws://a:b",
                             "ws://a:0",
                             "ws://a:65536",
                             "ws://a:80:80",
                             "ws://a b",
                             "ws://a/\n",
                             "ws://a?x=1",
                             "ws://a#x",
                             "ws://user@a",
                             "ws://u:%4@a",
                             "ws://u:%zz@a",
                             "ws://u%3Ax:p@a",
                             "ws://[::1",
                             "ws://[zz]",
                             "ws://[]",
                             "ws://\xc3\xa4"}) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE(!url);
        CHECK(!url.error().empty());
    }
    CHECK(!parse_url("ws://a/" + std::string(charge_daemon::max_url_bytes, 'a')));
}

TEST_CASE("the password is hidden wherever it stands") {
    CHECK(charge_daemon::without_password("ws://me:secret@h:1/p@q") == "ws://me:***@h:1/p@q");
    CHECK(charge_daemon::without_password("ws://me:se@cret@h/p") == "ws://me:***@h/p");
    CHECK(charge_daemon::without_password("ws://h/p") == "ws://h/p");
    CHECK(charge_daemon::without_password("") == "");
}

TEST_CASE("everything but unreserved characters is percent-encoded") {
    CHECK(charge_daemon::percent_encoded("AZaz09-._~") == "AZaz09-._~");
    CHECK(charge_daemon::percent_encoded("KEY 1/?#%+") == "KEY%201%2F%3F%23%25%2B");
    CHECK(charge_daemon::percent_encoded("\xff") == "%FF");
}

TEST_CASE("a listening address has a host and a port") {
    CHECK(charge_daemon::is_host_and_port("127.0.0.1:8080"));
    CHECK(charge_daemon::is_host_and_port("[::]:80"));
    CHECK(!charge_daemon::is_host_and_port("127.0.0.1"));
    CHECK(!charge_daemon::is_host_and_port(":80"));
    CHECK(!charge_daemon::is_host_and_port("::80"));
}

}  // namespace url_test
