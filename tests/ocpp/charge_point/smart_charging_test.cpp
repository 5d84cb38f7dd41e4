// SPDX-License-Identifier: Apache-2.0
// Charging profiles: OCPP 1.6 3.13, 5.5, 5.7, 5.11, 5.16, and the numbers of the OCPP compliance
// testing tool.

#include "ocpp/wire/time.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace smart_charging_test {

using shared::Json;
using test::in;
using test::install;
using test::periods;
using test::profile;
using test::seconds;
using test::World;

namespace {

std::string in_ms(World& w, int milliseconds_from_now) {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(w.now().utc);
    return ocpp::wire::DateTime{now + std::chrono::milliseconds{milliseconds_from_now}}.to_text();
}

Json anchored(World& w, Json made, int duration) {
    made["chargingSchedule"]["startSchedule"] = in(w, 0);
    made["chargingSchedule"]["duration"] = duration;
    return made;
}

std::vector<std::pair<int, double>> composite(World& w, int connector, int duration,
                                              const char* unit = "A") {
    const auto answer =
        w.call("GetCompositeSchedule",
               {{"connectorId", connector}, {"duration", duration}, {"chargingRateUnit", unit}});
    std::vector<std::pair<int, double>> list;
    if (w.disturbed()) return list;
    CHECK(answer["status"] == "Accepted");
    CHECK(answer["connectorId"] == connector);
    CHECK(answer["scheduleStart"] == in(w, 0));
    const auto& schedule = answer["chargingSchedule"];
    CHECK(schedule["duration"] == duration);
    CHECK(schedule["chargingRateUnit"] == unit);
    CHECK_FALSE(schedule.contains("startSchedule"));
    for (const auto& period : schedule["chargingSchedulePeriod"])
        list.emplace_back(period["startPeriod"].get<int>(), period["limit"].get<double>());
    return list;
}

using List = std::vector<std::pair<int, double>>;

}  // namespace

SCENARIO_IN_WORLD("a default profile holds at once, in the transaction that runs, to the second") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.offers(1, 32'000);
    install(w, 1,
            anchored(w, profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {60, 10}, {120, 8.5}})),
                     180));
    w.offers(1, 6'000).quiet();
    // The schedule began with the second, 123 ms ago.
    w.wait(seconds{59}).offers(1, 6'000).wait(seconds{1}).offers(1, 10'000);
    w.wait(seconds{60}).offers(1, 8'500).wait(seconds{60}).offers(1, 32'000).quiet();
}

SCENARIO_IN_WORLD("a limit that is renewed by a clock that is ahead is never lifted in between") {
    w.boot();
    const auto renew = [&w](int ahead_ms, double amps) {
        auto made = profile(1, "TxDefaultProfile", 0, periods({{0, amps}, {60, 10}}));
        made["chargingSchedule"]["startSchedule"] = in_ms(w, ahead_ms);
        install(w, 1, made);
    };
    renew(900, 6);
    if (!w.disturbed()) w.outlet(1).bounds["the profile"] = units::Milliamps{6'000};
    w.plug(1).tag("A").wait(seconds{30}).offers(1, 6'000);
    for (const int ahead : {900, 2'000}) {
        renew(ahead, 6);
        w.offers(1, 6'000).wait(seconds{1}).offers(1, 6'000).wait(seconds{30}).offers(1, 6'000);
    }
    w.outlet(1).bounds.clear();
    renew(900, 8);
    // Its periods are where it has said that they are.
    w.wait(seconds{60}).offers(1, 8'000).wait(seconds{1}).offers(1, 10'000);
    // A profile that is meant for later waits.
    renew(2'100, 7);
    w.wait(seconds{2}).offers(1, 32'000).wait(seconds{1}).offers(1, 7'000);
}

SCENARIO_IN_WORLD("0 A suspends, and the session goes on afterwards") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    install(w, 1,
            anchored(w, profile(1, "TxDefaultProfile", 0, periods({{0, 0}, {300, 5.9}})), 600));
    w.says({"StatusNotification 1 SuspendedEVSE"}).power(1, false).offers(1, 0);
    w.wait(seconds{400}).quiet().power(1, false);
    w.wait(seconds{200}).says({"StatusNotification 1 Charging"}).power(1, true).offers(1, 32'000);
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
}

SCENARIO_IN_WORLD("a session that begins at 0 A is suspended until it may charge") {
    w.boot();
    install(w, 0, anchored(w, profile(1, "TxDefaultProfile", 0, periods({{0, 0}})), 100));
    w.plug(1).tag("A").says({"StatusNotification 1 Preparing", "Authorize A",
                             "StatusNotification 1 SuspendedEVSE", "StartTransaction 1 A"});
    w.wait(seconds{100}).says({"StatusNotification 1 Charging"}).power(1, true);
}

SCENARIO_IN_WORLD("a TxProfile overrules the default and ends with its transaction") {
    w.boot();
    install(w, 0, profile(1, "TxDefaultProfile", 0, periods({{0, 8}})));
    install(w, 1, profile(2, "TxProfile", 0, periods({{0, 12}})), "Rejected");
    w.plug(1).tag("A").wait(seconds{10}).offers(1, 8'000);
    auto own = profile(2, "TxProfile", 0, periods({{0, 12}}));
    own["transactionId"] = 7;
    install(w, 1, own, "Rejected").offers(1, 8'000);
    own["transactionId"] = w.last_transaction();
    install(w, 1, own).offers(1, 12'000);
    w.tag("A").unplug(1).plug(1).tag("B").wait(seconds{10}).offers(1, 8'000);
    const auto none = w.call("ClearChargingProfile", {{"id", 2}});
    if (!w.disturbed()) CHECK(none == Json{{"status", "Unknown"}});
}

SCENARIO_IN_WORLD("a remote start brings its profile along") {
    w.boot().set_key("AuthorizeRemoteTxRequests", "true").plug(1).said();
    auto own = profile(5, "TxProfile", 0, periods({{0, 9}}));
    own["chargingProfileKind"] = "Relative";
    w.call("RemoteStartTransaction",
           {{"connectorId", 1}, {"idTag", "R"}, {"chargingProfile", own}});
    w.wait(seconds{5}).offers(1, 9'000);
    w.says({"Authorize R", "StartTransaction 1 R", "StatusNotification 1 Charging"});
    own["chargingProfilePurpose"] = "TxDefaultProfile";
    const auto refused = w.call("RemoteStartTransaction",
                                {{"connectorId", 2}, {"idTag", "R"}, {"chargingProfile", own}});
    if (!w.disturbed()) CHECK(refused == Json{{"status", "Rejected"}});
}

SCENARIO_IN_WORLD("the profile of a remote start that nobody came for is nobody else's") {
    w.boot().set_key("ConnectionTimeOut", "5");
    const auto own = profile(5, "TxProfile", 0, periods({{0, 9}}));
    w.call("RemoteStartTransaction",
           {{"connectorId", 1}, {"idTag", "R"}, {"chargingProfile", own}});
    w.wait(seconds{10}).plug(1).tag("R").wait(seconds{5}).offers(1, 32'000);
    w.tag("R").unplug(1).wait(seconds{5});
    w.call("RemoteStartTransaction",
           {{"connectorId", 1}, {"idTag", "R"}, {"chargingProfile", own}});
    w.call("RemoteStartTransaction", {{"connectorId", 2}, {"idTag", "S"}});
    w.wait(seconds{1}).plug(1).wait(seconds{5}).offers(1, 9'000);
}

SCENARIO_IN_WORLD("profiles are kept over restarts and power cuts") {
    w.boot();
    install(w, 1, profile(1, "TxDefaultProfile", 3, periods({{0, 11}})));
    install(w, 0, profile(2, "ChargePointMaxProfile", 0, periods({{0, 14}})));
    w.power_cut().plug(1).tag("A").wait(seconds{10}).offers(1, 11'000);
    auto own = profile(3, "TxProfile", 0, periods({{0, 13}}));
    install(w, 1, own).offers(1, 13'000);
    w.restart().wait(seconds{3}).offers(1, 13'000);
    w.call("ClearChargingProfile", Json::object());
    w.offers(1, 32'000).restart().wait(seconds{3}).offers(1, 32'000);
}

SCENARIO_IN_WORLD("numberPhases and watts choose the phases and the current") {
    w.boot().plug(1).tag("A").wait(seconds{10});
    auto made = profile(1, "TxDefaultProfile", 0, periods({{0, 3680}}));
    made["chargingSchedule"]["chargingRateUnit"] = "W";
    made["chargingSchedule"]["chargingSchedulePeriod"][0]["numberPhases"] = 1;
    install(w, 1, made).wait(seconds{10}).offers(1, 16'000);
    if (!w.disturbed()) CHECK(w.outlet(1).setpoint.phases == 1);
    made["chargingSchedule"]["chargingSchedulePeriod"][0] = {{"startPeriod", 0}, {"limit", 6900}};
    install(w, 1, made).wait(seconds{10}).offers(1, 10'000);
    if (!w.disturbed()) CHECK(w.outlet(1).setpoint.phases == 3);
}

TEST_CASE("TC_072: the lower level of the stack holds when the upper one has ended") {
    World w;
    w.boot();
    install(w, 1,
            anchored(w, profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {100, 8}, {200, 10}})),
                     400));
    install(w, 1, anchored(w, profile(2, "TxDefaultProfile", 1, periods({{0, 7}, {100, 9}})), 150));
    CHECK(composite(w, 1, 350) == List{{0, 7}, {100, 9}, {150, 8}, {200, 10}});
    CHECK(composite(w, 1, 350, "W") == List{{0, 4830}, {100, 6210}, {150, 5520}, {200, 6900}});
}

TEST_CASE("TC_066: three purposes in one composite schedule") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    install(w, 0, anchored(w, profile(1, "ChargePointMaxProfile", 0, periods({{0, 10}})), 86400));
    install(w, 1,
            anchored(w,
                     profile(2, "TxDefaultProfile", 0,
                             periods({{0, 6}, {60, 10}, {120, 8}, {180, 15}, {260, 8}})),
                     300));
    install(w, 1,
            anchored(w,
                     profile(3, "TxProfile", 0,
                             periods({{0, 8}, {50, 11}, {140, 16}, {200, 6}, {240, 12}})),
                     260));
    CHECK(composite(w, 1, 400) == List{{0, 8}, {50, 10}, {200, 6}, {240, 10}, {260, 8}, {300, 10}});
    w.wait(seconds{20});
    CHECK(composite(w, 1, 400) == List{{0, 8}, {30, 10}, {180, 6}, {220, 10}, {240, 8}, {280, 10}});
}

TEST_CASE("a composite schedule begins with what holds when it is asked for") {
    World w;
    w.boot();
    auto relative = profile(1, "TxDefaultProfile", 0, periods({{0, 8}, {60, 9}}));
    relative["chargingProfileKind"] = "Relative";
    install(w, 1, relative);
    CHECK(composite(w, 1, 100) == List{{0, 8}, {60, 9}});
    install(w, 0, profile(2, "ChargePointMaxProfile", 0, periods({{0, 7}})));
    CHECK(composite(w, 1, 100) == List{{0, 7}});
    w.call("ClearChargingProfile", Json::object());
    auto now = profile(1, "TxDefaultProfile", 0, periods({{0, 6}}));
    now["chargingSchedule"]["startSchedule"] = in_ms(w, 0);
    install(w, 1, now);
    CHECK(composite(w, 1, 100) == List{{0, 6}});
}

TEST_CASE("a composite schedule knows the bounds of connector 0") {
    World w;
    w.boot().set_key("AssignedCurrent", "0.12");
    for (const int connector : {0, 1}) CHECK(composite(w, connector, 60) == List{{0, 12}});
    w.set_key("InstallationCurrent", "0.11");
    for (const int connector : {0, 1}) CHECK(composite(w, connector, 60) == List{{0, 11}});
    w.set_key("UserCurrentLimit", "0.9");
    for (const int connector : {0, 1}) CHECK(composite(w, connector, 60) == List{{0, 9}});
    w.set_key("UserCurrentLimit", "0.32").set_key("AssignedCurrent", "0.8");
    // A ChargePointMaxProfile takes the place of a load balancer.
    install(w, 0, anchored(w, profile(1, "ChargePointMaxProfile", 0, periods({{0, 10}})), 30));
    for (const int connector : {0, 1}) CHECK(composite(w, connector, 60) == List{{0, 10}, {30, 8}});
}

SCENARIO_IN_WORLD("a default of connector 0 counts again when that of the connector has ended") {
    w.boot().plug(1).tag("A").wait(seconds{30});
    install(w, 0, profile(1, "TxDefaultProfile", 2, periods({{0, 10}})));
    install(w, 0, profile(2, "TxDefaultProfile", 1, periods({{0, 8}})));
    auto own = profile(3, "TxDefaultProfile", 2, periods({{0, 16}}));
    own["validTo"] = in(w, 60);
    install(w, 1, own).offers(1, 16'000);
    const bool undisturbed = !w.disturbed();
    if (undisturbed) CHECK(composite(w, 1, 100) == List{{0, 16}, {60, 10}});
    w.wait(seconds{59}).offers(1, 16'000).wait(seconds{1}).offers(1, 10'000);
    // Likewise before it begins.
    own["validFrom"] = in(w, 30);
    own["validTo"] = in(w, 60);
    install(w, 1, own).offers(1, 10'000);
    w.wait(seconds{30}).offers(1, 16'000).wait(seconds{30}).offers(1, 10'000);
}

TEST_CASE("too little to be offered is 0 in the composite schedule, as on the pilot") {
    World w;
    w.boot();
    install(w, 0, anchored(w, profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {30, 5.9}})), 60));
    CHECK(composite(w, 1, 100) == List{{0, 6}, {30, 0}, {60, 32}});
    // Without a pilot it is all of 10 A or nothing.
    CHECK(composite(w, 2, 100) == List{{0, 0}, {60, 10}});
    CHECK(composite(w, 0, 100) == List{{0, 6}, {30, 0}, {60, 32}});
    w.call("ClearChargingProfile", Json::object());
    auto watts = profile(1, "TxDefaultProfile", 0, periods({{0, 4'139}, {30, 4'140}}));
    watts["chargingSchedule"]["chargingRateUnit"] = "W";
    install(w, 1, anchored(w, watts, 60));
    CHECK(composite(w, 1, 60, "W") == List{{0, 0}, {30, 4'140}});
}

SCENARIO_IN_WORLD("more digits than needed are cut, and the composite schedule says so") {
    w.boot().plug(1).tag("A").wait(seconds{30});
    install(w, 1, profile(1, "TxDefaultProfile", 0, periods({{0, 10.05}}))).offers(1, 10'000);
    if (!w.disturbed()) CHECK(composite(w, 1, 60) == List{{0, 10}});
    install(w, 1, profile(1, "TxDefaultProfile", 0, periods({{0, 15.999}}))).offers(1, 15'900);
    if (!w.disturbed()) CHECK(composite(w, 1, 60) == List{{0, 15.9}});
    w.set_key("AssignedCurrent", "1.12.59");
    w.call("ClearChargingProfile", Json::object());
    w.offers(1, 12'500);
}

SCENARIO_IN_WORLD("a limit of the whole charge point may be relative: to when it was set") {
    w.boot().plug(1).tag("A").wait(seconds{30});
    auto made = profile(8, "ChargePointMaxProfile", 100, periods({{0, 8}, {60, 10}}));
    made["chargingProfileKind"] = "Relative";
    install(w, 0, made).offers(1, 8'000);
    w.wait(seconds{59}).offers(1, 8'000).wait(seconds{1}).offers(1, 10'000);
    w.restart().wait(seconds{3}).offers(1, 10'000);
}

TEST_CASE("TC_067: profiles are cleared by id, by purpose and level, and all of them") {
    World w;
    w.boot();
    const Json accepted{{"status", "Accepted"}};
    install(
        w, 1,
        anchored(w, profile(1, "TxDefaultProfile", 1, periods({{0, 6}, {60, 8}, {200, 10}})), 400));
    install(w, 1, anchored(w, profile(2, "TxDefaultProfile", 0, periods({{0, 7}, {100, 9}})), 400));
    install(
        w, 0,
        anchored(w, profile(3, "ChargePointMaxProfile", 0, periods({{0, 11}, {200, 12}})), 86400));
    CHECK(w.call("ClearChargingProfile", {{"id", 1}}) == accepted);
    CHECK(composite(w, 1, 350) == List{{0, 7}, {100, 9}});
    CHECK(w.call("ClearChargingProfile",
                 {{"chargingProfilePurpose", "TxDefaultProfile"}, {"stackLevel", 0}}) == accepted);
    CHECK(composite(w, 1, 350) == List{{0, 11}, {200, 12}});
    CHECK(w.call("ClearChargingProfile", Json::object()) == accepted);
    CHECK(composite(w, 1, 350) == List{{0, 32}});
    CHECK(composite(w, 2, 350) == List{{0, 10}});
    CHECK(composite(w, 0, 350) == List{{0, 32}});
    CHECK(w.call("ClearChargingProfile", Json::object()) == Json{{"status", "Unknown"}});
}

TEST_CASE("what can't be installed is refused, each for its own reason") {
    World w;
    w.boot();
    const auto good = profile(1, "TxDefaultProfile", 0, periods({{0, 6}}));
    install(w, 1, good).said();
    CHECK(w.call("SetChargingProfile", {{"connectorId", 3}, {"csChargingProfiles", good}}) ==
          "PropertyConstraintViolation");
    CHECK(w.call("SetChargingProfile", {{"connectorId", -1}, {"csChargingProfiles", good}}) ==
          "PropertyConstraintViolation");
    install(w, 1, profile(2, "ChargePointMaxProfile", 0, periods({{0, 6}})), "Rejected");
    install(w, 0, profile(2, "TxProfile", 0, periods({{0, 6}})), "Rejected");
    install(w, 1, profile(2, "TxDefaultProfile", 101, periods({{0, 6}})), "Rejected");
    install(w, 1, profile(2, "TxDefaultProfile", -1, periods({{0, 6}})), "Rejected");
    install(w, 1, profile(2, "TxDefaultProfile", 0, periods({{1, 6}})), "Rejected");
    install(w, 1, profile(2, "TxDefaultProfile", 0, periods({{0, 6}, {5, 7}, {5, 8}})), "Rejected");
    install(w, 1, profile(2, "TxDefaultProfile", 0, periods({{0, -6}})), "Rejected");
    auto expired = good;
    expired["validTo"] = in(w, -5);
    install(w, 1, expired, "Rejected");
    auto recurring = good;
    recurring["chargingProfileKind"] = "Recurring";
    install(w, 1, recurring, "Rejected");
    for (int id = 1; id <= 99; ++id)
        install(w, 2, profile(id, "TxDefaultProfile", id, periods({{0, 6}})));
    install(w, 2, profile(100, "TxDefaultProfile", 100, periods({{0, 6}})), "Rejected");
    install(w, 2, profile(99, "TxDefaultProfile", 100, periods({{0, 6}})));
}

TEST_CASE("phaseToUse of later editions may name the phase that a single one is") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    auto made = profile(1, "TxDefaultProfile", 0, periods({{0, 10}}));
    auto& period = made["chargingSchedule"]["chargingSchedulePeriod"][0];
    const auto status = [&] {
        return w.call("SetChargingProfile",
                      {{"connectorId", 1}, {"csChargingProfiles", made}})["status"];
    };
    period["phaseToUse"] = 1;
    CHECK(status() == "Rejected");
    period["numberPhases"] = 1;
    CHECK(status() == "Accepted");
    CHECK(w.wait(seconds{10}).outlet(1).setpoint.phases == 1);
    period["phaseToUse"] = 2;
    CHECK(status() == "Rejected");
}

TEST_CASE("profiles are cleared on every connector when none is named") {
    World w;
    w.boot();
    for (const int connector : {1, 2})
        install(w, connector, profile(connector, "TxDefaultProfile", 0, periods({{0, 6}})));
    CHECK(composite(w, 2, 60).back().second == 0);
    w.call("ClearChargingProfile",
           {{"chargingProfilePurpose", "TxDefaultProfile"}, {"stackLevel", 0}});
    CHECK(composite(w, 1, 60) == List{{0, 32}});
    CHECK(composite(w, 2, 60) == List{{0, 10}});
}

}  // namespace smart_charging_test
