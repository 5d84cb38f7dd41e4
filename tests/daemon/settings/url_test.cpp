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

TEST_CASE("wss has a port of its own") {
    const auto url = parse_url("wss://me:secret@example.org/a");
    REQUIRE(url);
    CHECK(url->secure);
    CHECK(url->host == "example.org");
    CHECK(url->port == "443");
    CHECK(url->password == "secret");
    CHECK(url->path == "/a");
    CHECK(parse_url("wss://example.org:80")->port == "80");
    CHECK_FALSE(parse_url("ws://example.org")->secure);
}

TEST_CASE("security profiles 2 and 3 turn ws into wss") {
    using charge_daemon::for_profile;
    using charge_daemon::shown;
    for (const int profile : {0, 1}) {
        CAPTURE(profile);
        CHECK(shown(for_profile(*parse_url("ws://a/x"), profile)) == "ws://a/x");
        CHECK(shown(for_profile(*parse_url("wss://a/x"), profile)) == "wss://a/x");
    }
    for (const int profile : {2, 3}) {
        CAPTURE(profile);
        const auto usual = for_profile(*parse_url("ws://u:p@a/x"), profile);
        CHECK(usual.secure);
        CHECK(usual.port == "443");
        CHECK(usual.user == "u");
        CHECK(usual.path == "/x");
        CHECK(for_profile(*parse_url("ws://a:9000/x"), profile).port == "9000");
        // A port that is written is meant.
        CHECK(for_profile(*parse_url("ws://a:80/x"), profile).port == "80");
        CHECK(for_profile(*parse_url("wss://a:8443/x"), profile).port == "8443");
    }
}

TEST_CASE("a URL is shown without its credentials") {
    using charge_daemon::shown;
    CHECK(shown(*parse_url("wss://me:secret@[::1]:9000/a")) == "wss://[::1]:9000/a");
    CHECK(shown(*parse_url("ws://me:secret@h")) == "ws://h/");
}

TEST_CASE("a wrong URL is refused with words") {
    for (const char* text : {"",
                             "x",
                             "http://a",
                             "wss://",
                             "wss://a:0",
                             "WS://a",
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
    CHECK(charge_daemon::without_password("wss://me:secret@h:1/p@q") == "wss://me:***@h:1/p@q");
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
