// SPDX-License-Identifier: Apache-2.0
// What crosses the HAL socket, to the letter: a change here needs another protocol_version.

#include "hal-service/shared/messages.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace messages_test {

namespace {

using namespace hal;

Reading full_reading() {
    Reading reading;
    reading.connector = 2;
    reading.plugged = reading.cable = reading.pwm = reading.ev_requests = true;
    reading.contactor_closed = reading.locked = true;
    reading.plug_count = 7;
    reading.pilot = PilotState::C;
    reading.phases = 1;
    reading.offered = {16'000};
    reading.current = {{{16'000}, {15'999}, {0}}};
    reading.voltage = {{{230'100}, {230'200}, {230'300}}};
    reading.power = {{{3681}, {3680}, {0}}};
    reading.power_factor = {{{1000}, {-987}, {0}}};
    reading.energy = {123'456'789};
    reading.frequency = {50'010};
    reading.outlet_temperature = units::MilliCelsius{25'125};
    reading.body_temperature = units::MilliCelsius{-125};
    reading.inlet_temperature = units::MilliCelsius{0};
    reading.cable_limit = {20'000};
    reading.temperature_limit = {13'000};
    reading.toggles = 2;
    reading.wake_ups = 1;
    reading.phase_change = true;
    reading.button = true;
    reading.faults = {{FaultCode::RelayWelded, {"L2"}, true},
                      {FaultCode::OverTemperature, {"Body 85.0 degrees"}, false}};
    return reading;
}

Hello full_hello() {
    Hello hello;
    hello.software.value = "chargepoint-hald 0.1.0";
    hello.instance.value = "0123456789abcdef";
    hello.connectors = {{1, ConnectorType::Type2Cable, 3, {32'000}},
                        {2, ConnectorType::Schuko, 1, {10'000}},
                        {3, ConnectorType::Type2Socket, 3, {63'000}}};
    return hello;
}

std::vector<FromHardware> up() {
    return {full_hello(),          Refusal{{"why"}},
            full_reading(),        Reading{},
            TagRead{{"04A1B2C3"}}, WeldChecked{1, true, {"L2"}, {{{300}, {229'100}, {800}}}, 120}};
}

std::vector<ToHardware> down() {
    return {Hello{protocol_version, {"chargepointd 0.1.0"}, {"1"}, {}}, Refusal{{"why"}},
            Setpoint{1,
                     true,
                     {16'000},
                     3,
                     true,
                     true,
                     Indication::LoadBalancing,
                     std::chrono::milliseconds(5000)},
            Panel{35, true}, Restart{}};
}

}  // namespace

TEST_CASE("every message has the form of the golden file") {
    std::ifstream file("tests/hal-service/shared/messages.golden");
    REQUIRE(file);
    const auto expect = [&](const std::string& encoded) {
        std::string line;
        REQUIRE(std::getline(file, line));
        CHECK(encoded == line + '\n');
    };
    std::string line;
    REQUIRE(std::getline(file, line));
    CHECK(line == "version " + std::to_string(protocol_version));
    for (const auto& message : up()) expect(encode(message));
    for (const auto& message : down()) expect(encode(message));
    CHECK_FALSE(std::getline(file, line));
}

TEST_CASE("every message survives the wire") {
    for (const auto& message : up()) {
        auto line = encode(message);
        line.pop_back();
        const auto back = decode_from_hardware(line);
        REQUIRE(back);
        CHECK(*back == message);
        CHECK(line.size() < max_line_bytes);
    }
    for (const auto& message : down()) {
        auto line = encode(message);
        line.pop_back();
        const auto back = decode_to_hardware(line);
        REQUIRE(back);
        CHECK(*back == message);
    }
}

TEST_CASE("the largest reading fits into a line") {
    auto reading = full_reading();
    reading.faults.clear();
    for (std::size_t i = 0; i < reading.faults.max; ++i)
        reading.faults.push_back({FaultCode::DStateNotSupported, {std::string(50, 'x')}, true});
    CHECK(encode(FromHardware{reading}).size() < max_line_bytes);
}

TEST_CASE("what is wrong with a line is said with its place") {
    const auto reason = [](std::string_view line) {
        const auto message = decode_to_hardware(line);
        return message ? std::string("fine") : message.error();
    };
    CHECK(reason("") == "not JSON in UTF-8");
    CHECK(reason("[]") == "a line is an object with one message in it");
    CHECK(reason("{}") == "a line is an object with one message in it");
    CHECK(reason(R"({"restart":{},"refusal":{}})") == "a line is an object with one message in it");
    CHECK(reason(R"({"reading":{}})") == "no message is called \"reading\"");
    CHECK(reason(R"({"restart":[]})") == "restart is not an object");
    CHECK(reason(R"({"restart":{"now":true}})") == "restart.now is not known");
    CHECK(reason(R"({"setpoint":{"connector":"1"}})") == "setpoint.connector is not a number");
    CHECK(reason(R"({"setpoint":{"connector":1}})") == "setpoint.power_allowed is required");
    CHECK(reason(R"({"restart":)" + std::string(max_line_bytes, ' ') + "{}}") ==
          "longer than allowed");
    CHECK(reason(std::string(9, '[') + std::string(9, ']')) == "nested deeper than allowed");
    CHECK(reason(R"({"restart":{}})") == "fine");
}

TEST_CASE("a negative lease is no lease") {
    auto line = encode(ToHardware{Setpoint{}});
    const auto at = line.find("\"valid_for_ms\":0");
    REQUIRE(at != std::string::npos);
    line.replace(at, 16, "\"valid_for_ms\":-1");
    CHECK_FALSE(decode_to_hardware(line));
}

}  // namespace messages_test
