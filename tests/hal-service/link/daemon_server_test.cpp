// SPDX-License-Identifier: Apache-2.0
// The daemon's connection: hello first, one version, the newest peer, and a reason for each
// refusal.

#include "hal-service/link/daemon_server.hpp"

#include "tests/hal-service/client.hpp"
#include "tests/support/folder.hpp"

namespace daemon_server_test {

namespace {

using namespace hal;

struct Served {
    support::Folder folder;
    std::string path = folder / "hal.sock";
    std::vector<Setpoint> setpoints;
    std::vector<Panel> panels;
    int restarts = 0;
    int arrivals = 0;
    int departures = 0;
    std::vector<std::string> refusals;
    std::optional<DaemonServer> server;

    Served() {
        auto lines = LineServer::listen(path, daemon_limits);
        REQUIRE(lines);
        Hello hello;
        hello.software.value = "chargepoint-hald test";
        hello.instance.value = "abc";
        hello.connectors = {{1, ConnectorType::Type2Cable, 3, {32'000}}};
        server.emplace(*std::move(lines), hello,
                       DaemonServer::Events{
                           .setpoint = [this](const Setpoint& s) { setpoints.push_back(s); },
                           .panel = [this](const Panel& p) { panels.push_back(p); },
                           .restart = [this] { ++restarts; },
                           .arrived = [this](std::string_view) { ++arrivals; },
                           .left = [this] { ++departures; },
                           .refused = [this](std::string_view r) { refusals.emplace_back(r); }});
    }
    bench::Client client() {
        return bench::Client(path, [this] { server->serve(); });
    }
    void serve_until(const std::function<bool()>& condition) {
        for (int i = 0; i < 10'000 && !condition(); ++i) server->serve();
        REQUIRE(condition());
    }
    static void greet(const bench::Client& client) {
        client.send(encode(ToHardware{Hello{protocol_version, {"test"}, {"1"}, {}}}));
    }
};

Setpoint setpoint() {
    Setpoint wish;
    wish.current_limit = {16'000};
    return wish;
}

}  // namespace

TEST_CASE("after hello from both sides readings go up and setpoints come down") {
    Served s;
    auto daemon = s.client();
    const auto hello = daemon.next("hello");
    CHECK(hello["version"] == protocol_version);
    CHECK(hello["connectors"][0]["max_current"] == 32'000);
    CHECK_FALSE(s.server->send(TagRead{{"early"}}));
    Served::greet(daemon);
    s.serve_until([&] { return s.arrivals == 1; });

    daemon.send(encode(ToHardware{setpoint()}) + encode(ToHardware{Restart{}}));
    s.serve_until([&] { return s.restarts == 1; });
    REQUIRE(s.setpoints.size() == 1);
    CHECK(s.setpoints[0] == setpoint());
    daemon.send(encode(ToHardware{Panel{35, true}}));
    s.serve_until([&] { return !s.panels.empty(); });
    CHECK(s.panels[0] == Panel{35, true});

    Reading one;
    Reading two;
    two.connector = 2;
    s.server->send({one, two});
    CHECK(s.server->send(TagRead{{"04A1B2C3"}}));
    CHECK(daemon.next("reading")["connector"] == 1);
    CHECK(daemon.next("reading")["connector"] == 2);
    CHECK(daemon.next("tag_read")["id_tag"] == "04A1B2C3");
}

TEST_CASE("another version is refused with both numbers, whatever else its hello says") {
    const std::string hello = GENERATE(
        R"({"hello":{"version":1,"software":"x","instance":"1","connectors":[]}})",
        R"({"hello":{"version":0,"software":"x","instance":"1","connectors":[],"more":true}})",
        R"({"hello":{"version":-7}})");
    Served s;
    auto peer = s.client();
    peer.next("hello");
    peer.say(hello);
    const std::string reason = peer.next("refusal")["reason"];
    CHECK(reason.find("version 3") != std::string::npos);
    CHECK(reason.find("same release") != std::string::npos);
    CHECK(peer.closed());
    CHECK(s.arrivals == 0);
    CHECK(s.refusals.size() == 1);
}

TEST_CASE("what a peer may not say ends its connection with the reason") {
    struct Case {
        bool greeted;
        std::string line;
        std::string reason;
    };
    auto far = setpoint();
    far.connector = 9;
    auto two_phases = setpoint();
    two_phases.phases = 2;
    auto negative = setpoint();
    negative.current_limit = {-1};
    const auto test = GENERATE_COPY(
        Case{false, encode(ToHardware{setpoint()}), "before hello"},
        Case{false, encode(ToHardware{Restart{}}), "before hello"},
        Case{false, "nonsense\n", "not JSON"}, Case{true, "{}\n", "one message"},
        Case{true, "{\"reading\":{}}\n", "no message is called"},
        Case{true, encode(ToHardware{far}), "no connector 9"},
        Case{true, encode(ToHardware{two_phases}), "neither 1 nor 3"},
        Case{true, encode(ToHardware{negative}), "negative"},
        Case{true, encode(ToHardware{Hello{protocol_version, {"test"}, {"1"}, {}}}), "before"},
        Case{true, std::string(max_line_bytes + 1, ' '), "longer than"});
    INFO(test.line.substr(0, 80));
    Served s;
    auto peer = s.client();
    peer.next("hello");
    if (test.greeted) Served::greet(peer);
    peer.send(test.line);
    const std::string reason = peer.next("refusal")["reason"];
    CHECK(reason.find(test.reason) != std::string::npos);
    CHECK(peer.closed());
    CHECK(s.setpoints.empty());
    CHECK(s.restarts == 0);
    CHECK(s.departures == (test.greeted ? 1 : 0));
}

TEST_CASE("a peer's refusal is heard and its connection ended") {
    Served s;
    auto peer = s.client();
    peer.next("hello");
    peer.send(encode(ToHardware{Refusal{{"I speak version 3"}}}));
    CHECK(peer.closed());
    REQUIRE(s.refusals.size() == 1);
    CHECK(s.refusals[0].find("I speak version 3") != std::string::npos);
}

TEST_CASE("a newer daemon takes the place of an older one") {
    Served s;
    auto older = s.client();
    Served::greet(older);
    s.serve_until([&] { return s.arrivals == 1; });
    auto visitor = s.client();
    visitor.next("hello");  // looks, and takes nobody's place
    auto newer = s.client();
    Served::greet(newer);
    s.serve_until([&] { return s.arrivals == 2; });
    CHECK(older.next("refusal")["reason"].get<std::string>().find("newer") != std::string::npos);
    CHECK(older.closed());
    s.server->send({Reading{}});
    newer.next("reading");
    CHECK(s.server->daemon_present());
    CHECK(s.departures == 0);
}

TEST_CASE("a daemon that leaves is noticed") {
    Served s;
    {
        auto daemon = s.client();
        Served::greet(daemon);
        s.serve_until([&] { return s.arrivals == 1; });
    }
    s.serve_until([&] { return s.departures == 1; });
    CHECK_FALSE(s.server->daemon_present());
    s.server->send({Reading{}});
}

TEST_CASE("a daemon that does not read blocks nobody and is dropped") {
    Served s;
    auto daemon = s.client();
    Served::greet(daemon);
    s.serve_until([&] { return s.arrivals == 1; });
    const std::vector<Reading> readings(2);
    for (int i = 0; i < 10'000 && s.departures == 0; ++i) {
        s.server->send(readings);
        s.server->serve();
    }
    CHECK(s.departures == 1);
}

}  // namespace daemon_server_test
