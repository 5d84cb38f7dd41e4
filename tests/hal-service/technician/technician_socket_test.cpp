// SPDX-License-Identifier: Apache-2.0
// A technician's questions: what is answered, what is refused, and how often one may ask.

#include "hal-service/technician/technician_socket.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/client.hpp"
#include "tests/support/folder.hpp"

namespace technician_socket_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

const std::vector<ConnectorInfo> connectors = {{1, ConnectorType::Type2Cable, 3, {32'000}},
                                               {2, ConnectorType::Schuko, 1, {10'000}},
                                               {3, ConnectorType::Type2Socket, 3, {32'000}}};

struct Asked {
    support::Folder folder;
    std::string path = folder / "hal-service.sock";
    bench::Bench bench{connectors};
    std::optional<TechnicianSocket> socket;
    bool running = false;

    Asked() {
        auto lines = LineServer::listen(path, service_limits);
        REQUIRE(lines);
        socket.emplace(*std::move(lines), bench.loop(), connectors);
    }
    bench::Client client() {
        return bench::Client(path, [this] { pass(); });
    }
    // Ten ticks of the loop, and what the service thread does after them.
    void pass() {
        if (running) bench.run(50ms);
        socket->serve(bench.now());
        socket->advance(bench.now());
    }
    // With the control loop running.
    shared::Json prove(std::string_view request) {
        running = true;
        const auto answer = ask(request);
        running = false;
        return answer;
    }
    shared::Json ask(std::string_view request) {
        auto asking = client();
        asking.say(request);
        return asking.json();
    }
    std::string refused(std::string_view request) {
        const auto answer = ask(request);
        CHECK(answer["ok"] == false);
        return answer.value("error", "");
    }
};

}  // namespace

TEST_CASE("readings are what an instrument would show") {
    Asked a;
    a.bench.charge(16'000);
    a.bench.run(5s);
    const auto answer = a.ask(R"({"do":"readings"})");
    CHECK(answer["ok"] == true);
    REQUIRE(answer["connectors"].size() == 3);
    const auto one = answer["connectors"][0];
    CHECK(one["pilot"] == "C");
    CHECK(one["pwm"] == true);
    CHECK(one["contactor_closed"] == true);
    CHECK(one["offered_amps"] == 16.0);
    CHECK(one["amps"] == shared::Json::array({16.0, 16.0, 16.0}));
    CHECK(one["volts"][2] == 230.0);
    CHECK(one["watts"][0] == 3680);
    CHECK(one["energy_wh"] > 0);
    CHECK(one["celsius"]["Outlet"] >= 25.0);
    CHECK(one["faults"].empty());
    CHECK(answer["connectors"][1]["type"] == "schuko");
}

TEST_CASE("a pilot's samples come with their spread over a second") {
    Asked a;
    a.bench.say(R"({"do":"plug_in","connector":3,"cable_rating":20})");
    a.bench.say(R"({"do":"fault","name":"pilot_noise","connector":3,"volts":0.5})");
    a.bench.run(3s);
    const auto pilot = a.ask(R"({"do":"pilot","connector":3})");
    CHECK(pilot["state"] == "B");
    CHECK(pilot["proximity_ohms"] == 680);
    CHECK(pilot["plus_rail_volts"] == 12.0);
    CHECK(pilot["high_volts"].get<double>() == Approx(8.98).margin(0.51));
    const auto second = pilot["second"];
    CHECK(second["samples"] == 200);
    CHECK(second["high"]["mean_volts"].get<double>() == Approx(8.98).margin(0.2));
    // Evenly distributed noise of +-0.5 V, of which the higher of two samples is the peak.
    CHECK(second["high"]["sigma_volts"].get<double>() > 0.1);
    CHECK(second["high"]["sigma_volts"].get<double>() < 0.4);
    a.bench.say(R"({"do":"fault","name":"pilot_noise","connector":3,"on":false})");
    a.bench.run(3s);
    CHECK(a.ask(R"({"do":"pilot","connector":3})")["second"]["high"]["sigma_volts"] == 0.0);
    CHECK_FALSE(a.ask(R"({"do":"pilot"})").contains("proximity_ohms"));
}

TEST_CASE("faults are told with their connector, and the table with all of its rules") {
    Asked a;
    CHECK(a.ask(R"({"do":"faults"})")["active"].empty());
    a.bench.say(R"({"do":"fault","name":"protective_earth","connector":2})");
    a.bench.run(1s);
    const auto answer = a.ask(R"({"do":"faults","all":true})");
    REQUIRE(answer["active"].size() == 1);
    CHECK(answer["active"][0]["code"] == "ProtectiveEarth");
    CHECK(answer["active"][0]["connector"] == 2);
    CHECK(answer["active"][0]["prevents_charging"] == true);
    CHECK(answer["rules"].size() == protection_rules().size());
    CHECK(answer["rules"][0]["why"].get<std::string>().size() > 10);
    CHECK_FALSE(a.ask(R"({"do":"faults"})").contains("rules"));
}

TEST_CASE("the loop's punctuality is told") {
    Asked a;
    const auto stats = a.ask(R"({"do":"stats"})");
    CHECK(stats["ticks"] == a.bench.ticks());
    CHECK(stats["period_us"] == 5000);
    for (const auto* times : {"lateness", "tick"})
        for (const auto* quantile : {"count", "p50_us", "p99_us", "p999_us", "max_us"})
            CHECK(stats[times][quantile].is_number());
}

TEST_CASE("what is wrong with a request is said") {
    Asked a;
    CHECK(a.refused("") == "not JSON in UTF-8");
    CHECK(a.refused("[]") == "a request is a JSON object");
    CHECK(a.refused("{}") == "do is required");
    CHECK(a.refused(R"({"do":"dance"})") == "do is none of its values");
    CHECK(a.refused(R"({"do":"pilot","connector":9})") == "there is no connector 9");
    CHECK(a.refused(R"({"do":"pilot","connector":"1"})") == "connector is not a number");
    CHECK(a.refused(R"({"do":"pilot","connector":2})") == "a schuko has no pilot");
    CHECK(a.refused(R"({"do":"pilot","all":true})") == "all does not belong to pilot");
    CHECK(a.refused(R"({"do":"stats","connector":1})") == "connector does not belong to stats");
    CHECK(a.refused(R"({"do":"stats","wings":2})") == "wings is not known");
    CHECK(a.refused(std::string(max_service_line_bytes + 1, 'x')).find("longer than") !=
          std::string::npos);
}

TEST_CASE("who asks too often is told so, and may ask again a second later") {
    Asked a;
    auto client = a.client();
    int refused = 0;
    constexpr int more = 5;
    for (int i = 0; i < max_service_requests + more; ++i) client.say(R"({"do":"stats"})");
    for (int i = 0; i < max_service_requests + more; ++i)
        if (client.json()["ok"] == false) ++refused;
    CHECK(refused == more);
    CHECK(a.ask(R"({"do":"stats"})")["ok"] == true);  // somebody else
    a.bench.run(1s);
    client.say(R"({"do":"stats"})");
    CHECK(client.json()["ok"] == true);
}

TEST_CASE("no more clients than there is room for") {
    Asked a;
    std::vector<std::unique_ptr<bench::Client>> clients;
    for (std::size_t i = 0; i < max_service_clients; ++i) {
        clients.push_back(std::make_unique<bench::Client>(a.path, [&a] { a.pass(); }));
        clients.back()->say(R"({"do":"stats"})");
        CHECK(clients.back()->json()["ok"] == true);
    }
    auto turned_away = a.client();
    CHECK(turned_away.closed());
    clients.pop_back();
    a.socket->serve(a.bench.now());
    CHECK(a.ask(R"({"do":"stats"})")["ok"] == true);
}

TEST_CASE("the residual current monitor is tested on demand, and the result is waited for") {
    Asked a;
    const auto passed = a.prove(R"({"do":"self_test","connector":1})");
    CHECK(passed["ok"] == true);
    CHECK(passed["result"] == "passed");
    a.bench.say(R"({"do":"fault","name":"residual_monitor","broken":true})");
    const auto failed = a.prove(R"({"do":"self_test","connector":1})");
    CHECK(failed["ok"] == false);
    CHECK(failed["result"] == "failed");
    CHECK(a.bench.fault(FaultCode::RcdSelfTest) != nullptr);
    a.bench.say(R"({"do":"fault","name":"residual_monitor","on":false})");
    CHECK(a.prove(R"({"do":"self_test","connector":1})")["result"] == "passed");
}

TEST_CASE("nothing is tested while a vehicle is served") {
    Asked a;
    a.bench.charge(16'000);
    const auto monitor = a.prove(R"({"do":"self_test","connector":1})");
    CHECK(monitor["ok"] == false);
    CHECK(monitor["error"] == "the contactors are not open");
    const auto relays = a.prove(R"({"do":"relay_test","connector":1,"confirm":true})");
    CHECK(relays["result"] == "refused");
    CHECK(relays["error"] == "a vehicle is plugged in");
    CHECK(a.bench.closed());
    CHECK(a.bench.condition().fault_count == 0);
}

TEST_CASE("the relays are tested when it is confirmed and nothing is plugged in") {
    Asked a;
    CHECK(a.refused(R"({"do":"relay_test","confirm":true})") ==
          "connector is required with relay_test");
    for (const auto* request : {R"({"do":"relay_test","connector":1})",
                                R"({"do":"relay_test","connector":1,"confirm":false})"})
        CHECK(a.refused(request) == "confirm=true is needed: the outlet is live for a moment");
    CHECK(a.bench.world().outlets[0].switch_count == 0);
    for (const int connector : {1, 2, 3}) {
        const auto answer = a.prove(R"({"do":"relay_test","confirm":true,"connector":)" +
                                    std::to_string(connector) + '}');
        INFO(shared::dump(answer));
        CHECK(answer["result"] == "passed");
        const auto index = static_cast<std::size_t>(connector - 1);
        CHECK(a.bench.world().outlets[index].switch_count == 1);
        CHECK_FALSE(a.bench.closed(index));
        CHECK(a.bench.condition(index).fault_count == 0);
    }
    // The outlet serves as before.
    a.bench.charge(16'000);
    CHECK(a.bench.closed());
}

TEST_CASE("a relay test says what has not followed, and why it may not be") {
    Asked a;
    a.bench.say(R"({"do":"fault","name":"relay_stuck_open","connector":1})");
    const auto stuck = a.prove(R"({"do":"relay_test","connector":1,"confirm":true})");
    CHECK(stuck["result"] == "failed");
    CHECK(stuck["error"] == "commanded K1, mirror contacts none, voltage behind none");
    a.bench.say(R"({"do":"fault","name":"relay_stuck_open","connector":1,"on":false})");
    a.bench.say(R"({"do":"fault","name":"protective_earth","connector":1})");
    a.bench.run(1s);
    CHECK(a.prove(R"({"do":"relay_test","connector":1,"confirm":true})")["error"] ==
          "a fault prevents it");
    a.bench.say(R"({"do":"plug_in","connector":3,"end":"charge_point"})");
    a.bench.run(1s);
    CHECK(a.prove(R"({"do":"relay_test","connector":3,"confirm":true})")["error"] ==
          "a cable is plugged in");
}

TEST_CASE("a vehicle that comes ends a relay test, and the contactors are open at once") {
    for (const Moment into : {Moment{100ms}, Moment{400ms}, Moment{700ms}}) {
        Asked a;
        REQUIRE(a.bench.loop().demands().push({1, Test::Relays, 0}));
        a.bench.run(into);
        a.bench.say(R"({"do":"plug_in","connector":1})");
        a.bench.until([&] { return a.bench.condition().plugged; }, 100ms);
        a.bench.tick();  // the wires are seen a tick after they were told
        CHECK_FALSE(a.bench.coil());
        CHECK(a.bench.loop().state().read().proof.state == ProofState::Interrupted);
        a.bench.run(100ms);
        CHECK_FALSE(a.bench.closed());
        CHECK(a.bench.condition().fault_count == 0);
    }
}

TEST_CASE("one test at a time, and others may look meanwhile") {
    Asked a;
    auto first = a.client();
    first.say(R"({"do":"self_test","connector":1})");
    for (int i = 0; i < 100; ++i) a.socket->serve(a.bench.now());
    CHECK(a.refused(R"({"do":"self_test","connector":2})") == "another test is running");
    CHECK(a.ask(R"({"do":"stats"})")["ok"] == true);
    first.say(R"({"do":"stats"})");
    CHECK(first.json()["error"] == "this connection waits for a test");
    first.end_input();  // it may still read
    a.running = true;
    CHECK(first.json()["result"] == "passed");
    CHECK(first.closed());
}

TEST_CASE("a loop that stands still is no reason to wait for ever") {
    Asked a;
    auto client = a.client();
    client.say(R"({"do":"self_test","connector":1})");
    for (int i = 0; i < 100; ++i) a.socket->serve(a.bench.now());
    a.socket->advance(a.bench.now() + test_within);
    CHECK(client.json()["error"] == "the test has not ended in time");
}

TEST_CASE("a meter that is off is compared with a reference, and better words are proposed") {
    Asked a;
    const auto words = a.ask(R"({"do":"calibrate","connector":1})");
    CHECK(words["words"]["voltage_gain"] == shared::Json::array({32768, 32768, 32768}));
    CHECK(words["checksum"] == "none");
    CHECK(words["volts"][0] == 230.0);
    CHECK_FALSE(words.contains("proposed"));
    a.bench.say(R"({"do":"fault","name":"meter_gain","per_mille":980})");
    a.bench.charge(16'000);
    a.bench.run(1s);
    const auto better =
        a.ask(R"({"do":"calibrate","connector":1,"volts":[230,0,230],"amps":[0,16,0]})");
    CHECK(better["volts"][0] == 225.4);
    CHECK(better["proposed"]["voltage_gain"] == shared::Json::array({33437, 32768, 33437}));
    CHECK(better["proposed"]["current_gain"] == shared::Json::array({32768, 33437, 32768}));
    CHECK(better["proposed"]["checksum"].is_number());
    CHECK(a.refused(R"({"do":"calibrate","connector":1,"volts":[0,0,400]})") ==
          "the voltage of L3 is too far off for a matter of calibration");
    CHECK(a.refused(R"({"do":"calibrate","connector":1,"volts":[-1,0,0]})") ==
          "volts[0] is out of range or has too many digits");
    CHECK(a.refused(R"({"do":"stats","volts":[1,0,0]})") ==
          "volts and amps do not belong to stats");
}

}  // namespace technician_socket_test
