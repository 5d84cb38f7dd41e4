// SPDX-License-Identifier: Apache-2.0
// A charging session in all its orders: OCPP 1.6 3.4, 4.1, 4.8 to 4.10, 5.11, 5.12.

#include "tests/support/world.hpp"

namespace charge_point_session_test {

using test::Lines;
using test::seconds;

SCENARIO_IN_WORLD("a plug and then a tag start a transaction, the same tag ends it") {
    w.boot().plug(1).says({"StatusNotification 1 Preparing"}).power(1, false);
    w.tag("04A2").says(
        {"Authorize 04A2", "StartTransaction 1 04A2", "StatusNotification 1 Charging"});
    w.power(1, true).wait(seconds{600}).quiet();
    w.tag("04A2")
        .says({"StatusNotification 1 Finishing", "StopTransaction Local 04A2"})
        .power(1, false);
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("a tag and then a plug start a transaction") {
    w.boot().tag("04A2").says({"Authorize 04A2", "StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 04A2", "StatusNotification 1 Charging"}).power(1, true);
    w.wait(seconds{60})
        .tag("04a2")
        .says({"StatusNotification 1 Finishing", "StopTransaction Local 04a2"});
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("an authorization that nobody uses ends after ConnectionTimeOut") {
    w.boot().set_key("ConnectionTimeOut", "30").tag("04A2");
    w.says({"Authorize 04A2", "StatusNotification 1 Preparing"});
    w.wait(seconds{29}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD(
    "a vehicle that nobody authorizes in time leaves the next tag to another outlet") {
    w.boot().set_key("ConnectionTimeOut", "30").plug(1).said();
    w.wait(seconds{29}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Finishing"}).power(1, false);
    w.tag("B").says({"Authorize B", "StatusNotification 2 Preparing"});
    w.plug(2).said();
    w.wait(seconds{300}).quiet().power(1, false);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"StatusNotification 1 Preparing", "StartTransaction 1 A",
            "StatusNotification 1 Charging"});
    w.power(1, true);
}

SCENARIO_IN_WORLD("an outlet that is Unavailable does not count the time without a tag") {
    w.boot().call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.plug(1).said();
    w.wait(seconds{300}).quiet();
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Operative"}});
    w.says({"StatusNotification 1 Preparing"});
    w.wait(seconds{59}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Finishing"});
}

SCENARIO_IN_WORLD("a vehicle without a tag is not Preparing for ever because Inoperative waits") {
    w.boot().plug(1).said();
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.wait(seconds{59}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Finishing", "StatusNotification 1 Unavailable"});
    w.unplug(1).quiet();
}

SCENARIO_IN_WORLD("a second swipe withdraws the authorization") {
    w.boot().tag("04A2").says({"Authorize 04A2", "StatusNotification 1 Preparing"});
    w.tag("04A2").says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("a tag that is refused starts nothing") {
    w.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w.boot().plug(1).says({"StatusNotification 1 Preparing"});
    w.tag("BAD").says({"Authorize BAD"}).wait(seconds{50}).quiet().power(1, false);
}

SCENARIO_IN_WORLD("a vehicle that leaves ends its transaction") {
    w.boot().plug(1).tag("04A2").wait(seconds{100}).said();
    w.unplug(1).says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
}

SCENARIO_IN_WORLD("a vehicle that does not answer the offer is SuspendedEV after ten seconds") {
    w.boot().vehicle_wants(1, false).plug(1).says({"StatusNotification 1 Preparing"});
    w.tag("04A2").says({"Authorize 04A2", "StartTransaction 1 04A2"});
    w.wait(seconds{9}).quiet();
    w.wait(seconds{2}).says({"StatusNotification 1 SuspendedEV"});
    w.vehicle_wants(1, true).says({"StatusNotification 1 Charging"});
    w.vehicle_wants(1, false).says({"StatusNotification 1 SuspendedEV"});
}

SCENARIO_IN_WORLD("both outlets charge at once, each for its own tag") {
    w.boot().plug(1).tag("A").plug(2).tag("B").wait(seconds{60});
    w.says({"StatusNotification 1 Preparing", "Authorize A", "StartTransaction 1 A",
            "StatusNotification 1 Charging", "StatusNotification 2 Preparing", "Authorize B",
            "StartTransaction 2 B", "StatusNotification 2 Charging"});
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"}).power(2, true);
    w.tag("B").says({"StatusNotification 2 Finishing", "StopTransaction Local B"});
}

SCENARIO_IN_WORLD("an authorization without a vehicle follows the vehicle to its outlet") {
    w.boot().tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
    w.plug(2).says({"StatusNotification 1 Available", "StatusNotification 2 Preparing",
                    "StartTransaction 2 A", "StatusNotification 2 Charging"});
}

SCENARIO_IN_WORLD("a foreign tag says nothing while every outlet is taken") {
    w.boot().plug(1).tag("A").plug(2).tag("B").said();
    w.tag("C").quiet().power(1, true);
}

SCENARIO_IN_WORLD("a tag of the same group ends the transaction") {
    w.id_tag_info["A"] = {{"status", "Accepted"}, {"parentIdTag", "FAMILY"}};
    w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "family"}};
    w.id_tag_info["D"] = {{"status", "Accepted"}, {"parentIdTag", "OTHERS"}};
    w.boot().plug(1).tag("A").plug(2).tag("B").wait(seconds{10}).said();
    w.tag("D").says({"Authorize D"}).power(1, true);
    w.tag("C").says({"Authorize C", "StatusNotification 1 Finishing", "StopTransaction Local C"});
}

SCENARIO_IN_WORLD("the same vehicle may charge again without being unplugged") {
    w.boot().plug(1).tag("A").wait(seconds{10}).tag("A").said();
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing", "StartTransaction 1 A",
                     "StatusNotification 1 Charging"});
    w.power(1, true);
}

SCENARIO_IN_WORLD("a remote start before the plug waits for it") {
    w.boot();
    const auto answer = w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", "Accepted"}});
    w.says({"StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 R", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("a remote start asks first when AuthorizeRemoteTxRequests says so") {
    w.id_tag_info["BAD"] = {{"status", "Blocked"}};
    w.boot().set_key("AuthorizeRemoteTxRequests", "true").plug(1).said();
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "BAD"}});
    w.says({"Authorize BAD"}).power(1, false);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}});
    w.says({"Authorize R", "StartTransaction 1 R", "StatusNotification 1 Charging"});
}

TEST_CASE("a remote start that can't be is rejected") {
    test::World w;
    const shared::Json rejected{{"status", "Rejected"}};
    w.boot().plug(1).tag("A");
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}}) == rejected);
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 0}, {"idTag", "R"}}) == rejected);
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 3}, {"idTag", "R"}}) == rejected);
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 2}, {"idTag", ""}}) == rejected);
    w.call("ChangeAvailability", {{"connectorId", 2}, {"type", "Inoperative"}});
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 2}, {"idTag", "R"}}) == rejected);
    CHECK(w.call("RemoteStartTransaction", {{"idTag", "R"}}) == rejected);
}

SCENARIO_IN_WORLD("a remote stop ends the transaction that it names, and no other") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    const auto unknown = w.call("RemoteStopTransaction", {{"transactionId", 7}});
    if (!w.disturbed()) CHECK(unknown == shared::Json{{"status", "Rejected"}});
    w.quiet().power(1, true);
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.says({"StatusNotification 1 Finishing", "StopTransaction Remote"});
}

SCENARIO_IN_WORLD("a tag refused at the start of the transaction ends it") {
    w.boot().plug(1).said();
    w.id_tag_info["A"] = {{"status", "Blocked"}};
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says(
         {"StartTransaction 1 A", "StatusNotification 1 Finishing", "StopTransaction DeAuthorized"})
        .power(1, false);
}

SCENARIO_IN_WORLD(
    "a tag refused at the start only suspends when StopTransactionOnInvalidId is false") {
    w.boot().set_key("StopTransactionOnInvalidId", "false").plug(1).said();
    w.id_tag_info["A"] = {{"status", "Blocked"}};
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.wait(seconds{20})
        .says({"StartTransaction 1 A", "StatusNotification 1 SuspendedEVSE"})
        .power(1, false);
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
}

SCENARIO_IN_WORLD("a tag refused at the start suspends at once, and is so after a restart") {
    w.boot().set_key("StopTransactionOnInvalidId", "false").plug(1).said();
    w.id_tag_info["A"] = {{"status", "Blocked"}};
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"StartTransaction 1 A", "StatusNotification 1 SuspendedEVSE"}).power(1, false);
    w.restart().says({"BootNotification", "StatusNotification 0 Available",
                      "StatusNotification 1 SuspendedEVSE", "StatusNotification 2 Available"});
    w.wait(seconds{30}).quiet();
}

SCENARIO_IN_WORLD("a fault takes the power away and gives the session back") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.fault(1, true)
        .says({"StatusNotification 1 Faulted GroundFailure ResidualCurrentDC"})
        .power(1, false);
    w.wait(seconds{60}).quiet();
    // Nothing is offered until the fault is known to be over.
    w.fault(1, false)
        .says({"StatusNotification 1 SuspendedEVSE", "StatusNotification 1 Charging"})
        .power(1, true);
}

SCENARIO_IN_WORLD("nothing starts on a faulted outlet") {
    w.boot().fault(1, true).plug(1).said();
    const auto answer = w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", "Rejected"}});
    w.tag("A").wait(seconds{5}).power(1, false);
    for (const auto& line : w.said()) CHECK(line.find("StartTransaction 1") == std::string::npos);
}

SCENARIO_IN_WORLD(
    "a session goes on over a hardware process that begins anew, and is known later") {
    w.boot().plug(2).unplug(2).plug(1).tag("A").wait(seconds{60}).said();
    w.hal_restart().wait(seconds{10}).quiet().power(1, true);
    w.restart().wait(seconds{10}).power(1, true);
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Charging",
            "StatusNotification 2 Available"});
    w.tag("A").unplug(1).says({"StatusNotification 1 Finishing", "StopTransaction Local A",
                               "StatusNotification 1 Available"});
}

}  // namespace charge_point_session_test
