// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/hal_link.hpp"

#include "tests/daemon/loop.hpp"
#include "tests/support/catch.hpp"

#include <unistd.h>
#include <boost/asio/write.hpp>

#include <optional>

namespace hal_link_test {

using namespace charge_daemon;
using namespace std::chrono_literals;

namespace {

const std::vector<hal::ConnectorInfo> connectors{
    {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}},
    {2, hal::ConnectorType::Schuko, 1, units::Milliamps{10'000}}};

hal::Hello hello_of_hald() {
    hal::Hello hello;
    hello.software.value = "fake hald";
    hello.instance.value = "instance";
    hello.connectors.assign(connectors.begin(), connectors.end());
    return hello;
}

struct Fixture {
    EventLoop loop;
    asio::io_context& io = loop.io();
    std::string path = "/tmp/hal-link-test-" + std::to_string(::getpid()) + ".sock";
    std::optional<LocalAcceptor> acceptor;
    LocalSocket peer{io.get_executor()};
    std::array<char, 4096> block{};
    std::string received;
    int connections = 0;
    bool closed = false;
    std::vector<ocpp::core::Event> events;
    std::vector<std::string> notes;
    std::optional<HalLink> link;

    Fixture() {
        ::unlink(path.c_str());
        hal::Hello hello;
        hello.software.value = "test";
        HalTimes times;
        times.retry = 10ms;
        times.retry_after_refusal = 10ms;
        times.silence = 200ms;
        link.emplace(
            loop, path, connectors, hello, times,
            HalLink::Sinks{[this](ocpp::core::Event event) { events.push_back(std::move(event)); },
                           [this](const ocpp::core::Note& note) { notes.push_back(note.text); }});
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    ~Fixture() { ::unlink(path.c_str()); }

    void listen() {
        acceptor.emplace(io.get_executor(), asio::local::stream_protocol::endpoint(path));
        accept();
    }
    void accept() {
        acceptor->async_accept([this](ErrorCode ec, LocalSocket socket) {
            if (ec) return;
            ++connections;
            peer = std::move(socket);
            received.clear();
            closed = false;
            read();
            accept();
        });
    }
    void read() {
        peer.async_read_some(asio::buffer(block),
                             [this, mine = connections](ErrorCode ec, std::size_t size) {
                                 if (mine != connections) return;
                                 if (ec) {
                                     closed = true;
                                     return;
                                 }
                                 received.append(block.data(), size);
                                 read();
                             });
    }
    void say(const std::string& bytes) {
        ErrorCode ignored;
        asio::write(peer, asio::buffer(bytes), ignored);
    }
    void say(const hal::FromHardware& message) { say(hal::encode(message)); }
    void say_readings() {
        for (const int id : {1, 2}) {
            hal::Reading reading;
            reading.connector = id;
            say(reading);
        }
    }
    template <class E>
    std::size_t count() const {
        std::size_t n = 0;
        for (const auto& event : events) n += std::holds_alternative<E>(event) ? 1U : 0U;
        return n;
    }
    bool until(const std::function<bool()>& condition) { return fake::until(io, condition); }
    void connect() {
        listen();
        link->start();
        REQUIRE(until([this] { return received.find("\"hello\"") != std::string::npos; }));
        say(hello_of_hald());
        REQUIRE(until([this] { return count<ocpp::core::HalConnected>() == 1; }));
    }
    bool noted(const std::string& words) const {
        for (const auto& note : notes)
            if (note.find(words) != std::string::npos) return true;
        return false;
    }
};

std::vector<hal::Setpoint> wishes(bool power) {
    std::vector<hal::Setpoint> list(2);
    list[0].connector = 1;
    list[0].power_allowed = power;
    list[1].connector = 2;
    return list;
}

}  // namespace

TEST_CASE("readings and tags become events") {
    Fixture f;
    f.connect();
    f.say_readings();
    f.say(hal::TagRead{{"04A1B2C3"}});
    CHECK(f.until([&] { return f.count<hal::Reading>() == 2 && f.count<hal::TagRead>() == 1; }));
}

TEST_CASE("hardware that comes later is found, and found again") {
    Fixture f;
    f.link->start();
    REQUIRE(f.until([&] { return f.noted("No such file"); }));
    f.listen();
    REQUIRE(f.until([&] { return f.connections == 1; }));
    f.say(hello_of_hald());
    REQUIRE(f.until([&] { return f.count<ocpp::core::HalConnected>() == 1; }));
    ErrorCode ignored;
    f.peer.close(ignored);
    REQUIRE(f.until([&] { return f.count<ocpp::core::HalDisconnected>() == 1; }));
    CHECK(f.until([&] { return f.connections >= 2; }));
    CHECK(f.link->report().problem == "chargepoint-hald has gone");
}

TEST_CASE("another version is refused on both sides with both numbers, whatever else it says") {
    Fixture f;
    f.listen();
    f.link->start();
    REQUIRE(f.until([&] { return f.connections == 1; }));
    f.say(std::string(R"({"hello":{"version":99,"colour":"red"}})") + '\n');
    REQUIRE(f.until([&] { return f.closed; }));
    CHECK(f.received.find("\"refusal\"") != std::string::npos);
    CHECK(f.received.find("version 99") != std::string::npos);
    CHECK(f.noted("version 99"));
    CHECK(f.noted("version " + std::to_string(hal::protocol_version)));
    CHECK(f.count<ocpp::core::HalConnected>() == 0);
}

TEST_CASE("another board is refused with both lists") {
    Fixture f;
    f.listen();
    f.link->start();
    REQUIRE(f.until([&] { return f.connections == 1; }));
    auto hello = hello_of_hald();
    hello.connectors.pop_back();
    f.say(hello);
    REQUIRE(f.until([&] { return f.closed; }));
    CHECK(f.received.find("the connectors differ") != std::string::npos);
    CHECK(f.noted("2 = schuko 1x10000 mA"));
}

TEST_CASE("a refusal of the hardware is told") {
    Fixture f;
    f.listen();
    f.link->start();
    REQUIRE(f.until([&] { return f.connections == 1; }));
    f.say(hal::Refusal{{"too old"}});
    CHECK(f.until([&] { return f.noted("chargepoint-hald refuses: too old"); }));
}

TEST_CASE("what is wrong on the socket ends the connection with a word") {
    Fixture f;
    f.connect();
    SECTION("no JSON") { f.say(std::string("nonsense\n")); }
    SECTION("a second hello") { f.say(hello_of_hald()); }
    SECTION("a connector there is not") {
        hal::Reading reading;
        reading.connector = 3;
        f.say(reading);
    }
    SECTION("a line without an end") { f.say(std::string(hal::max_line_bytes + 1, 'x')); }
    REQUIRE(f.until([&] { return f.count<ocpp::core::HalDisconnected>() == 1 && f.closed; }));
    CHECK(f.received.find("\"refusal\"") != std::string::npos);
    CHECK(f.until([&] { return f.connections >= 2; }));
}

TEST_CASE("hardware that is mute is gone") {
    Fixture f;
    f.connect();
    REQUIRE(f.until([&] { return f.count<ocpp::core::HalDisconnected>() == 1; }));
    CHECK(f.link->report().problem == "chargepoint-hald is mute");
}

TEST_CASE("wishes wait until every connector has told its state") {
    Fixture f;
    f.connect();
    CHECK(!f.link->send(wishes(false)));
    f.say_readings();
    REQUIRE(f.until([&] { return f.link->ready() && f.count<hal::Reading>() == 2; }));
    CHECK(f.received.find("setpoint") == std::string::npos);
    CHECK(f.link->send(wishes(true)));
    REQUIRE(f.until([&] { return f.received.find("\"connector\":2") != std::string::npos; }));
    CHECK(f.received.find("\"power_allowed\":true") != std::string::npos);
    f.received.clear();
    CHECK(f.link->repeat());
    CHECK(f.until([&] { return f.received.find("\"power_allowed\":true") != std::string::npos; }));
}

TEST_CASE("a restart is asked for in one line") {
    Fixture f;
    f.connect();
    f.received.clear();
    f.link->send_restart();
    CHECK(f.until([&] { return f.received == "{\"restart\":{}}\n"; }));
}

}  // namespace hal_link_test
