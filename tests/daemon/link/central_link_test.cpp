// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/central_link.hpp"

#include "ocpp/wire/input_bounds.hpp"
#include "tests/daemon/fake_server.hpp"
#include "tests/daemon/loop.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

#include <optional>

namespace central_link_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using charge_daemon::fake::FakeServer;
using ocpp::core::Connected;
using ocpp::core::Disconnected;
using ocpp::core::FrameReceived;

namespace {

struct Fixture {
    EventLoop loop;
    FakeServer server{loop.io()};
    ocpp::core::LinkSettings settings;
    LinkTimes times;
    std::vector<std::string> texts;
    int connected = 0;
    std::vector<std::string> disconnected;
    std::vector<ocpp::core::DialProblem> failed;
    std::vector<std::string> notes;
    std::optional<CentralLink> link;

    Fixture() {
        settings.identity = "CP 1";
        settings.back_off_minimum = 0s;
        settings.back_off_random_range = 0s;
        times.close = 300ms;
        times.breather = 0ms;
    }

    void start(const std::string& userinfo = {}) {
        link.emplace(
            loop,
            CentralSystem{*charge_daemon::parse_url(server.url(userinfo)), "chargepointd/test"},
            settings, times,
            CentralLink::Sinks{
                [this](const ocpp::core::Event& event) { take(event); },
                [this](const ocpp::core::Note& note) { notes.push_back(note.text); }},
            [](const std::string&) -> shared::Result<PrivateKey, std::string> {
                return shared::Failure<std::string>{"it is gone"};
            });
        link->start();
    }

    void take(const ocpp::core::Event& event) {
        if (std::holds_alternative<Connected>(event)) ++connected;
        if (const auto* frame = std::get_if<FrameReceived>(&event)) texts.push_back(frame->text);
        if (const auto* end = std::get_if<Disconnected>(&event))
            disconnected.push_back(end->reason);
        if (const auto* failure = std::get_if<ocpp::core::DialFailed>(&event))
            failed.push_back(failure->problem);
    }

    bool until(const std::function<bool()>& condition) { return fake::until(loop, condition); }
    bool said(const std::string& words) const {
        for (const auto& note : notes)
            if (note.find(words) != std::string::npos) return true;
        return false;
    }
    void connect() {
        start();
        REQUIRE(until([this] { return connected == 1 && server.open; }));
    }
};

}  // namespace

TEST_CASE("the first request says who asks, for what, and with which software") {
    Fixture f;
    f.connect();
    CHECK(f.server.request.starts_with("GET /ocpp/CP%201 HTTP/1.1\r\n"));
    CHECK(f.server.request.find("Sec-WebSocket-Protocol: ocpp1.6\r\n") != std::string::npos);
    CHECK(f.server.request.find("User-Agent: chargepointd/test\r\n") != std::string::npos);
    CHECK(f.server.request.find("Authorization") == std::string::npos);
    CHECK(f.server.request.find("Sec-WebSocket-Extensions") == std::string::npos);
}

TEST_CASE("the first request carries the key, any bytes, under the identity") {
    Fixture f;
    f.settings.security_profile = 1;
    f.settings.authorization_key = std::string("\x00\xff:", 3);
    f.start();
    REQUIRE(f.until([&] { return f.connected == 1; }));
    CHECK(f.server.request.find("Authorization: Basic Q1AgMToA/zo=\r\n") != std::string::npos);
}

TEST_CASE("without a security profile only user and password of the URL are sent") {
    Fixture f;
    f.settings.authorization_key = "key";
    f.start("Aladdin:open%20sesame@");
    REQUIRE(f.until([&] { return f.connected == 1; }));
    CHECK(f.server.request.find("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") !=
          std::string::npos);
}

TEST_CASE("without the sub-protocol nothing is said, and it is tried again") {
    Fixture f;
    f.server.protocol = GENERATE(std::string(), std::string("ocpp2.0.1"));
    f.start();
    REQUIRE(f.until([&] { return f.server.connections >= 2; }));
    CHECK(f.connected == 0);
    CHECK(f.said("does not agree on the sub-protocol"));
    CHECK(f.failed.front() == ocpp::core::DialProblem::Declined);
    f.server.protocol = "ocpp1.6";
    CHECK(f.until([&] { return f.connected == 1; }));
    CHECK(f.disconnected.empty());
}

TEST_CASE("an HTTP status is told, and it is tried again") {
    Fixture f;
    f.server.refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    f.start();
    REQUIRE(f.until([&] { return f.server.connections >= 2; }));
    CHECK(f.said("it answered 401 Unauthorized"));
    CHECK(f.failed.front() == ocpp::core::DialProblem::Unauthorized);
    f.server.refusal.clear();
    CHECK(f.until([&] { return f.connected == 1; }));
}

TEST_CASE("a server that does not finish the handshake is given up") {
    Fixture f;
    f.server.accepts_handshake = false;
    f.times.handshake = 50ms;
    f.start();
    REQUIRE(f.until([&] { return f.server.connections >= 2; }));
    CHECK(f.said("the WebSocket handshake took too long"));
    CHECK(f.failed.front() == ocpp::core::DialProblem::Stalled);
}

TEST_CASE("profile 2 speaks TLS, and gives up a server that says nothing to it") {
    Fixture f;
    f.settings.security_profile = 2;
    f.times.handshake = 50ms;
    f.start();
    REQUIRE(f.until([&] { return !f.failed.empty(); }));
    CHECK(f.failed.front() == ocpp::core::DialProblem::Stalled);
    CHECK(f.said("127.0.0.1: it fell silent in the TLS handshake, before its first answer"));
    CHECK(f.server.request.empty());
}

TEST_CASE(
    "without its certificate and key a charge point in profile 3 calls nobody, and says why") {
    Fixture f;
    f.settings.security_profile = 3;
    std::string words = "there is no certificate of our own";
    SECTION("no certificate") {}
    SECTION("garbage") {
        f.settings.client_chain = "garbage";
        words = "our own certificate: ";
    }
    SECTION("no key") {
        f.settings.client_chain = certificates::make({}).certificate.pem();
        words = "the key of our own certificate: it is gone";
    }
    f.start();
    REQUIRE(f.until([&] { return f.failed.size() >= 2; }));
    CHECK(f.said("security profile 3 can't be used: " + words));
    CHECK(f.connected == 0);
    CHECK(f.server.connections == 0);
}

TEST_CASE("a name that nobody knows does not hold up the loop") {
    Fixture f;
    f.link.emplace(
        f.loop, CentralSystem{*charge_daemon::parse_url("ws://name.invalid/"), ""}, f.settings,
        f.times,
        CentralLink::Sinks{[](const ocpp::core::Event&) {},
                           [&](const ocpp::core::Note& note) { f.notes.push_back(note.text); }},
        KeyLoader{});
    f.link->start();
    CHECK(f.until([&] { return f.link->resolving(); }));
    CHECK(f.until([&] { return f.said("looking up name.invalid"); }));
}

TEST_CASE("texts arrive whole and in order, however they are cut") {
    Fixture f;
    f.connect();
    SECTION("several in one segment") {
        f.server.send(FakeServer::frame(1, "a") + FakeServer::frame(1, "b") +
                      FakeServer::frame(1, "c"));
    }
    SECTION("one in fragments with a ping between them") {
        f.server.send(FakeServer::frame(1, "a"));
        f.server.send(FakeServer::frame(1, "", false) + FakeServer::frame(9, "x") +
                      FakeServer::frame(0, "b"));
        f.server.send(FakeServer::frame(1, "c"));
    }
    SECTION("byte by byte") {
        for (const char c :
             FakeServer::frame(1, "a") + FakeServer::frame(1, "b") + FakeServer::frame(1, "c"))
            f.server.send(std::string(1, c));
    }
    CHECK(f.until([&] { return f.texts == std::vector<std::string>{"a", "b", "c"}; }));
}

TEST_CASE("frames leave in order, long ones too") {
    Fixture f;
    f.connect();
    const std::string longer(100'000, 'x');
    f.link->send({{"1", ""}, {longer, ""}, {"3", ""}});
    f.link->send({{"4", ""}});
    REQUIRE(f.until([&] { return f.server.frames.size() == 4; }));
    CHECK(f.server.frames[0].payload == "1");
    CHECK(f.server.frames[1].payload == longer);
    CHECK(f.server.frames[2].payload == "3");
    CHECK(f.server.frames[3].payload == "4");
}

TEST_CASE("a ping is answered with what it carries") {
    Fixture f;
    f.connect();
    f.server.send(FakeServer::frame(9, "echo"));
    REQUIRE(f.until([&] { return !f.server.frames.empty(); }));
    CHECK(f.server.frames[0].opcode == 10);
    CHECK(f.server.frames[0].payload == "echo");
}

TEST_CASE("a message at the limit arrives, a longer one is dropped and told, the next arrives") {
    Fixture f;
    f.connect();
    f.server.send(FakeServer::frame(1, std::string(ocpp::wire::max_frame_bytes, 'x')));
    REQUIRE(f.until([&] { return f.texts.size() == 1; }));
    CHECK(f.texts[0].size() == ocpp::wire::max_frame_bytes);
    f.server.send(FakeServer::frame(1, std::string(1'000'000, 'x')));
    f.server.send(FakeServer::frame(1, "next"));
    REQUIRE(f.until([&] { return f.texts.size() == 2; }));
    CHECK(f.texts[1] == "next");
    CHECK(f.said("a message of more than 262144 bytes was dropped"));
    CHECK(f.disconnected.empty());
}

TEST_CASE("text that is not UTF-8 ends the connection, and a new one begins") {
    Fixture f;
    f.connect();
    f.server.send(FakeServer::frame(1, "\xc3("));
    REQUIRE(f.until([&] { return f.connected == 2; }));
    CHECK(f.disconnected.size() == 1);
    CHECK(f.texts.empty());
}

TEST_CASE("a connection that is dropped is told once and built again") {
    Fixture f;
    f.connect();
    f.server.drop();
    REQUIRE(f.until([&] { return f.connected == 2; }));
    CHECK(f.disconnected.size() == 1);
}

TEST_CASE("a close of the central system is answered and its reason told") {
    Fixture f;
    f.connect();
    f.server.answers_close = false;
    f.server.send(FakeServer::frame(8, std::string("\x03\xe9", 2) + "bye"));
    REQUIRE(f.until([&] { return f.disconnected.size() == 1; }));
    CHECK(f.disconnected[0] == "closed with code 1001 bye");
}

TEST_CASE("a half-open connection is found by a ping without pong") {
    Fixture f;
    f.settings.ping_interval = 1s;
    f.times.pong = 50ms;
    f.server.answers_ping = false;
    f.start();
    REQUIRE(f.until([&] { return f.connected == 2; }));
    CHECK(f.disconnected[0] == "no pong within 0.0 s");
}

TEST_CASE("pings begin when the key says so, and keep a live connection") {
    Fixture f;
    f.connect();
    f.settings.ping_interval = 1s;
    f.link->follow(f.settings);
    REQUIRE(f.until([&] { return f.server.frames.size() == 2; }));
    CHECK(f.server.frames[0].opcode == 9);
    CHECK(f.server.frames[1].opcode == 9);
    CHECK(f.disconnected.empty());
}

TEST_CASE("held down it closes properly and stays away; released it dials at once") {
    Fixture f;
    f.settings.back_off_minimum = 3600s;
    f.connect();
    f.link->down();
    REQUIRE(
        f.until([&] { return f.link->report().state == "held" && f.disconnected.size() == 1; }));
    REQUIRE(!f.server.frames.empty());
    CHECK(f.server.frames.back().opcode == 8);
    CHECK(f.server.connections == 1);
    f.link->send({{"lost", ""}});
    f.link->up();
    REQUIRE(f.until([&] { return f.connected == 2; }));
    CHECK(!f.server.heard("lost"));
}

TEST_CASE("an identity that changed is used at once") {
    Fixture f;
    f.settings.back_off_minimum = 3600s;
    f.connect();
    f.link->send({{"last", ""}});
    f.settings.identity = "CP2";
    f.link->follow(f.settings);
    f.link->reconnect();
    REQUIRE(f.until([&] { return f.connected == 2; }));
    CHECK(f.server.heard("last"));
    CHECK(f.server.request.starts_with("GET /ocpp/CP2 "));
}

TEST_CASE("stopping says what is left and good-bye") {
    Fixture f;
    f.connect();
    bool stopped = false;
    f.link->send({{"last", ""}});
    f.link->stop([&] { stopped = true; });
    REQUIRE(f.until([&] { return stopped; }));
    CHECK(f.server.heard("last"));
    CHECK(f.server.frames.back().opcode == 8);
    CHECK(f.disconnected.size() == 1);
}

TEST_CASE("stopping does not wait for a server that is mute, nor for one that is not there") {
    Fixture f;
    bool stopped = false;
    SECTION("it does not answer the close") {
        f.server.answers_close = false;
        f.connect();
    }
    SECTION("it does not finish the handshake") {
        f.server.accepts_handshake = false;
        f.start();
        REQUIRE(f.until([&] { return !f.server.request.empty(); }));
    }
    SECTION("between two attempts") {
        f.settings.back_off_minimum = 3600s;
        f.server.refusal = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        f.start();
        REQUIRE(f.until([&] { return f.link->report().state == "waiting"; }));
    }
    f.link->stop([&] { stopped = true; });
    CHECK(f.until([&] { return stopped; }));
}

}  // namespace central_link_test
