// SPDX-License-Identifier: Apache-2.0
// Bounds that are not OCPP's: the supply, the fuse, load balancers, the driver, a lost connection.

#include "ocpp/wire/time.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace limits_test {

using shared::Json;
using test::install;
using test::periods;
using test::profile;
using test::seconds;
using test::World;

namespace {

World::Options supply_of(const char* amps) {
    World::Options options;
    options.keys["InstallationCurrent"] = std::string("0.") + amps;
    return options;
}

World::Options late_and_slow() {
    World::Options options;
    options.keys["PowerUpRandomDelay"] = "600";
    options.keys["PowerUpRamp"] = "26";
    return options;
}

double bound_of(World& w, std::size_t connector, const char* source) {
    const auto all = w.point().limits(w.now());
    for (const auto& bound : all[connector]["limits"])
        if (bound["source"] == source) return bound["A"];
    return -1;
}

// Seconds until connector 1 has current, at most 601.
int waits(World& w) {
    int waited = 0;
    for (; waited <= 600 && !w.outlet(1).closed; ++waited) w.wait(seconds{1});
    return waited;
}

}  // namespace

SCENARIO_IN_WORLD("two outlets share the supply, and the second waits for the first") {
    w.boot().plug(1).tag("A").wait(seconds{30}).offers(1, 32'000);
    w.plug(2).tag("B").wait(seconds{5}).offers(1, 22'000).offers(2, 10'000).said();
    w.set_key("InstallationCurrent", "0.20");
    // A disturbed run may not have heard of it.
    if (!w.disturbed()) w.supply = units::Milliamps{20'000};
    w.wait(seconds{5}).offers(1, 10'000).offers(2, 10'000).quiet();
    w.tag("B").unplug(2).wait(seconds{5}).offers(1, 20'000);
}

SCENARIO_IN_WORLD_WITH("who does not fit waits, and has its turn after fifteen minutes",
                       supply_of("11")) {
    w.supply = units::Milliamps{11'000};
    // A newcomer takes nothing from who charges already, whichever connector it comes to.
    w.boot().plug(2).tag("B").wait(seconds{60});
    w.plug(1).tag("A").wait(seconds{5}).power(1, false).power(2, true).said();
    // Nor does a quarter of an hour by the clock.
    w.wait(seconds{890}).power(1, false).power(2, true);
    w.wait(seconds{10}).power(1, true).power(2, false);
    w.wait(seconds{890}).power(1, true).power(2, false);
    w.wait(seconds{15}).power(1, false).power(2, true);
}

SCENARIO_IN_WORLD_WITH("a vehicle that has enough gives its turn away, and waits for the next",
                       supply_of("11")) {
    w.supply = units::Milliamps{11'000};
    w.boot().plug(1).tag("A").wait(seconds{60}).plug(2).tag("B").wait(seconds{60});
    w.vehicle_wants(1, false).power(1, false).wait(seconds{70}).power(2, true);
    w.vehicle_wants(1, true).wait(seconds{600}).power(1, false).power(2, true);
    w.wait(seconds{310}).power(1, true).power(2, false);
}

TEST_CASE("after a restart of the program who has its turn keeps it") {
    World w{supply_of("11")};
    w.supply = units::Milliamps{11'000};
    w.boot().plug(2).tag("B").wait(seconds{60}).plug(1).tag("A").wait(seconds{100});
    for (int second = 0; second < 60; ++second) {
        if (second == 5) w.restart();
        w.wait(seconds{1}).power(2, true).power(1, false);
    }
    w.settle().check_books();
}

SCENARIO_IN_WORLD_WITH("a load that knows no limit counts with all that it is", supply_of("16")) {
    w.supply = units::Milliamps{16'000};
    w.boot().plug(1).tag("A").wait(seconds{60}).offers(1, 16'000);
    w.plug(2).tag("B").wait(seconds{10}).offers(1, 6'000).offers(2, 10'000);
    w.power(1, true).power(2, true);
    w.tag("B").unplug(2).wait(seconds{10}).offers(1, 16'000);
}

SCENARIO_IN_WORLD(
    "a load balancer's current holds at once, below 6 A pauses, yields to a profile") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.set_key("AssignedCurrent", "1.10.5").offers(1, 10'500);
    w.set_key("AssignedCurrent", "1.5")
        .says({"StatusNotification 1 SuspendedEVSE"})
        .power(1, false);
    w.set_key("AssignedCurrent", "1.16").says({"StatusNotification 1 Charging"}).offers(1, 16'000);
    install(w, 1, profile(1, "TxDefaultProfile", 0, periods({{0, 20}})));
    w.offers(1, 20'000).set_key("UserCurrentLimit", "1.8").offers(1, 8'000);
}

SCENARIO_IN_WORLD("without a connection the current falls after the configured time") {
    w.boot().set_key("InstallationOfflineCurrent", "1.7").set_key("OfflineCurrentDelay", "120");
    w.plug(1).tag("A").wait(seconds{30}).offers(1, 32'000);
    w.disconnect().wait(seconds{119}).offers(1, 32'000).wait(seconds{1}).offers(1, 7'000);
    // Nobody knows for how long nobody has managed the load.
    w.restart().wait(seconds{3}).offers(1, 7'000);
    w.connect().offers(1, 32'000);
}

SCENARIO_IN_WORLD("a connection over which nobody speaks manages no load") {
    w.boot().set_key("InstallationOfflineCurrent", "1.7").set_key("OfflineCurrentDelay", "120");
    w.plug(1).tag("A").wait(seconds{30}).offers(1, 32'000).said();
    w.silent = {"Heartbeat"};
    // It comes and goes, and the time goes on.
    w.disconnect().wait(seconds{60}).connect().says({"Heartbeat"});
    w.wait(seconds{20}).disconnect().wait(seconds{39}).offers(1, 32'000);
    w.wait(seconds{1}).offers(1, 7'000);
    w.connect().wait(seconds{300}).offers(1, 7'000);
    w.silent.clear();
    w.wait(seconds{120}).offers(1, 32'000);
    w.disconnect().wait(seconds{119}).offers(1, 32'000).wait(seconds{1}).offers(1, 7'000);
    // Or the central system asks something.
    w.silent = {"Heartbeat"};
    w.connect().offers(1, 7'000).set_key("LightIntensity", "40").offers(1, 32'000);
}

SCENARIO_IN_WORLD("a registration that waits manages no load") {
    w.boot().set_key("InstallationOfflineCurrent", "1.7");
    w.registration = "Pending";
    w.interval = 60;
    w.restart().wait(seconds{10}).connect().wait(seconds{10});
    w.call("GetConfiguration", {{"key", {"NumberOfConnectors"}}});
    if (!w.disturbed()) {
        CHECK(bound_of(w, 1, "InstallationOfflineCurrent") == 7);
    }
}

SCENARIO_IN_WORLD("an outlet without a pilot is switched off when it draws more than it may") {
    w.boot().plug(2).tag("B").wait(seconds{10}).power(2, true).said();
    w.set_key("AssignedCurrent", "2.8").power(2, false);
    w.says({"StatusNotification 2 SuspendedEVSE"}).wait(seconds{600}).quiet().power(2, false);
    w.set_key("AssignedCurrent", "2.10").power(2, true).says({"StatusNotification 2 Charging"});
}

TEST_CASE("an AssignedCurrent written every second is kept without wearing the flash") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    const auto before = w.store().durable_commits();
    for (int i = 0; i < 600; ++i)
        w.set_key("AssignedCurrent", "1." + std::to_string(6 + i % 10)).wait(seconds{1});
    CHECK(w.store().durable_commits() == before);
    CHECK(w.outlet(1).setpoint.current_limit.count == 15'000);
}

TEST_CASE("after a power cut the current comes back late and slowly, when the keys say so") {
    World w;
    w.boot().set_key("PowerUpRandomDelay", "600").set_key("PowerUpRamp", "26");
    w.power_cut().plug(1).tag("A").wait(seconds{1});
    CHECK(waits(w) < 600);
    w.offers(1, 6'000).wait(seconds{13}).offers(1, 19'000).wait(seconds{13}).offers(1, 32'000);
}

TEST_CASE("a dip of the supply counts as well, and no restart makes it shorter or longer") {
    World undisturbed{late_and_slow()};
    undisturbed.boot().mains(false).wait(seconds{1}).mains(true).plug(1).tag("A");
    const int delay = waits(undisturbed);
    REQUIRE(delay > 3);
    REQUIRE(delay < 600);
    World w{late_and_slow()};
    w.boot().mains(false).wait(seconds{1}).mains(true).plug(1).tag("A");
    for (int second = 0; second < delay - 1; ++second) {
        w.wait(seconds{1});
        CHECK_FALSE(w.outlet(1).closed);
        if (second == delay / 2) w.restart().connect();
    }
    w.wait(seconds{1}).offers(1, 6'000).wait(seconds{13}).offers(1, 19'000);
    w.restart().offers(1, 19'000).wait(seconds{13}).offers(1, 32'000);
    w.restart().wait(seconds{5}).offers(1, 32'000);
}

TEST_CASE("mains that come back to another run of the program count as well") {
    World w{late_and_slow()};
    w.boot().mains(false).wait(seconds{1});
    w.restart().mains(true).wait(seconds{2}).plug(1).tag("A").wait(seconds{1});
    CHECK(waits(w) > 1);
}

TEST_CASE("neither a reset nor a crash of one program is a loss of the mains") {
    World w{late_and_slow()};
    w.boot();
    CHECK(bound_of(w, 1, "PowerUp") == -1);
    w.call("Reset", {{"type", "Soft"}});
    w.wait(seconds{60});
    CHECK(bound_of(w, 1, "PowerUp") == -1);
    w.connect().plug(1).tag("A").wait(seconds{10}).offers(1, 32'000);
    w.hal_restart().wait(seconds{10}).offers(1, 32'000);
    w.restart().wait(seconds{10}).offers(1, 32'000);
    CHECK(bound_of(w, 1, "PowerUp") == -1);
}

TEST_CASE("a limit that nothing but the clock can change says when") {
    World w{supply_of("16")};
    w.boot().plug(1).tag("A").wait(seconds{10});
    for (const auto& one : w.point().limits(w.now())) CHECK_FALSE(one.contains("until"));
    const auto until = [&w](std::size_t id) {
        return w.point().limits(w.now())[id].value("until", "never");
    };
    const auto at = [&w](int later) {
        return ocpp::wire::DateTime{
            std::chrono::time_point_cast<std::chrono::milliseconds>(w.now().utc) + seconds{later}}
            .to_text();
    };
    auto hundred_seconds = profile(1, "TxDefaultProfile", 0, periods({{0, 9}}));
    hundred_seconds["chargingSchedule"]["startSchedule"] = at(0);
    hundred_seconds["chargingSchedule"]["duration"] = 100;
    install(w, 2, hundred_seconds);
    CHECK(until(0) == "never");
    CHECK(until(1) == "never");
    CHECK(until(2) == at(100));
    // Then both want the supply, and what one gets depends on the other.
    w.plug(2).tag("B").wait(seconds{10});
    CHECK(until(1) == at(90));
}

SCENARIO_IN_WORLD("with FreeCharging whoever plugs in charges, once for each visit") {
    w.boot().set_key("FreeCharging", "1.true").set_key("RfidTagFreeCharging", "GUEST");
    w.plug(1).wait(seconds{10}).power(1, true);
    w.says({"StatusNotification 1 Preparing", "StartTransaction 1 GUEST",
            "StatusNotification 1 Charging"});
    w.plug(2).says({"StatusNotification 2 Preparing"}).power(2, false).unplug(2).said();
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.wait(seconds{300}).says({"StatusNotification 1 Finishing", "StopTransaction Remote"});
    w.unplug(1).wait(seconds{1}).plug(1).wait(seconds{5}).power(1, true).said();
    w.unplug(1).says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}});
    w.plug(1).says({"StatusNotification 1 Preparing", "StartTransaction 1 R",
                    "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("who charges for free is gone when the vehicle is, whatever the keys say") {
    w.boot()
        .set_key("FreeCharging", "1.true")
        .set_key("StopTransactionOnEVSideDisconnect", "false");
    w.plug(1).wait(seconds{10}).power(1, true).said();
    w.unplug(1).says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
}

TEST_CASE("chargingLimitations answers what chargepointctl limits prints") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    const auto ask = [&w](Json request) {
        request["vendorId"] = "charge amps";
        request["messageId"] = "ChargingLimitations";
        return w.call("DataTransfer", request);
    };
    const auto shown = w.point().limits(w.now());
    const auto all = ask(Json::object());
    CHECK(all["status"] == "Accepted");
    CHECK(Json::parse(all["data"].get<std::string>()) == shown);
    for (const auto* argument : {R"({"connectorId":2})", "2"}) {
        const auto one = ask({{"data", argument}});
        CHECK(one["status"] == "Accepted");
        CHECK(Json::parse(one["data"].get<std::string>()) == shown[2]);
    }
    const auto whole = ask({{"data", R"({"connectorId":0})"}});
    CHECK(Json::parse(whole["data"].get<std::string>()) == shown[0]);
    CHECK(Json::parse(ask({{"data", "{}"}})["data"].get<std::string>()) == shown);
    for (const auto* argument : {"3", "-1", "1.5", "one", "[1]", R"({"connectorId":"1"})",
                                 R"({"connectorId":1,"x":2})", "99999999999999999999", "\"2\""}) {
        INFO(argument);
        const auto refused = ask({{"data", argument}});
        CHECK(refused["status"] == "Rejected");
        CHECK_FALSE(refused["data"].get<std::string>().empty());
    }
}

TEST_CASE("every bound is told with its source, and the one that binds") {
    World w;
    w.boot().set_key("InstallationCurrent", "1.20").set_key("AssignedCurrent", "1.12");
    auto idle = w.point().limits(w.now());
    CHECK(idle[1]["stateRestriction"] == Json({"NotPluggedIn", "NotAuthorized"}));
    CHECK(idle[1]["offered"] == 0.0);
    w.plug(1).tag("A").wait(seconds{10});
    const auto told = w.point().limits(w.now())[1];
    CHECK(told["connectorId"] == 1);
    CHECK(told["offered"] == 12.0);
    CHECK(told["phases"] == 3);
    CHECK(told["binding"] == "AssignedCurrent");
    CHECK(told["stateRestriction"] == Json({"None"}));
    std::map<std::string, double> bounds;
    for (const auto& bound : told["limits"]) bounds[bound["source"]] = bound["A"];
    CHECK(bounds == std::map<std::string, double>{{"MaxCurrent", 32},
                                                  {"InstallationCurrent", 20},
                                                  {"UserCurrentLimit", 32},
                                                  {"AssignedCurrent", 12},
                                                  {"Temperature", 32},
                                                  {"Cable", 32},
                                                  {"SharedSupply", 32}});
    w.set_key("AssignedCurrent", "0.15,1.12");
    const auto whole = w.point().limits(w.now())[0];
    CHECK(whole["connectorId"] == 0);
    CHECK(whole["offered"] == 12.0);
    CHECK(whole["binding"] == "AssignedCurrent");
    CHECK(whole["stateRestriction"] == Json({"None"}));
    CHECK(bound_of(w, 0, "AssignedCurrent") == 15);
    CHECK(bound_of(w, 0, "InstallationCurrent") == 32);
}

TEST_CASE("where the limits leave nothing, chargingLimitations says that they do") {
    World w;
    w.boot();
    const auto reasons = [&w](std::size_t connector) {
        return w.point().limits(w.now())[connector]["stateRestriction"];
    };
    w.plug(2).tag("B").wait(seconds{10});
    CHECK(reasons(2) == Json({"None"}));
    install(w, 2, profile(1, "TxDefaultProfile", 0, periods({{0, 6}})));
    CHECK(reasons(2) == Json({"LimitTooLow"}));
    const auto told = w.point().limits(w.now())[2];
    CHECK(told["offered"] == 0.0);
    CHECK(told["binding"] == "TxDefaultProfile");
    CHECK(w.call("GetCompositeSchedule",
                 {{"connectorId", 2},
                  {"duration", 60}})["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] ==
          0);
    w.set_key("AssignedCurrent", "0.5");
    CHECK(reasons(0) == Json({"LimitTooLow"}));
    CHECK(reasons(1) == Json({"NotPluggedIn", "NotAuthorized"}));
    w.set_key("AssignedCurrent", "0.32,1.5");
    CHECK(reasons(1) == Json({"NotPluggedIn", "NotAuthorized", "LimitTooLow"}));
}

TEST_CASE("who waits for a turn is told to wait for it") {
    World w{supply_of("10")};
    w.supply = units::Milliamps{10'000};
    w.boot().plug(1).tag("A").wait(seconds{30}).plug(2).tag("B").wait(seconds{30});
    const auto all = w.point().limits(w.now());
    CHECK(all[1]["stateRestriction"] == Json({"None"}));
    CHECK(all[2]["stateRestriction"] == Json({"WaitsForTurn"}));
    CHECK(all[2]["binding"] == "SharedSupply");
}

TEST_CASE("phases of connector 0 are those of the whole charge point") {
    for (const char* key : {"InstallationPhases", "AssignedPhase"}) {
        World w;
        w.boot().plug(1).tag("A").wait(seconds{20});
        CHECK(w.outlet(1).setpoint.phases == 3);
        w.set_key(key, key[0] == 'I' ? "0.1" : "0.L1").wait(seconds{20});
        CHECK(w.outlet(1).setpoint.phases == 1);
    }
}

TEST_CASE("a key that is written again as it is costs no write") {
    World w;
    w.boot().set_key("UserCurrentLimit", "1.10");
    const auto before = w.store().durable_commits();
    for (int n = 0; n < 100; ++n) w.set_key("UserCurrentLimit", "1.10");
    CHECK(w.store().durable_commits() == before);
}

TEST_CASE(
    "FreeCharging that is switched on later is for who waits already, and not for who had it") {
    World w;
    w.boot().plug(1).wait(seconds{100}).said();
    w.set_key("FreeCharging", "0.true").wait(seconds{20}).power(1, true).said();
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.wait(seconds{200}).power(1, false);
}

}  // namespace limits_test
