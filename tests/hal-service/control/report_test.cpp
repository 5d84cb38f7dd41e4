// SPDX-License-Identifier: Apache-2.0
// What the loop publishes becomes a reading, with its numbers in words.

#include "hal-service/control/report.hpp"

#include "tests/support/catch.hpp"

namespace report_test {

using namespace hal;

TEST_CASE("a report becomes a reading") {
    Report report;
    report.condition.plugged = true;
    report.condition.pilot = PilotState::C;
    report.condition.offered = {16'000};
    report.condition.fault_count = 1;
    report.condition.faults[0] = {FaultCode::RelayWelded, true, {pole_bit(Pole::L2), 0}};
    report.kept.energy = {1234};
    report.current[1] = {15'000};
    report.body_temperature = units::MilliCelsius{25'125};
    const auto reading = to_reading(2, report);
    CHECK(reading.connector == 2);
    CHECK(reading.plugged);
    CHECK(reading.pilot == PilotState::C);
    CHECK(reading.offered.count == 16'000);
    CHECK(reading.energy.count == 1234);
    CHECK(reading.current[1].count == 15'000);
    CHECK(reading.body_temperature == units::MilliCelsius{25'125});
    CHECK_FALSE(reading.outlet_temperature);
    REQUIRE(reading.faults.size() == 1);
    CHECK(reading.faults[0] == Fault{FaultCode::RelayWelded, {"L2"}, true});
}

TEST_CASE("a fault's particulars in words") {
    const auto text = [](FaultCode code, std::int64_t first, std::int64_t second) {
        return describe({code, true, {first, second}});
    };
    CHECK(text(FaultCode::PWMVoltageError, 3250, -11'990) == "high 3.2 V low -11.9 V");
    CHECK(text(FaultCode::PilotGrounded, -40, -140) == "high 0.0 V low -0.1 V");
    CHECK(text(FaultCode::RelayStuckOpen, 7, 0) == "L1 L2 L3");
    CHECK(text(FaultCode::RelayWelded, 8, 0) == "N");
    CHECK(text(FaultCode::OverTemperature, 1, 85'500) == "Body 85.5 degrees");
    CHECK(text(FaultCode::OverCurrentL2, 20'000, 16'000) == "20.0 A of 16.0 A");
    CHECK(text(FaultCode::MeterOffline, 0, 0).empty());
}

TEST_CASE("particulars fit into their field however large the numbers are") {
    constexpr std::int64_t huge = 1'000'000'000;  // beyond any sensor
    for (std::size_t i = 0; i < names(FaultCode{}).size(); ++i)
        if (static_cast<FaultCode>(i) != FaultCode::OverTemperature)
            CHECK(describe({static_cast<FaultCode>(i), true, {huge, -huge}}).size() <=
                  decltype(Fault::info)::max);
}

}  // namespace report_test
