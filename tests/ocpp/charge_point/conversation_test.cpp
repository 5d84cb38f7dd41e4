// SPDX-License-Identifier: Apache-2.0
// Calls of the central system: each CALLERROR code, what is not there yet, and triggers.

#include "ocpp/core/mailbox.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

#include <set>

namespace conversation_test {

using shared::Json;
using test::seconds;

TEST_CASE("each way of being wrong has its own error code") {
    test::World w;
    w.boot();
    CHECK(w.call("Unheard", Json::object()) == "NotImplemented");
    CHECK(w.call("Heartbeat", Json::object()) == "NotSupported");
    CHECK(w.call("Reset", Json::object()) == "OccurenceConstraintViolation");
    CHECK(w.call("Reset", {{"type", 3}}) == "TypeConstraintViolation");
    CHECK(w.call("Reset", {{"type", "Warm"}}) == "PropertyConstraintViolation");
    CHECK(w.call("Reset", {{"type", "Soft"}, {"when", "now"}}) == "FormationViolation");
    CHECK_FALSE(w.restarted());
}

TEST_CASE("a refusal names the limit that was passed") {
    test::World w;
    w.boot();
    const auto why = [&w](const char* action, const Json& payload) {
        w.call(action, payload);
        return Json::parse(w.raw_frames().back())[3].get<std::string>();
    };
    CHECK(why("RemoteStartTransaction", {{"idTag", std::string(21, 'x')}}) ==
          "idTag is longer than 20 characters");
    CHECK(why("ReserveNow", {{"connectorId", 1},
                             {"reservationId", 1},
                             {"idTag", "A"},
                             {"expiryDate", "tomorrow"}}) ==
          "expiryDate is not a date-time like 2026-01-31T12:00:00Z");
    CHECK(why("ReserveNow", {{"connectorId", 3'000'000'000},
                             {"reservationId", 1},
                             {"idTag", "A"},
                             {"expiryDate", "2026-01-31T12:00:00Z"}}) ==
          "connectorId is out of range: -2147483648 to 2147483647");
    CHECK(why("ChangeAvailability", {{"connectorId", 1}, {"type", "Broken"}}) ==
          "type is none of its values: Inoperative, Operative");
    auto profile = test::profile(1, "TxDefaultProfile", 0, Json::array());
    const Json request{{"connectorId", 1}, {"csChargingProfiles", profile}};
    CHECK(why("SetChargingProfile", request) ==
          "csChargingProfiles.chargingSchedule.chargingSchedulePeriod has fewer than 1 elements");
    profile = test::profile(1, "TxDefaultProfile", 0, test::periods({{0, 1e12}}));
    CHECK(why("SetChargingProfile", {{"connectorId", 1}, {"csChargingProfiles", profile}}) ==
          "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit is not a number up "
          "to 1000000000");
}

TEST_CASE("what is not there yet is answered as OCPP says, each in its way") {
    test::World w;
    w.boot();
    CHECK(w.call("UnlockConnector", {{"connectorId", 1}}) == Json{{"status", "NotSupported"}});
    CHECK(w.call("DataTransfer", {{"vendorId", "x"}}) == Json{{"status", "UnknownVendorId"}});
    CHECK(w.call("GetDiagnostics", {{"location", "ftp://x"}}) == "NotSupported");
}

TEST_CASE("configuration keys are read and written by name without case") {
    test::World w;
    w.boot();
    const auto change = [&](const char* key, const char* value) {
        return w.call("ChangeConfiguration", {{"key", key}, {"value", value}});
    };
    CHECK(change("metervaluesampleinterval", "30") == Json{{"status", "Accepted"}});
    CHECK(change("MeterValueSampleInterval", "-1") == Json{{"status", "Rejected"}});
    CHECK(change("MeterValueSampleInterval", "30x") == Json{{"status", "Rejected"}});
    CHECK(change("NumberOfConnectors", "3") == Json{{"status", "Rejected"}});
    CHECK(change("Nonsense", "3") == Json{{"status", "NotSupported"}});
    CHECK(change("MeterValuesSampledData", "Voltage,Current.Import.L2") ==
          Json{{"status", "Accepted"}});
    CHECK(change("MeterValuesSampledData", "Voltage,SoC") == Json{{"status", "Rejected"}});
    CHECK(change("StopTxnSampledData", "Voltages") == Json{{"status", "Rejected"}});
    CHECK(change("ConnectorPhaseRotation", "0.RST,1.RST,2.RTS") == Json{{"status", "Accepted"}});
    CHECK(change("ConnectorPhaseRotation", "3.RST") == Json{{"status", "Rejected"}});
    w.restart();
    const auto read =
        w.call("GetConfiguration",
               {{"key", {"MeterValueSampleInterval", "MeterValuesSampledData", "Nonsense"}}});
    CHECK(read["configurationKey"][0] ==
          Json{{"key", "MeterValueSampleInterval"}, {"readonly", false}, {"value", "30"}});
    CHECK(read["configurationKey"][1]["value"] == "Voltage,Current.Import.L2");
    CHECK(read["unknownKey"] == Json::array({"Nonsense"}));
    const auto all = w.call("GetConfiguration", Json::object());
    CHECK(all["configurationKey"].size() > 25);
    CHECK_FALSE(all.contains("unknownKey"));
    CHECK(w.call("GetConfiguration", {{"key", Json::array()}}) == all);
}

SCENARIO_IN_WORLD("what is triggered comes after the answer") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    const auto trigger = [&](Json request, const char* status) {
        const auto answer = w.call("TriggerMessage", request);
        if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
    };
    trigger({{"requestedMessage", "MeterValues"}, {"connectorId", 1}}, "Accepted");
    w.says({"MeterValues 1 1001"});
    if (!w.disturbed())
        CHECK(w.calls().back()[3]["meterValue"][0]["sampledValue"][0]["context"] == "Trigger");
    trigger({{"requestedMessage", "Heartbeat"}}, "Accepted");
    w.says({"Heartbeat"});
    trigger({{"requestedMessage", "StatusNotification"}}, "Accepted");
    w.says({"StatusNotification 0 Available", "StatusNotification 1 Charging",
            "StatusNotification 2 Available"});
    trigger({{"requestedMessage", "DiagnosticsStatusNotification"}}, "Accepted");
    w.says({"DiagnosticsStatusNotification Idle"});
    trigger({{"requestedMessage", "MeterValues"}, {"connectorId", 3}}, "Rejected");
    trigger({{"requestedMessage", "BootNotification"}}, "Accepted");
    w.says({"BootNotification"});
}

TEST_CASE("what is triggered and finds no room is Rejected") {
    test::World w;
    w.boot();
    w.silent = {"Heartbeat"};
    const auto status = [&w](const Json& request) {
        return w.call("TriggerMessage", request)["status"];
    };
    // One is on its way, the others wait.
    for (std::size_t i = 0; i <= ocpp::core::Mailbox::max_waiting; ++i)
        REQUIRE(status({{"requestedMessage", "Heartbeat"}}) == "Accepted");
    for (const auto* message :
         {"Heartbeat", "BootNotification", "MeterValues", "StatusNotification",
          "DiagnosticsStatusNotification", "FirmwareStatusNotification"})
        CHECK(status({{"requestedMessage", message}}) == "Rejected");
}

TEST_CASE("what is triggered and was never measured is Rejected") {
    using namespace ocpp::core;
    Setup setup;
    setup.connectors = {{1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
    setup.message_prefix = "run";
    ocpp::ChargePoint point(setup, {});
    const Now now = test::World().now();
    point.step(Started{}, now);
    point.step(Connected{}, now);
    point.step(FrameReceived{R"([3,"run-1",{"status":"Pending"}])"}, now);
    const auto answer = [&](const std::string& request) {
        const auto out = point.step(
            FrameReceived{R"([2,"x","TriggerMessage",{"requestedMessage":)" + request + "}]"}, now);
        return out.frames.at(0).text;
    };
    const std::string rejected = R"([3,"x",{"status":"Rejected"}])";
    CHECK(answer(R"("MeterValues")") == rejected);
    CHECK(answer(R"("StatusNotification","connectorId":1)") == rejected);
    // Connector 0 has a status.
    CHECK(answer(R"("StatusNotification")") == R"([3,"x",{"status":"Accepted"}])");
}

TEST_CASE("answers to nothing and frames that are none disturb nothing") {
    test::World w;
    w.boot().plug(1).tag("A").said();
    for (const auto* text : {"", "[", "null", "[]", "[3]", R"([3,"x"])", R"([3,"x",{}])",
                             R"([4,"x","GenericError","",{}])", R"([7,"x",{}])", R"([2,"x"])",
                             R"([2,7,"Reset",{}])", "\xff\xfe", R"({"a":1})"})
        w.raw(text);
    CHECK(w.call("GetConfiguration",
                 {{"key", {"NumberOfConnectors"}}})["configurationKey"][0]["value"] == "2");
    w.quiet().power(1, true);
}

TEST_CASE("the reading as sampled values") {
    test::World w;
    w.boot().set_key("MeterValuesSampledData",
                     "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current."
                     "Offered,Power.Offered,Voltage,Frequency");
    w.plug(1).tag("A").wait(seconds{60});
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    std::vector<std::string> values;
    for (const auto& v : w.calls().back()[3]["meterValue"][0]["sampledValue"])
        values.push_back(v["measurand"].get<std::string>() + ' ' + v.value("phase", "-") + ' ' +
                         v["value"].get<std::string>() + ' ' + v.value("unit", "-"));
    CHECK(values == std::vector<std::string>{
                        "Energy.Active.Import.Register - 184 Wh", "Power.Active.Import - 11040 W",
                        "Power.Active.Import L1 3680 W", "Power.Active.Import L2 3680 W",
                        "Power.Active.Import L3 3680 W", "Current.Import - 16.00 A",
                        "Current.Import L1 16.00 A", "Current.Import L2 16.00 A",
                        "Current.Import L3 16.00 A", "Current.Offered - 32.0 A",
                        "Power.Offered - 22080 W", "Voltage L1-N 230.0 V", "Voltage L2-N 230.0 V",
                        "Voltage L3-N 230.0 V", "Frequency - 50.00 -"});
}

TEST_CASE("message ids are not used again after a restart") {
    test::World w;
    w.boot().plug(1).tag("A").wait(seconds{10}).restart().wait(seconds{10}).power_cut();
    w.wait(seconds{10});
    std::set<std::string> ids;
    for (const auto& call : w.calls()) ids.insert(call[1]);
    CHECK(ids.size() == w.calls().size());
}

TEST_CASE("more keys than GetConfigurationMaxKeys are refused") {
    test::World w;
    w.boot();
    const std::vector<std::string> many(101, "HeartbeatInterval");
    CHECK(w.call("GetConfiguration", {{"key", many}}) == "OccurenceConstraintViolation");
}

}  // namespace conversation_test
