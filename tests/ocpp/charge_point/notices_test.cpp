// SPDX-License-Identifier: Apache-2.0
// Errors that nobody heard, silence that lasts too long, and messages of vendors:
// OCPP 1.6 4.3, 4.9, 5.6.

#include "ocpp/core/ledger.hpp"
#include "tests/support/world.hpp"

namespace notices_test {

using shared::Json;
using test::seconds;

SCENARIO_IN_WORLD("an error that came and went offline is told with its own time, then what is") {
    w.boot().disconnect().wait(seconds{10}).fault(1, true).wait(seconds{20}).fault(1, false);
    w.wait(seconds{30})
        .connect()
        .says({"StatusNotification 1 Faulted GroundFailure ResidualCurrentDC",
               "StatusNotification 1 Available"});
    if (w.disturbed()) return;
    const auto& calls = w.calls();
    CHECK(calls[calls.size() - 2][3]["timestamp"] == "2026-03-28T22:00:10.123Z");
    CHECK(calls[calls.size() - 1][3]["timestamp"] == "2026-03-28T22:01:00.123Z");
}

SCENARIO_IN_WORLD("an error that lasts is told once") {
    w.boot().disconnect().fault(1, true).wait(seconds{20});
    w.connect().says({"StatusNotification 1 Faulted GroundFailure ResidualCurrentDC"});
    // It is the state of now.
    if (!w.disturbed()) CHECK(w.calls().back()[3]["timestamp"] == "2026-03-28T22:00:20.123Z");
    w.disconnect().wait(seconds{5}).connect().quiet();
    w.fault(1, false).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("an error survives a restart, and is told before the states after the boot") {
    w.boot().disconnect().fault(1, true).wait(seconds{20}).fault(1, false);
    w.store().flush();
    w.restart().connect();
    w.says({"BootNotification", "StatusNotification 1 Faulted GroundFailure ResidualCurrentDC",
            "StatusNotification 0 Available", "StatusNotification 1 Available",
            "StatusNotification 2 Available"});
}

TEST_CASE("errors that the central system refuses are given up") {
    test::World w;
    w.boot().disconnect().fault(1, true).fault(1, false);
    w.call_errors["StatusNotification"] = "InternalError";
    w.connect().wait(seconds{5}).said();
    CHECK(w.store().load().queue.empty());
}

TEST_CASE("errors that wait are bounded, the newest stay") {
    test::World w;
    w.boot().disconnect();
    for (int n = 0; n < 150; ++n) w.fault(1, true).wait(seconds{2}).fault(1, false);
    const auto most = ocpp::core::Ledger::max_notices;
    CHECK(w.point().snapshot().queue.size() == most);
    w.connect().wait(seconds{1});
    CHECK(w.said().size() == most + 1);
}

SCENARIO_IN_WORLD("a weld is told to the central system, also from offline") {
    w.boot().weld_check(1, false).quiet().weld_check(1, true).says({"DataTransfer relayWeld"});
    w.disconnect().weld_check(1, true).wait(seconds{60});
    w.connect().says({"DataTransfer relayWeld"});
    w.set_key("ReportWeldCheck", "true").weld_check(1, false).says({"DataTransfer relayWeld"});
    if (w.disturbed()) return;
    const auto data = Json::parse(w.calls().back()[3]["data"].get<std::string>());
    CHECK(data["detected"] == false);
    CHECK(data["volts"] == Json::array({0.0, 229.1, 0.0}));
}

TEST_CASE("TC_062: vendors and messages that nobody knows") {
    test::World w;
    w.boot();
    const auto status = [&w](const char* vendor, const Json& message) {
        Json request{{"vendorId", vendor}};
        if (!message.is_null()) request["messageId"] = message;
        return w.call("DataTransfer", request)["status"];
    };
    CHECK(status("nobody", "x") == "UnknownVendorId");
    CHECK(status("acme", "x") == "UnknownMessageId");
    CHECK(status("CHARGE AMPS", nullptr) == "UnknownMessageId");
}

TEST_CASE("a central system that is silent for HISuperv is connected anew, then all begins anew") {
    test::World w{{.keys = {{"HISuperv", "600"}, {"HeartbeatInterval", "300"}}}};
    w.interval = 300;
    w.boot().disconnect().wait(seconds{599});
    CHECK(w.network_restarts() == 0);
    w.wait(seconds{600});
    CHECK(w.network_restarts() == 1);
    CHECK_FALSE(w.restarted());
    w.wait(seconds{60});
    CHECK(w.restart_wish() == ocpp::core::RestartKind::Soft);
}

TEST_CASE("a central system that answers heartbeats is heard, and 0 never restarts") {
    test::World w{{.keys = {{"HISuperv", "600"}, {"HeartbeatInterval", "300"}}}};
    w.interval = 300;
    w.boot().wait(seconds{7200});
    CHECK_FALSE(w.restarted());
    w.set_key("HISuperv", "0").disconnect().wait(seconds{7200});
    CHECK_FALSE(w.restarted());
}

TEST_CASE("while charging a central system may be silent for HISupervCharge") {
    test::World w{{.keys = {{"HISuperv", "60"},
                            {"HISupervCharge", "7200"},
                            {"HeartbeatInterval", "30"},
                            {"MeterValueSampleInterval", "0"}}}};
    w.interval = 30;
    w.boot().plug(1).tag("A").disconnect().wait(seconds{14'000});
    CHECK_FALSE(w.restarted());
    w.wait(seconds{500});
    CHECK(w.restarted());
}

SCENARIO_IN_WORLD("what is known is what is kept") {
    w.boot().set_key("ConnectionTimeOut", "45").plug(1).tag("A").wait(seconds{30});
    w.call("ChangeAvailability", {{"connectorId", 2}, {"type", "Inoperative"}});
    CHECK(w.store_is_whole());
    w.disconnect().tag("A").fault(2, true).wait(seconds{5});
    CHECK(w.store_is_whole());
    w.connect().wait(seconds{5});
    CHECK(w.store_is_whole());
}

TEST_CASE("chargingLimitations says what binds a connector, or each of them") {
    test::World w;
    w.boot().plug(1);
    const auto ask = [&w](const Json& data) {
        Json request{{"vendorId", "Charge Amps"}, {"messageId", "CHARGINGLIMITATIONS"}};
        if (!data.is_null()) request["data"] = data;
        return w.call("DataTransfer", request);
    };
    const auto one = ask(R"({"connectorId":2})");
    CHECK(one["status"] == "Accepted");
    const auto said = Json::parse(one["data"].get<std::string>());
    CHECK(said["connectorId"] == 2);
    CHECK(said["offered"].is_number());
    CHECK(said["binding"].is_string());
    CHECK(said["stateRestriction"] == Json{"NotPluggedIn", "NotAuthorized"});
    const auto all = Json::parse(ask(nullptr)["data"].get<std::string>());
    CHECK(all.size() == 3);
    CHECK(all[0]["connectorId"] == 0);
    CHECK(all[1]["stateRestriction"] == Json{"NotAuthorized"});
    w.tag("A").wait(seconds{20});
    CHECK(Json::parse(ask(nullptr)["data"].get<std::string>())[1]["stateRestriction"] ==
          Json{"None"});
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.mains(false);
    CHECK(Json::parse(ask(nullptr)["data"].get<std::string>())[1]["stateRestriction"] ==
          Json{"MainsLost", "Finishing", "Unavailable", "Restarting"});
}

TEST_CASE("networkStatus is answered as soon as the network has been looked at") {
    using namespace ocpp::core;
    test::World w;
    w.boot();
    auto asked = w.point().step(
        FrameReceived{R"([2,"n1","DataTransfer",{"vendorId":"acme","messageId":"networkstatus"}])"},
        w.now());
    REQUIRE(asked.ask);
    CHECK(asked.ask->call == "n1");
    CHECK(asked.ask->what == "networkStatus");
    CHECK(asked.frames.empty());
    const auto answer = w.point().step(Answered{"n1", R"({"link":true})"}, w.now());
    REQUIRE(answer.frames.size() == 1);
    CHECK(answer.frames[0].text == R"([3,"n1",{"data":"{\"link\":true}","status":"Accepted"}])");
}

TEST_CASE("a reset that failed is told after the next boot") {
    using namespace ocpp::core;
    test::World w;
    w.boot();
    const auto outcome = w.point().step(ResetFailed{"no permission"}, w.now());
    w.store().keep(outcome.changes, w.now().steady);
    w.store().flush();
    w.restart();
    CHECK(w.said().at(1) == "StatusNotification 0 Available ResetFailure");
}

SCENARIO_IN_WORLD("an error on its way when the connection goes is told when it is back") {
    w.boot().said();
    w.silent = {"StatusNotification"};
    w.fault(1, true).wait(seconds{5}).fault(1, false).wait(seconds{5}).disconnect().said();
    w.silent.clear();
    w.wait(seconds{5})
        .connect()
        .says({"StatusNotification 1 Faulted GroundFailure ResidualCurrentDC",
               "StatusNotification 1 Available"});
}

TEST_CASE("the end of a long silent session leaves the central system its time") {
    test::World w{{.keys = {{"HISuperv", "600"},
                            {"HISupervCharge", "7200"},
                            {"HeartbeatInterval", "30"},
                            {"MeterValueSampleInterval", "0"}}}};
    w.interval = 30;
    w.boot().plug(1).tag("A").disconnect().wait(seconds{5000}).tag("A").wait(seconds{500});
    CHECK_FALSE(w.restarted());
    w.wait(seconds{200});
    CHECK(w.restarted());
}

}  // namespace notices_test
