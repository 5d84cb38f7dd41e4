// SPDX-License-Identifier: Apache-2.0
// A restart forgets nothing of a visit; when both processes begin anew, it is read the safe way.

#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace visit_test {

using test::seconds;
using test::with_socket;
using test::World;

namespace {

World::Options free_for_all() {
    World::Options options;
    options.keys = {{"MeterValueSampleInterval", "0"},
                    {"HeartbeatInterval", "86400"},
                    {"FreeCharging", "0.true"},
                    {"RfidTagFreeCharging", "GUEST"}};
    return options;
}

World::Options two_cables() {
    World::Options options;
    options.connectors[1] = {2, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}};
    return options;
}

World::Options patient_socket() {
    auto options = with_socket();
    options.keys = {{"MeterValueSampleInterval", "0"},
                    {"HeartbeatInterval", "86400"},
                    {"UnlockConnectorOnEVSideDisconnect", "false"}};
    return options;
}

void check_locked(World& w, bool locked) {
    if (!w.disturbed()) CHECK(w.outlet(1).locked == locked);
}

// As on a machine on which that happens one after the other, with a vehicle that stays.
const auto every_restart = {&World::restart, &World::restart_orderly, &World::crash,
                            &World::restart_all};

void stopped_remotely(World& w) {
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.wait(seconds{5});
}

}  // namespace

SCENARIO_IN_WORLD_WITH("who has charged for free and was stopped does not begin again by a restart",
                       free_for_all()) {
    w.boot().plug(1).wait(seconds{30}).power(1, true);
    stopped_remotely(w);
    w.power(1, false).said();
    for (const auto restart : every_restart) {
        (w.*restart)().wait(seconds{120});
        w.says({"BootNotification", "StatusNotification 0 Available",
                "StatusNotification 1 Finishing", "StatusNotification 2 Available"});
        w.power(1, false);
    }
    w.power_cut().wait(seconds{120}).power(1, false).said();
    w.unplug(1).plug(1).wait(seconds{5}).power(1, true);
}

SCENARIO_IN_WORLD_WITH("a driver whose vehicle another one goes on charging starts nowhere else",
                       two_cables()) {
    w.boot().plug(1).tag("A").wait(seconds{10});
    stopped_remotely(w);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "B"}});
    w.wait(seconds{10}).power(1, true).said();
    w.tag("A").quiet();
    for (const auto restart : {&World::restart, &World::restart_orderly}) {
        (w.*restart)().wait(seconds{30}).said();
        w.tag("A").quiet();
    }
}

SCENARIO_IN_WORLD_WITH(
    "a session that a restart of everything cut off does not begin again for free",
    free_for_all()) {
    w.boot().plug(1).wait(seconds{30}).power(1, true).said();
    w.crash().wait(seconds{300}).power(1, false);
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available", "StopTransaction Reboot"});
}

TEST_CASE("another vehicle that came while the program was away charges for free") {
    World w{free_for_all()};
    w.boot().plug(1).wait(seconds{30});
    stopped_remotely(w);
    ++w.outlet(1).plug_count;
    w.restart().wait(seconds{5});
    CHECK(w.outlet(1).closed);
}

SCENARIO_IN_WORLD_WITH("a cable that waits for its owner waits over restarts", patient_socket()) {
    w.boot().plug(1).tag("A").wait(seconds{10}).unplug_vehicle(1).said();
    for (const auto restart : every_restart) {
        (w.*restart)().wait(seconds{60}).said();
        check_locked(w, true);
    }
    w.power_cut().wait(seconds{60}).said();
    check_locked(w, true);
    w.tag("A").said();
    check_locked(w, false);
    w.restart().wait(seconds{60}).said();
    check_locked(w, false);
}

SCENARIO_IN_WORLD_WITH("after a restart the next driver's tag leaves the finished vehicle alone",
                       two_cables()) {
    w.boot().plug(1).tag("A").wait(seconds{30}).tag("A").wait(seconds{5}).said();
    for (const auto restart : every_restart) {
        (w.*restart)().wait(seconds{20}).said();
        w.tag("B").says({"Authorize B", "StatusNotification 2 Preparing"}).power(1, false);
        w.tag("B").says({"StatusNotification 2 Available"});
    }
    w.plug(2);
    w.tag("A").wait(seconds{5}).power(2, true).power(1, false);
}

SCENARIO_IN_WORLD("an authorization waits for its vehicle over a restart, for as long as before") {
    w.boot().tag("A").wait(seconds{30}).said();
    w.restart().says({"BootNotification", "StatusNotification 0 Available",
                      "StatusNotification 1 Preparing", "StatusNotification 2 Available"});
    w.wait(seconds{29}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Available"});
    w.tag("A").restart_orderly().plug(1).wait(seconds{5}).power(1, true);
}

SCENARIO_IN_WORLD("the profile of a remote start waits for its vehicle over a restart") {
    w.boot();
    w.call("RemoteStartTransaction",
           {{"connectorId", 1},
            {"idTag", "A"},
            {"chargingProfile", test::profile(1, "TxProfile", 0, test::periods({{0, 10}}))}});
    w.restart().restart_orderly().plug(1).wait(seconds{5}).power(1, true).offers(1, 10'000);
    w.tag("A").wait(seconds{1}).unplug(1).plug(1).tag("A").wait(seconds{5}).offers(1, 32'000);
}

SCENARIO_IN_WORLD("an authorization is nobody's when both processes have begun anew") {
    w.boot().tag("A").said();
    w.crash().says({"BootNotification", "StatusNotification 0 Available",
                    "StatusNotification 1 Available", "StatusNotification 2 Available"});
    w.plug(1).wait(seconds{5}).power(1, false);
}

SCENARIO_IN_WORLD("the time without a tag goes on over a restart") {
    w.boot().plug(1).wait(seconds{40}).restart().wait(seconds{19}).said();
    w.wait(seconds{1}).says({"StatusNotification 1 Finishing"});
}

SCENARIO_IN_WORLD("a crash of both processes is no power loss, and a power cut is one") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.crash().wait(seconds{5});
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available", "StopTransaction Reboot"});
    w.unplug(1).plug(1).tag("A").wait(seconds{30}).said();
    w.power_cut().wait(seconds{5});
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available", "StopTransaction PowerLoss"});
}

SCENARIO_IN_WORLD("both processes that were asked to stop, on whatever boot, are a reboot") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.restart_all().wait(seconds{5});
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available", "StopTransaction Reboot"});
}

}  // namespace visit_test
