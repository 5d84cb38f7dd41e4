// SPDX-License-Identifier: Apache-2.0
// The world outlives the process, and a file that makes no sense is no world.

#include "hal-service/simulation/world_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <fstream>

namespace world_file_test {

namespace {

using namespace simulation;

const std::vector<hal::ConnectorInfo> connectors = {
    {1, hal::ConnectorType::Type2Cable, 3, {32'000}}, {2, hal::ConnectorType::Schuko, 1, {10'000}}};

World lived_in() {
    World world = fresh_world(connectors);
    auto& one = world.outlets[0];
    one.vehicle_in = one.cable_in = true;
    one.cable_rating = 20;
    one.switch_count = 17;
    one.car.max_current = {12'345};
    one.car.charge_uwh = 1'234'567'890;
    one.faults.welded[1] = true;
    one.faults.body_temperature = units::MilliCelsius{-5000};
    one.faults.bus_errors = 3;
    one.faults.residual_monitor = {true, {-9}};
    one.faults.lost_temperature[2] = one.faults.tamper = one.faults.button = true;
    one.faults.relay_supply = true;
    one.faults.meter_gain = 980;
    one.awake = true;
    std::string("04A1B2C3").copy(world.card.data(), 8);
    one.monitor = MonitorMemory{{-9}, 1'000'000'000'000};
    world.outlets[1].car.ready = false;
    world.mains.voltage[1] = {0};
    world.mains.frequency = {49'900};
    world.mains.interruption = std::chrono::milliseconds{60};
    return world;
}

}  // namespace

TEST_CASE("a world survives its file") {
    const support::Folder folder;
    const WorldFile file(WorldFile::path_for(folder / "sim.sock"));
    const auto none = file.load(connectors);
    REQUIRE(none);
    CHECK(*none == fresh_world(connectors));
    CHECK_FALSE(file.save(lived_in()));
    const auto back = file.load(connectors);
    REQUIRE(back);
    CHECK(*back == lived_in());
}

TEST_CASE("connectors are found by their numbers") {
    const auto text = world_to_text(lived_in());
    const auto back = world_from_text(text, {{2, hal::ConnectorType::Schuko, 1, {10'000}},
                                             {5, hal::ConnectorType::Schuko, 1, {10'000}}});
    REQUIRE(back);
    CHECK(back->count == 2);
    CHECK(back->outlets[0] == lived_in().outlets[1]);
    CHECK(back->outlets[1].id == 5);
}

TEST_CASE("what is no world is refused with the reason") {
    for (const std::string text : {"", "{}", "[1]", R"({"version":9,"mains":{},"outlets":[]})"}) {
        INFO(text);
        CHECK_FALSE(world_from_text(text, connectors));
    }
    const auto whole = world_to_text(lived_in());
    for (std::size_t size = 0; size + 2 < whole.size(); size += 11)
        CHECK_FALSE(world_from_text(whole.substr(0, size), connectors));
}

TEST_CASE("a number that no request could have set is refused") {
    const std::pair<const char*, const char*> changes[] = {
        {"\"phases\":3", "\"phases\":9"},
        {"\"max_current\":12345", "\"max_current\":-1"},
        {"\"charge_uwh\":1234567890", "\"charge_uwh\":9000000000000000000"},
        {"\"battery\":60000", "\"battery\":-5"},
        {"\"frequency\":49900", "\"frequency\":0"},
        {"\"interruption_us\":60000", "\"interruption_us\":700000000"},
        {"\"offset\":-9", "\"offset\":-9000"},
        {"\"meter_gain\":980", "\"meter_gain\":0"},
        {"\"voltage\":[230000,0,", "\"voltage\":[9230000,0,"},
    };
    for (const auto& [from, to] : changes) {
        INFO(to);
        auto text = world_to_text(lived_in());
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, std::string_view(from).size(), to);
        const auto world = world_from_text(text, connectors);
        REQUIRE_FALSE(world);
        CHECK_FALSE(world.error().empty());
    }
}

TEST_CASE("a folder that isn't there is an error to save to") {
    CHECK(WorldFile("/nonexistent/folder/world").save(lived_in()));
}

}  // namespace world_file_test
