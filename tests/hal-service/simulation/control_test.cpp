// SPDX-License-Identifier: Apache-2.0
// The simulator's socket: answers in order, after the deed, and the world on file with them.

#include "hal-service/simulation/control.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/client.hpp"
#include "tests/support/folder.hpp"

#include <memory>

namespace control_test {

namespace {

using namespace simulation;
using namespace std::chrono_literals;

const std::vector<hal::ConnectorInfo> connectors = {
    {1, hal::ConnectorType::Type2Socket, 3, {32'000}},
    {2, hal::ConnectorType::Schuko, 1, {10'000}}};

struct Served {
    support::Folder folder;
    std::string path = folder / "sim.sock";
    bench::Bench board{connectors};
    std::vector<std::string> tags;
    std::optional<Control> control;
    bool running = true;  // the control loop

    Served() { begin(); }
    // A new process finds the world as it is.
    void begin() {
        control.reset();
        auto lines = hal::LineServer::listen(path, control_limits);
        REQUIRE(lines);
        control.emplace(
            *std::move(lines), board.simulator().hatch(), connectors,
            WorldFile(WorldFile::path_for(path)),
            Control::Events{.tag = [this](const std::string& tag) { tags.push_back(tag); },
                            .trouble = [](std::string_view problem) { FAIL(problem); }});
    }
    void serve() {
        control->serve();
        if (running) board.tick();
        control->advance();
    }
    bench::Client client() {
        return bench::Client(path, [this] { serve(); });
    }
    World on_file() {
        const auto world = WorldFile(WorldFile::path_for(path)).load(connectors);
        REQUIRE(world);
        return *world;
    }
};

shared::Json ask(bench::Client& client, std::string_view request) {
    client.say(request);
    return client.json();
}

}  // namespace

TEST_CASE("an answer comes after the deed, which is on file and to be seen") {
    Served s;
    auto client = s.client();
    CHECK(ask(client, R"({"do":"plug_in","connector":2})") == shared::Json{{"ok", true}});
    CHECK(s.on_file().outlets[1].vehicle_in);
    const auto seen = ask(client, R"({"do":"observe"})");
    CHECK(seen["ok"] == true);
    CHECK(seen["connectors"][1]["vehicle_state"] == "B");
    CHECK(seen["connectors"][0]["vehicle_state"] == "A");
    ask(client, R"({"do":"reset"})");
    CHECK(s.on_file() == fresh_world(connectors));
}

TEST_CASE("answers keep the order of the requests, refusals among them") {
    Served s;
    auto client = s.client();
    client.say(R"({"do":"plug_in","connector":1})");
    client.say("nonsense");
    client.say(R"({"do":"observe"})");
    client.say(R"({"do":"unplug","connector":7})");
    client.say(R"({"do":"unplug","connector":1})");
    CHECK(client.json() == shared::Json{{"ok", true}});
    CHECK(client.json()["error"] == "not JSON in UTF-8");
    CHECK(client.json().contains("connectors"));
    CHECK(client.json()["error"] == "there is no connector 7");
    CHECK(client.json() == shared::Json{{"ok", true}});
}

TEST_CASE("nothing is answered before the control loop has acted") {
    Served s;
    s.running = false;
    auto client = s.client();
    client.say(R"({"do":"plug_in","connector":2})");
    for (int i = 0; i < 100; ++i) s.serve();
    CHECK_FALSE(s.on_file().outlets[1].vehicle_in);
    s.running = true;
    CHECK(client.json()["ok"] == true);
    CHECK(s.on_file().outlets[1].vehicle_in);
}

TEST_CASE("what the world refuses is said") {
    Served s;
    auto client = s.client();
    ask(client, R"({"do":"plug_in","connector":1})");
    s.board.wish(16'000);
    s.board.until([&] { return s.board.closed(); });
    const auto refused = ask(client, R"({"do":"unplug","connector":1})");
    CHECK(refused["ok"] == false);
    CHECK(refused["error"] == "the lock holds the charge point end");
    CHECK(ask(client, R"({"do":"observe"})")["connectors"][0]["locked"] == true);
}

TEST_CASE("tags are read while the reader works") {
    Served s;
    auto client = s.client();
    CHECK(ask(client, R"({"do":"present_tag","uid":"04a1b2c3"})")["ok"] == true);
    CHECK(ask(client, R"({"do":"present_tag","id_tag":"typed"})")["ok"] == true);
    ask(client, R"({"do":"fault","name":"reader_offline"})");
    ask(client, R"({"do":"present_tag","uid":"04a1b2c4"})");
    CHECK(s.tags == std::vector<std::string>{"04A1B2C3", "typed"});
}

TEST_CASE("a card that lies on the reader is told once, through outages and restarts") {
    Served s;
    const auto told = [&](const std::vector<std::string>& requests) {
        auto client = s.client();
        const auto before = s.tags.size();
        for (const auto& request : requests) CHECK(ask(client, request)["ok"] == true);
        return s.tags.size() - before;
    };
    const std::string lay = R"({"do":"present_tag","uid":"04A1B2C3","stays":true})";
    const std::string take = R"({"do":"remove_tag"})";
    const std::string dead = R"({"do":"fault","name":"reader_offline"})";
    const std::string alive = R"({"do":"fault","name":"reader_offline","on":false})";
    CHECK(told({lay}) == 1);
    CHECK(told({lay, dead, alive}) == 0);
    s.begin();
    CHECK(told({dead, alive, lay}) == 0);
    // The reader didn't see that it was gone.
    CHECK(told({dead, take, lay, alive}) == 0);
    CHECK(told({take, lay}) == 1);
    CHECK(told({take, dead, lay}) == 0);
    CHECK(told({alive}) == 1);
    CHECK(s.tags == std::vector<std::string>(3, "04A1B2C3"));
    CHECK(std::string(s.on_file().card.data()) == "04A1B2C3");
}

TEST_CASE("a client that says its piece and stops listening for more still gets its answers") {
    Served s;
    auto client = s.client();
    client.say(R"({"do":"plug_in","connector":2})");
    client.say(R"({"do":"observe"})");
    client.end_input();
    CHECK(client.json()["ok"] == true);
    CHECK(client.json().contains("connectors"));
    CHECK(client.closed());
}

TEST_CASE("an observation has the shape of the interface") {
    Served s;
    auto client = s.client();
    const auto seen = ask(client, R"({"do":"observe"})");
    CHECK(seen["leds"].is_object());
    CHECK(seen["switch_count"] == shared::Json{{"1", 0}, {"2", 0}});
    REQUIRE(seen["connectors"].size() == 2);
    const auto one = seen["connectors"][0];
    CHECK(one == shared::Json::parse(R"({"id":1,"vehicle_state":"A","pilot":{"high_volts":12.0,
        "low_volts":12.0,"duty_percent":100.0,"pwm":false},
        "relays":{"L1":false,"L2":false,"L3":false,"N":false},"locked":false,
        "amps":[0.0,0.0,0.0],"volts":[230.0,230.0,230.0],"watts":0.0,"energy_wh":0.0})"));
}

TEST_CASE("whoever asks more than can wait is answered all the same, and in order") {
    Served s;
    s.running = false;
    auto client = s.client();
    auto patient = s.client();
    constexpr std::size_t asked = 3 * max_waiting_requests;
    std::string many;
    for (std::size_t i = 0; i < asked; ++i)
        many += i % 2 == 0 ? "{\"do\":\"reset\"}\n" : "{\"do\":\"dance\"}\n";
    client.send(many);
    for (int i = 0; i < 100; ++i) s.serve();
    patient.say(R"({"do":"observe"})");
    s.running = true;
    for (std::size_t i = 0; i < asked; ++i) REQUIRE(client.json()["ok"] == (i % 2 == 0));
    CHECK(patient.json()["ok"] == true);
}

TEST_CASE("one client more than there is room for is told so") {
    Served s;
    std::vector<std::unique_ptr<bench::Client>> clients;
    for (std::size_t i = 0; i <= max_clients; ++i) {
        clients.push_back(std::make_unique<bench::Client>(s.path, [&s] { s.serve(); }));
        s.serve();  // fewer may knock at once
    }
    clients.back()->say(R"({"do":"observe"})");
    CHECK(clients.back()->json()["error"] == "too many clients");
    CHECK(clients.back()->closed());
    CHECK(ask(*clients.front(), R"({"do":"observe"})")["ok"] == true);
}

}  // namespace control_test
