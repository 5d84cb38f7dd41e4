// SPDX-License-Identifier: Apache-2.0
// Statuses: which may follow which, when they were so, and what goes before them. OCPP 1.6 4.9,
// 5.2, 5.17, 5.18.

#include "ocpp/features/reports/status_changes.hpp"
#include "tests/support/world.hpp"

namespace charge_point_status_test {

using shared::Json;
using test::Lines;
using test::seconds;
using Status = ocpp::wire::ChargePointStatus;

namespace {

void check_status(test::World& w, const Json& answer, const char* status) {
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

void schedule(test::World& w, const char* type, const char* status) {
    check_status(w, w.call("ChangeAvailability", {{"connectorId", 1}, {"type", type}}), status);
}

void trigger_status(test::World& w) {
    check_status(
        w,
        w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", 1}}),
        "Accepted");
}

void check_newest_time(test::World& w, const char* time) {
    if (!w.disturbed()) CHECK(w.calls().back()[3]["timestamp"] == time);
}

test::World::Options with_two_sockets() {
    return {.connectors = {{1, hal::ConnectorType::Type2Socket, 3, units::Milliamps{32'000}},
                           {2, hal::ConnectorType::Type2Socket, 3, units::Milliamps{32'000}}},
            .keys = {{"MeterValueSampleInterval", "0"},
                     {"HeartbeatInterval", "86400"},
                     {"UnlockConnectorOnEVSideDisconnect", "false"}}};
}

}  // namespace

TEST_CASE("of 72 changes of status 53 are told as they are, and the others by way of a third") {
    using ocpp::features::may_follow;
    using ocpp::features::passed_between;
    const auto all = names(Status{});
    int direct = 0, around = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < all.size(); ++j) {
            const auto from = static_cast<Status>(i), to = static_cast<Status>(j);
            if (from == to) continue;
            may_follow(from, to) ? ++direct : ++around;
            for (const bool occupied : {false, true})
                if (const auto between = passed_between(from, to, occupied)) {
                    CHECK(may_follow(from, *between));
                    CHECK(may_follow(*between, to));
                }
        }
    CHECK(direct == 53);
    CHECK(around == 19);
    CHECK(passed_between(Status::Preparing, Status::Unavailable, false) == Status::Available);
    CHECK(passed_between(Status::Preparing, Status::Unavailable, true) == Status::Finishing);
    CHECK(passed_between(Status::Finishing, Status::Charging, true) == Status::Preparing);
}

SCENARIO_IN_WORLD("a status that was passed too quickly is told where the table needs it") {
    w.boot().set_key("MinimumStatusDuration", "30").plug(1).tag("A").wait(seconds{31}).said();
    w.tag("A")
        .wait(seconds{31})
        .says({"StopTransaction Local A", "StatusNotification 1 Finishing"});
    w.tag("A")
        .wait(seconds{31})
        .says({"Authorize A", "StartTransaction 1 A", "StatusNotification 1 Preparing",
               "StatusNotification 1 Charging"});
    w.tag("A").tag("A").said();
    w.wait(seconds{31}).quiet();
    w.tag("A").wait(seconds{31}).said();
    w.tag("A");
    trigger_status(w);
    w.says({"Authorize A", "StartTransaction 1 A", "StatusNotification 1 Preparing",
            "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("a triggered status that waits becomes no change that the table does not have") {
    w.boot().plug(1).tag("A").wait(seconds{20}).tag("A").said();
    w.silent = {"Heartbeat"};
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    trigger_status(w);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"Heartbeat"}).silent.clear();
    w.wait(seconds{31})
        .says({"StatusNotification 1 Preparing", "StatusNotification 1 Charging",
               "StartTransaction 1 A"});
}

SCENARIO_IN_WORLD("a report of what is has the time of the report") {
    w.boot().plug(1).tag("A").wait(seconds{20}).disconnect().wait(seconds{10}).unplug(1);
    w.wait(seconds{80}).said();
    w.connect().says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
    if (!w.disturbed())
        CHECK(w.calls()[w.calls().size() - 2][3]["timestamp"] == "2026-03-28T22:01:50.123Z");
    w.wait(seconds{60});
    trigger_status(w);
    w.says({"StatusNotification 1 Available"});
    check_newest_time(w, "2026-03-28T22:02:50.123Z");
    w.set_key("MinimumStatusDuration", "30").plug(1).wait(seconds{40});
    w.says({"StatusNotification 1 Preparing"});
    check_newest_time(w, "2026-03-28T22:03:20.123Z");
}

SCENARIO_IN_WORLD("a status that waited for another call is told with the time of the report") {
    w.boot().said();
    w.silent = {"Heartbeat"};
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.wait(seconds{10}).plug(1);
    w.says({"Heartbeat"}).silent.clear();
    w.wait(seconds{21}).says({"StatusNotification 1 Preparing"});
    check_newest_time(w, "2026-03-28T22:00:30.123Z");
}

SCENARIO_IN_WORLD("whoever asks who this is is answered, and changes nothing by its own answer") {
    w.interval = 300;
    w.boot().plug(1).tag("A").wait(seconds{20}).disconnect().wait(seconds{5}).connect().said();
    w.interval = 7;
    for (const auto* status : {"Accepted", "Pending", "Rejected"}) {
        w.registration = status;
        check_status(w, w.call("TriggerMessage", {{"requestedMessage", "BootNotification"}}),
                     "Accepted");
        w.says({"BootNotification"}).wait(seconds{30}).quiet();
    }
    w.registration = "Accepted";
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
    if (w.disturbed()) return;
    const auto read = w.call("GetConfiguration", {{"key", {"HeartbeatInterval"}}});
    CHECK(read["configurationKey"][0]["value"] == "300");
    w.wait(seconds{209}).quiet().wait(seconds{1}).says({"Heartbeat"});
}

SCENARIO_IN_WORLD("what was scheduled follows the end of its transaction, and the car finds it") {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.says({"StopTransaction Remote", "StatusNotification 1 Unavailable"}).power(1, false);
    w.tag("A").wait(seconds{90}).said();
    schedule(w, "Operative", "Accepted");
    w.says({"StatusNotification 1 Preparing"}).wait(seconds{61});
    w.says({"StatusNotification 1 Finishing"});
    schedule(w, "Inoperative", "Accepted");
    w.says({"StatusNotification 1 Unavailable"}).unplug(1).quiet();
    schedule(w, "Operative", "Accepted");
    w.says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("a car that leaves a session takes its connector out of service as scheduled") {
    w.boot().plug(1).tag("A").wait(seconds{20}).vehicle_wants(1, false).wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.unplug(1).says({"StopTransaction EVDisconnected", "StatusNotification 1 Unavailable"});
}

SCENARIO_IN_WORLD("a session that ends offline is over before its connector is Unavailable") {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.disconnect().tag("A").wait(seconds{20}).connect();
    w.says({"StopTransaction Local A", "StatusNotification 1 Unavailable"});
    w.unplug(1).quiet();
}

SCENARIO_IN_WORLD("a stop that waits to be sent again keeps no Unavailable waiting") {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.call_errors["StopTransaction"] = "InternalError";
    w.tag("A").says({"StopTransaction Local A", "StatusNotification 1 Unavailable"});
    w.call_errors.clear();
    w.wait(seconds{60}).says({"StopTransaction Local A"});
}

SCENARIO_IN_WORLD_WITH("a cable is held for its owner also where the connector is out of service",
                       with_two_sockets()) {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.unplug_vehicle(1).says(
        {"StopTransaction EVDisconnected", "StatusNotification 1 Unavailable left"});
    if (!w.disturbed()) CHECK(w.outlet(1).locked);
    schedule(w, "Operative", "Accepted");
    w.says({"StatusNotification 1 Preparing"});
    if (!w.disturbed()) CHECK(w.outlet(1).locked);
    w.tag("A").quiet();
    if (!w.disturbed()) CHECK_FALSE(w.outlet(1).locked);
    w.unplug(1).says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("a car that has charged for free does not again because of an operator") {
    w.boot().set_key("FreeCharging", "1.true").plug(1).wait(seconds{20}).said();
    schedule(w, "Inoperative", "Scheduled");
    w.call("RemoteStopTransaction", {{"transactionId", w.last_transaction()}});
    w.says({"StopTransaction Remote", "StatusNotification 1 Unavailable"});
    schedule(w, "Operative", "Accepted");
    w.says({"StatusNotification 1 Preparing"}).wait(seconds{30}).quiet().power(1, false);
}

SCENARIO_IN_WORLD("a session begins once: its vehicle is not awaited anew after a fault") {
    w.boot().plug(1).tag("A").wait(seconds{10}).vehicle_wants(1, false).wait(seconds{120}).said();
    w.fault(1, true).wait(seconds{5}).said();
    w.fault(1, false).wait(seconds{120});
    w.says({"StatusNotification 1 SuspendedEVSE", "StatusNotification 1 SuspendedEV"});
}

SCENARIO_IN_WORLD_WITH("a lock that is stuck is known at its fault, and silences no other outlet",
                       with_two_sockets()) {
    w.boot().plug(1).tag("A").wait(seconds{10}).jam_lock(1, true).said();
    const auto at = w.raw_frames().size();
    w.call("UnlockConnector", {{"connectorId", 1}});
    w.quiet().wait(seconds{2});
    if (!w.disturbed()) CHECK(w.raw_frames()[at].find("UnlockFailed") != std::string::npos);
    w.says({"StatusNotification 1 Finishing",
            "StatusNotification 1 Faulted ConnectorLockFailure ConnectorLock",
            "StopTransaction UnlockCommand"});
    // The fault of before says nothing about another try, which is waited for.
    const auto before = w.raw_frames().size();
    w.call("UnlockConnector", {{"connectorId", 1}});
    w.fault(1, true).quiet();
    w.plug(2).tag("B").says({"StatusNotification 2 Preparing", "Authorize B",
                             "StartTransaction 2 B", "StatusNotification 2 Charging"});
    trigger_status(w);
    w.quiet().wait(seconds{13}).said();
    if (w.disturbed()) return;
    std::vector<std::string> about_first;
    for (auto i = before; i < w.raw_frames().size(); ++i) {
        const auto& frame = w.raw_frames()[i];
        if (frame.find("Unlock") != std::string::npos ||
            frame.find(R"("connectorId":1)") != std::string::npos)
            about_first.push_back(frame.substr(0, 2));
    }
    REQUIRE(about_first.size() > 1);
    CHECK(about_first.front() == "[3");
    CHECK(about_first.back() == "[2");
}

}  // namespace charge_point_status_test
