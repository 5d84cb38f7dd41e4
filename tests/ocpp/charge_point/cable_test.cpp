// SPDX-License-Identifier: Apache-2.0
// A socket with a lock, and a cable with two ends:
// OCPP 1.6 4.9, 4.10, 5.18, 9.1.24, 9.1.25, 9.1.33, errata 4.0 3.5.

#include "tests/support/world.hpp"

namespace charge_point_cable_test {

using shared::Json;
using test::seconds;
using test::with_socket;

namespace {

void check_status(test::World& w, const Json& answer, const char* status) {
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

void check_locked(test::World& w, bool locked) {
    if (!w.disturbed()) CHECK(w.outlet(1).locked == locked);
}

test::World::Options outliving(hal::ConnectorType type) {
    auto options = with_socket();
    options.connectors[0].type = type;
    options.keys = {{"MeterValueSampleInterval", "0"},
                    {"HeartbeatInterval", "86400"},
                    {"StopTransactionOnEVSideDisconnect", "false"}};
    options.outlives_vehicle = true;
    return options;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("the cable is locked while a transaction needs it", with_socket()) {
    w.boot().plug(1).says({"StatusNotification 1 Preparing"});
    check_locked(w, false);
    w.tag("A")
        .wait(seconds{10})
        .says({"Authorize A", "StartTransaction 1 A", "StatusNotification 1 Charging"});
    check_locked(w, true);
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
    check_locked(w, false);
    w.unplug_vehicle(1).quiet();
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD_WITH("TC_024: nothing starts on a socket whose lock fails", with_socket()) {
    w.boot().jam_lock(1, true);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"StatusNotification 1 Preparing"});
    w.plug(1).wait(seconds{10});
    w.says({"StatusNotification 1 Faulted ConnectorLockFailure ConnectorLock"}).power(1, false);
    w.jam_lock(1, false).wait(seconds{5});
    w.says({"StatusNotification 1 Preparing", "StatusNotification 1 Charging",
            "StartTransaction 1 A"});
}

SCENARIO_IN_WORLD_WITH("TC_005_1: the vehicle leaves, the cable is given back", with_socket()) {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    w.unplug_vehicle(1).says(
        {"StatusNotification 1 Finishing left", "StopTransaction EVDisconnected"});
    check_locked(w, false);
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD_WITH("TC_005_2: the vehicle leaves, the cable waits for its owner",
                       with_socket()) {
    w.boot().set_key("UnlockConnectorOnEVSideDisconnect", "false");
    w.plug(1).tag("A").wait(seconds{10}).said();
    w.unplug_vehicle(1).says(
        {"StatusNotification 1 Finishing left", "StopTransaction EVDisconnected"});
    check_locked(w, true);
    check_status(w, w.call("UnlockConnector", {{"connectorId", 1}}), "Unlocked");
    check_locked(w, false);
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD_WITH("a cable that waits for its owner is given back to the same tag",
                       with_socket()) {
    w.boot().set_key("UnlockConnectorOnEVSideDisconnect", "false");
    w.plug(1).tag("A").wait(seconds{10}).unplug_vehicle(1).said();
    w.tag("a").quiet();
    check_locked(w, false);
}

SCENARIO_IN_WORLD_WITH("after DeAuthorized the cable is given back to the same group",
                       with_socket()) {
    w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.boot().plug(1).said();
    w.id_tag_info["A"] = {{"status", "Blocked"}, {"parentIdTag", "G"}};
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.wait(seconds{1})
        .says({"StartTransaction 1 A", "StatusNotification 1 Charging",
               "StatusNotification 1 Finishing", "StopTransaction DeAuthorized"});
    check_locked(w, true);
    w.tag("C").says({"Authorize C"});
    check_locked(w, false);
}

SCENARIO_IN_WORLD_WITH("TC_005_3: the transaction outlives its vehicle",
                       outliving(hal::ConnectorType::Type2Socket)) {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    w.unplug_vehicle(1).says({"StatusNotification 1 SuspendedEV left"}).power(1, false);
    check_locked(w, true);
    w.wait(seconds{60}).quiet();
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.says({"StatusNotification 1 Finishing", "StopTransaction Remote"});
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD_WITH("TC_005_3 with a fixed cable: Available after the remote stop",
                       outliving(hal::ConnectorType::Type2Cable)) {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    w.unplug(1).says({"StatusNotification 1 SuspendedEV left"}).power(1, false);
    w.restart().wait(seconds{70}).said();
    w.plug(1).wait(seconds{10}).power(1, true);
    w.says({"StatusNotification 1 SuspendedEVSE", "StatusNotification 1 Charging"});
    w.unplug(1).said();
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.says({"StatusNotification 1 Available", "StopTransaction Remote"});
}

SCENARIO_IN_WORLD_WITH("a household plug that is pulled always ends its transaction",
                       outliving(hal::ConnectorType::Schuko)) {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    w.unplug(1).says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
}

SCENARIO_IN_WORLD_WITH("TC_018_1: an unlock ends the transaction, and is answered first",
                       with_socket()) {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    const auto before = w.raw_frames().size();
    check_status(w, w.call("UnlockConnector", {{"connectorId", 1}}), "Unlocked");
    w.says({"StatusNotification 1 Finishing", "StopTransaction UnlockCommand"});
    if (!w.disturbed()) CHECK(w.raw_frames().at(before).rfind("[3", 0) == 0);
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD_WITH("TC_017_1: an unlock without a session", with_socket()) {
    w.boot();
    check_status(w, w.call("UnlockConnector", {{"connectorId", 1}}), "Unlocked");
    check_status(w, w.call("UnlockConnector", {{"connectorId", 2}}), "NotSupported");
    check_status(w, w.call("UnlockConnector", {{"connectorId", 0}}), "NotSupported");
}

SCENARIO_IN_WORLD_WITH("TC_030: a lock that is stuck", with_socket()) {
    w.boot().plug(1).tag("A").wait(seconds{10}).jam_lock(1, true).said();
    const auto before = w.raw_frames().size();
    w.call("UnlockConnector", {{"connectorId", 1}});
    w.wait(seconds{13});
    if (w.disturbed()) return;
    CHECK(w.raw_frames().at(before).find(R"("status":"UnlockFailed")") != std::string::npos);
    w.says({"StatusNotification 1 Finishing",
            "StatusNotification 1 Faulted ConnectorLockFailure ConnectorLock",
            "StopTransaction UnlockCommand"});
}

SCENARIO_IN_WORLD("TC_018_2: with a fixed cable there is nothing to unlock") {
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    check_status(w, w.call("UnlockConnector", {{"connectorId", 1}}), "NotSupported");
    w.quiet().power(1, true);
}

TEST_CASE("an unlock whose central system has gone is not answered to the next connection") {
    test::World w{with_socket()};
    w.boot().plug(1).tag("A").wait(seconds{10}).jam_lock(1, true);
    w.call("UnlockConnector", {{"connectorId", 1}});
    w.disconnect().connect();
    const auto before = w.raw_frames().size();
    w.wait(seconds{30});
    for (auto i = before; i < w.raw_frames().size(); ++i)
        CHECK(w.raw_frames()[i].rfind("[3", 0) != 0);
}

}  // namespace charge_point_cable_test
