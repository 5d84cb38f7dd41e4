// SPDX-License-Identifier: Apache-2.0
// A technician's questions: what is answered, what is refused, and how often one may ask.

#include "hal-service/service_socket.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/client.hpp"
#include "tests/hal-service/folder.hpp"

namespace {

using namespace hal;
using namespace std::chrono_literals;

const std::vector<ConnectorInfo> connectors = {{1, ConnectorType::Type2Cable, 3, {32'000}},
                                               {2, ConnectorType::Schuko, 1, {10'000}},
                                               {3, ConnectorType::Type2Socket, 3, {32'000}}};

struct Asked {
    bench::Folder folder;
    std::string path = folder.path() + "/hal-service.sock";
    bench::Bench bench{connectors};
    std::optional<ServiceSocket> socket;

    Asked() {
        auto lines = LineServer::listen(path, service_limits);
        REQUIRE(lines);
        socket.emplace(*std::move(lines), bench.loop(), connectors);
    }
    bench::Client client() {
        return bench::Client(path, [this] { socket->serve(bench.now()); });
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
        clients.push_back(
            std::make_unique<bench::Client>(a.path, [&a] { a.socket->serve(a.bench.now()); }));
        clients.back()->say(R"({"do":"stats"})");
        CHECK(clients.back()->json()["ok"] == true);
    }
    auto turned_away = a.client();
    CHECK(turned_away.closed());
    clients.pop_back();
    a.socket->serve(a.bench.now());
    CHECK(a.ask(R"({"do":"stats"})")["ok"] == true);
}
