// SPDX-License-Identifier: Apache-2.0
// What is measured, and with which message it goes: OCPP 1.6 3.16, 4.7, 5.17, errata 4.0 3.14
// to 3.16, 3.89.

#include "ocpp/core/ledger.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace metering_test {

using shared::Json;
using test::install;
using test::periods;
using test::profile;
using test::seconds;

namespace {

const test::World::Options with_data{
    .keys = {{"MeterValueSampleInterval", "60"},
             {"ClockAlignedDataInterval", "900"},
             {"HeartbeatInterval", "86400"},
             {"StopTxnSampledData", "Energy.Active.Import.Register,Current.Import.L1"},
             {"StopTxnAlignedData", "Power.Active.Import.L1"}}};

Json newest(const test::World& w, const char* action) {
    Json found;
    for (const auto& call : w.calls())
        if (call[2] == action) found = call[3];
    return found;
}

std::vector<std::string> contexts(const Json& stop) {
    std::vector<std::string> found;
    for (const auto& value : stop["transactionData"])
        found.push_back(value["sampledValue"][0]["context"]);
    return found;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("StopTransaction carries begin, samples, even times and end", with_data) {
    w.boot().wait(seconds{770}).plug(1).tag("A").wait(seconds{140}).tag("A");
    if (w.disturbed()) return;
    const auto stop = newest(w, "StopTransaction");
    CHECK(contexts(stop) == std::vector<std::string>{"Transaction.Begin", "Sample.Periodic",
                                                     "Sample.Periodic", "Sample.Clock",
                                                     "Transaction.End"});
    const auto& begin = stop["transactionData"].front();
    const auto& end = stop["transactionData"].back();
    CHECK(begin["sampledValue"].size() == 3);
    CHECK(begin["sampledValue"][0]["value"] == "0");
    CHECK(begin["timestamp"] == newest(w, "StartTransaction")["timestamp"]);
    CHECK(end["sampledValue"][0]["value"] == std::to_string(stop["meterStop"].get<int>()));
    CHECK(end["timestamp"] == stop["timestamp"]);
}

SCENARIO_IN_WORLD_WITH("what StopTransaction carries survives a power cut", with_data) {
    w.boot().plug(1).tag("A").wait(seconds{200});
    w.store().flush();
    w.power_cut().wait(seconds{5});
    if (w.disturbed()) return;
    const auto stop = newest(w, "StopTransaction");
    CHECK(contexts(stop).front() == "Transaction.Begin");
    CHECK(contexts(stop).back() == "Transaction.End");
    CHECK(contexts(stop).size() == 5);
    CHECK(stop["transactionData"].back()["sampledValue"].size() == 1);
    CHECK(w.store().load().queue.empty());
}

TEST_CASE("what lies between begin and end is thinned out") {
    test::World w{with_data};
    w.boot().plug(1).tag("A").wait(seconds{60 * 300}).tag("A");
    const auto found = contexts(newest(w, "StopTransaction"));
    CHECK(found.size() <= ocpp::core::TransactionData::max_values);
    CHECK(found.size() > ocpp::core::TransactionData::max_values / 3);
    CHECK(found.front() == "Transaction.Begin");
    CHECK(found.back() == "Transaction.End");
}

TEST_CASE("empty lists mean no transactionData at all") {
    test::World w;
    w.boot().plug(1).tag("A").wait(seconds{60}).tag("A");
    CHECK_FALSE(newest(w, "StopTransaction").contains("transactionData"));
}

TEST_CASE("the first values come with the start, and go on at zero while suspended") {
    test::World w{{.keys = {{"MeterValueSampleInterval", "30"},
                            {"MeterValuesSampledData", "Current.Import,Power.Active.Import.L1"}}}};
    w.boot().plug(1).tag("A").says({"StatusNotification 1 Preparing", "Authorize A",
                                    "StartTransaction 1 A", "MeterValues 1 1001",
                                    "StatusNotification 1 Charging"});
    w.vehicle_wants(1, false).plug(2).tag("B").wait(seconds{60});
    int zero = 0;
    for (const auto& call : w.calls())
        if (call[2] == "MeterValues" && call[3]["connectorId"] == 1 &&
            call[3]["meterValue"][0]["sampledValue"][0]["value"] == "0.00")
            ++zero;
    CHECK(zero >= 2);
}

SCENARIO_IN_WORLD("triggered values carry a transactionId only in a transaction") {
    w.boot().call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    w.says({"MeterValues 1"});
    w.plug(1).tag("A").wait(seconds{10}).said();
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}});
    w.says({"MeterValues 1 1001", "MeterValues 2"});
    if (w.disturbed()) return;
    CHECK(newest(w, "MeterValues")["meterValue"][0]["sampledValue"][0]["context"] == "Trigger");
}

TEST_CASE("phases are told as the grid has them, as ConnectorPhaseRotation says") {
    test::World w;
    w.boot().set_key("MeterValuesSampledData", "Current.Import,Voltage.L2");
    w.set_key("ConnectorPhaseRotation", "0.RST,1.TRS,2.SRT");
    const auto told = [&w](int connector) {
        w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", connector}});
        const auto request = newest(w, "MeterValues");
        std::vector<std::string> values;
        for (const auto& v : request["meterValue"][0]["sampledValue"])
            values.push_back(v.value("phase", "-") + ' ' + v["value"].get<std::string>());
        return values;
    };
    w.plug(2).tag("A").wait(seconds{60});
    // The only phase of the household outlet is L2.
    CHECK(told(2) == std::vector<std::string>{"- 10.00", "L2 10.00", "L2-N 230.0"});
    auto one_phase = periods({{0, 16}});
    one_phase[0]["numberPhases"] = 1;
    auto relative = profile(1, "TxDefaultProfile", 0, one_phase);
    relative["chargingProfileKind"] = "Relative";
    install(w, 1, relative);
    w.plug(1).tag("B").wait(seconds{60});
    // The first pole of the other one, which alone is closed, is L3.
    const auto one = told(1);
    CHECK(one ==
          std::vector<std::string>{"- 16.00", "L1 0.00", "L2 0.00", "L3 16.00", "L2-N 230.0"});
}

TEST_CASE("each wired phase is told, switched through or not, and no value twice") {
    test::World w;
    w.boot().set_key("MeterValuesSampledData",
                     "Current.Import,Voltage.L2,Voltage,Power.Active.Import,Current.Import.L1");
    const auto told = [&w](const char* measurand) {
        w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
        const auto request = newest(w, "MeterValues");
        std::vector<std::string> values;
        for (const auto& v : request["meterValue"][0]["sampledValue"])
            if (v["measurand"] == measurand)
                values.push_back(v.value("phase", "-") + ' ' + v["value"].get<std::string>());
        return values;
    };
    using Values = std::vector<std::string>;
    w.plug(1).tag("A").wait(seconds{60});
    CHECK(told("Current.Import") == Values{"- 16.00", "L1 16.00", "L2 16.00", "L3 16.00"});
    auto one_phase = periods({{0, 16}});
    one_phase[0]["numberPhases"] = 1;
    auto relative = profile(1, "TxDefaultProfile", 0, one_phase);
    relative["chargingProfileKind"] = "Relative";
    install(w, 1, relative);
    w.wait(seconds{10});
    CHECK(told("Current.Import") == Values{"- 16.00", "L1 16.00", "L2 0.00", "L3 0.00"});
    CHECK(told("Power.Active.Import") == Values{"- 3680", "L1 3680", "L2 0", "L3 0"});
    CHECK(told("Voltage") == Values{"L2-N 230.0", "L1-N 230.0", "L3-N 230.0"});
    w.set_key("InstallationPhases", "1.1");
    CHECK(told("Current.Import") == Values{"- 16.00", "L1 16.00"});
    CHECK(told("Power.Active.Import") == Values{"- 3680"});
}

SCENARIO_IN_WORLD("clock-aligned values of an idle connector are told later, too") {
    w.boot().set_key("ClockAlignedDataInterval", "900").disconnect().wait(seconds{1'800}).said();
    w.store().flush();
    w.restart().connect().says({"BootNotification", "StatusNotification 0 Available",
                                "StatusNotification 1 Available", "StatusNotification 2 Available",
                                "MeterValues 1", "MeterValues 2", "MeterValues 1",
                                "MeterValues 2"});
    if (w.disturbed()) return;
    CHECK(newest(w, "MeterValues")["meterValue"][0]["timestamp"] == "2026-03-28T22:30:00.000Z");
    CHECK_FALSE(newest(w, "MeterValues").contains("transactionId"));
    w.store().flush();
    CHECK(w.store().load().queue.empty());
}

SCENARIO_IN_WORLD("values of an idle connector are sent again like others") {
    w.call_errors["MeterValues"] = "InternalError";
    w.boot().set_key("ClockAlignedDataInterval", "900").said();
    w.wait(seconds{900}).says({"MeterValues 1"}).call_errors.clear();
    w.wait(seconds{60}).says({"MeterValues 1", "MeterValues 2"});
}

SCENARIO_IN_WORLD("values that are triggered before the transaction has its number wait for it") {
    w.silent = {"StartTransaction"};
    w.boot().plug(1).tag("A").wait(seconds{31}).said();
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    w.wait(seconds{1}).quiet();
    w.silent.clear();
    w.wait(seconds{60}).says({"StartTransaction 1 A", "MeterValues 1 1001"});
    if (w.disturbed()) return;
    CHECK(newest(w, "MeterValues")["meterValue"][0]["sampledValue"][0]["context"] == "Trigger");
}

TEST_CASE("values that are triggered in a transaction that never gets a number say so") {
    test::World w;
    w.call_errors["StartTransaction"] = "InternalError";
    w.boot().plug(1).tag("A").wait(seconds{200}).said();
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    w.says({"MeterValues 1 -1"});
}

TEST_CASE("a clock that is put back in mid-session puts nothing before what was before") {
    const bool restarts = GENERATE(false, true);
    test::World w{with_data};
    w.boot().plug(1).tag("A").wait(seconds{150});
    w.garbage = [](const std::string& action) {
        return action == "Heartbeat" ? R"({"currentTime":"2026-03-28T21:02:31Z"})" : "";
    };
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.garbage = [](const std::string& action) {
        return action == "BootNotification"
                   ? R"({"status":"Accepted","interval":86400,"currentTime":7})"
                   : "";
    };
    w.store().flush();
    if (restarts) w.restart();
    w.wait(seconds{300});
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    w.tag("A").wait(seconds{1});
    REQUIRE(w.overview()["time"].get<std::string>().substr(11, 2) == "21");
    const std::string begin = newest(w, "StartTransaction")["timestamp"];
    std::string last = begin;
    int samples = 0;
    for (const auto& call : w.calls()) {
        if (call[2] != "MeterValues") continue;
        const std::string at = call[3]["meterValue"][0]["timestamp"];
        CHECK(at >= last);
        last = at;
        ++samples;
    }
    CHECK(samples >= 8);
    const auto stop = newest(w, "StopTransaction");
    CHECK(stop["timestamp"] >= last);
    last = begin;
    for (const auto& value : stop["transactionData"]) {
        CHECK(value["timestamp"] >= last);
        last = value["timestamp"];
    }
    CHECK(stop["timestamp"] == last);
}

TEST_CASE("even times begin anew at midnight when the interval does not divide the day") {
    test::World w{{.keys = {{"MeterValueSampleInterval", "0"}, {"HeartbeatInterval", "86400"}}}};
    // 23:20:00 is the last before 00:00:00; counting on would give 01:16:40.
    w.boot().set_key("ClockAlignedDataInterval", "7000").wait(seconds{4'900}).said();
    w.wait(seconds{2'300}).says({"MeterValues 1", "MeterValues 2"});
    CHECK(w.calls().back()[3]["meterValue"][0]["timestamp"] == "2026-03-29T00:00:00.000Z");
}

TEST_CASE("a trigger for what no sensor can tell gets the register") {
    test::World w;
    w.boot().set_key("MeterValuesSampledData", "Temperature").said();
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    const auto& values = w.calls().back()[3]["meterValue"][0]["sampledValue"];
    CHECK(values.size() == 1);
    CHECK(values[0]["measurand"] == "Energy.Active.Import.Register");
}

}  // namespace metering_test
