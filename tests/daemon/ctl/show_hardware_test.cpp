// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/show_hardware.hpp"

#include "tests/support/catch.hpp"

namespace show_hardware_test {

using namespace charge_daemon::ctl;
using shared::Json;

namespace {

void has(const std::string& text, std::initializer_list<const char*> words) {
    for (const char* word : words) {
        CAPTURE(word, text);
        CHECK(text.find(word) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("readings of the hardware are a table") {
    has(readings_text(Json::parse(R"({"ok":true,"connectors":[{"connector":1,"pilot":"C","pwm":true,
        "plugged":true,"contactor_closed":true,"offered_amps":16.0,"amps":[16,16,15.9],
        "volts":[230,230,231],"watts":[3680,3680,3657],"energy_wh":1234.5,
        "celsius":{"Outlet":31.5,"Body":27},"faults":[{"code":"MeterOffline"}]}]})")),
        {"C2", "yes", "closed", "16.0 A", "16.0 16.0 15.9 A", "11.02 kW", "1.234 kWh",
         "Outlet 31.5", "MeterOffline"});
}

TEST_CASE("a pilot is shown with levels, rails and spread") {
    has(pilot_text(Json::parse(R"({"state":"B","pwm":false,"valid":false,"high_volts":8.978,
        "low_volts":8.978,"plus_rail_volts":12.01,"minus_rail_volts":-11.99,"vehicle_ohms":2740,
        "diode":false,"proximity_ohms":220,"second":{"samples":199,"invalid":1,
        "high":{"min_volts":8.9,"max_volts":9.1,"mean_volts":9,"sigma_volts":0.05}}})")),
        {"B1 (no valid sample)", "8.98 V", "12.01 V / -11.99 V", "2740 ohms", "220 ohms",
         "199 samples, 1 not valid", "8.90 to 9.10 V, mean 9.00 V, sigma 0.050 V"});
}

TEST_CASE("faults, or that there are none, and the rules on demand") {
    CHECK(faults_text(Json::parse(R"({"active":[]})")) == "No faults.\n");
    has(faults_text(Json::parse(R"({"active":[{"connector":2,"code":"Tamper","info":"x",
        "prevents_charging":false}],"rules":[{"code":"RelayWelded","prevents_charging":true,
        "delay_ms":15,"why":"voltage behind it"}]})")),
        {"Tamper", "warning", "RelayWelded", "no charging", "15 ms", "voltage behind it"});
}

TEST_CASE("the loop's times are a table of quantiles") {
    has(stats_text(Json::parse(R"({"real_time":true,"ticks":1000,"period_us":5000,"overruns":2,
        "lateness":{"p50_us":24,"p99_us":90,"p999_us":151,"max_us":400},
        "tick":{"p50_us":20,"p99_us":33,"p999_us":60,"max_us":67}})")),
        {"real time", "1000, one every 5 ms", "P99.9", "151 us", "67 us"});
}

TEST_CASE("calibration words are shown as a board file has them") {
    has(calibration_text(Json::parse(R"({"meter":"type2","checksum":"right","volts":[225.4,0,0],
        "amps":[1,0,0],"words":{"voltage_gain":[1,2,3]},"board_file":"/etc/x.toml",
        "proposed":{"voltage_gain":[4,2,3],"checksum":7}})")),
        {"type2", "right", "voltage_gain = [1,2,3]", "in /etc/x.toml:", "voltage_gain = [4,2,3]",
         "checksum = 7"});
    has(proof_text(Json::parse(R"({"connector":2,"result":"passed"})")), {"connector 2: passed"});
}

TEST_CASE("an answer of another version of the hardware process is shown as far as it goes") {
    for (const char* text : {"{}", R"({"connectors":[{}, 7],"active":[{}, 7],"rules":[1]})",
                             R"({"second":[],"lateness":7,"connectors":{"a":1}})"}) {
        const auto json = Json::parse(text);
        CHECK(!readings_text(json).empty());
        CHECK(!pilot_text(json).empty());
        CHECK(!faults_text(json).empty());
        CHECK(!stats_text(json).empty());
        CHECK(!calibration_text(json).empty());
        CHECK(!proof_text(json).empty());
    }
}

}  // namespace show_hardware_test
