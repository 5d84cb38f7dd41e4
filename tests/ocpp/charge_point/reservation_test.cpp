// SPDX-License-Identifier: Apache-2.0
// ReserveNow and CancelReservation: OCPP 1.6 5.2, 5.13, 4.9. The world begins on 2026-03-28 at
// 22:00 UTC.

#include "tests/support/world.hpp"

namespace reservation_test {

using shared::Json;
using test::seconds;
using test::World;

namespace {

const Json family{{"status", "Accepted"}, {"parentIdTag", "FAMILY"}};

Json reservation(int id, int connector, const std::string& tag,
                 const std::string& expiry = "2026-03-28T23:00:00Z") {
    return {
        {"reservationId", id}, {"connectorId", connector}, {"idTag", tag}, {"expiryDate", expiry}};
}

void reserve(World& w, const Json& request, const std::string& status = "Accepted") {
    const auto answer = w.call("ReserveNow", request);
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

void cancel(World& w, int id, const std::string& status = "Accepted") {
    const auto answer = w.call("CancelReservation", {{"reservationId", id}});
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

}  // namespace

SCENARIO_IN_WORLD("TC_046: only whom it is for may start at a reserved connector") {
    w.boot();
    w.call("ChangeAvailability", {{"connectorId", 2}, {"type", "Inoperative"}});
    w.said();
    reserve(w, reservation(17, 1, "A"));
    w.says({"StatusNotification 1 Reserved"});
    // Nobody needs to be asked about another tag.
    w.tag("B").quiet();
    w.tag("a").says({"Authorize a", "StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 a 17", "StatusNotification 1 Charging"});
    w.tag("a").wait(seconds{1}).unplug(1).wait(seconds{1}).said();
    w.plug(1).tag("B").says({"StatusNotification 1 Preparing", "Authorize B",
                             "StartTransaction 1 B", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_046: a reserved connector stays Reserved when a vehicle is plugged in") {
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    w.said();
    w.plug(1).wait(seconds{120}).quiet().power(1, false);
    const auto answer = w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "B"}});
    if (!w.disturbed()) CHECK(answer == Json{{"status", "Rejected"}});
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"StatusNotification 1 Preparing", "StartTransaction 1 A 17",
            "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("an authorization that nobody uses leaves the reservation") {
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    w.tag("A").said();
    w.wait(seconds{61}).says({"StatusNotification 1 Available", "StatusNotification 1 Reserved"});
    w.tag("A").plug(1).says({"Authorize A", "StatusNotification 1 Preparing",
                             "StartTransaction 1 A 17", "StatusNotification 1 Charging"});
}

TEST_CASE("what a connector is counts before what is asked for it") {
    test::World w;
    w.boot();
    auto late = reservation(1, 1, "A");
    late["expiryDate"] = "2026-03-28T21:00:00Z";
    reserve(w, late, "Rejected");
    auto of_any = late;
    of_any["connectorId"] = 0;
    reserve(w, of_any, "Rejected");
    w.plug(1);
    reserve(w, late, "Occupied");
    w.unplug(1).fault(1, true);
    reserve(w, late, "Faulted");
    w.fault(2, true);
    reserve(w, of_any, "Faulted");
    w.fault(1, false).fault(2, false);
    w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Inoperative"}});
    reserve(w, late, "Unavailable");
    reserve(w, of_any, "Unavailable");
    late["connectorId"] = 3;
    reserve(w, late, "Rejected");
}

SCENARIO_IN_WORLD("TC_047: a reservation ends when it expires") {
    w.boot();
    reserve(w, reservation(17, 1, "A", "2026-03-28T22:30:00Z"));
    w.says({"StatusNotification 1 Reserved"}).wait(seconds{1790}).quiet();
    w.wait(seconds{10}).says({"StatusNotification 1 Available"});
    w.plug(1).tag("B").says({"StatusNotification 1 Preparing", "Authorize B",
                             "StartTransaction 1 B", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_048: what can't be kept can't be reserved") {
    w.boot().fault(1, true);
    reserve(w, reservation(1, 1, "A"), "Faulted");
    w.fault(1, false).plug(1);
    reserve(w, reservation(1, 1, "A"), "Occupied");
    w.unplug(1).tag("X");
    reserve(w, reservation(1, 1, "A"), "Occupied");
    w.wait(seconds{61});
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    reserve(w, reservation(1, 1, "A"), "Unavailable");
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Operative"}});
    reserve(w, reservation(1, 3, "A"), "Rejected");
    reserve(w, reservation(1, -1, "A"), "Rejected");
    reserve(w, reservation(1, 1, "A", "2026-03-28T22:00:00Z"), "Rejected");
    reserve(w, reservation(1, 1, "A"));
    reserve(w, reservation(2, 1, "B"), "Occupied");
    w.set_key("ReservationEnabled", "false");
    reserve(w, reservation(3, 2, "A"), "Rejected");
}

SCENARIO_IN_WORLD("TC_049: a reservation of any connector keeps the last one that is free") {
    w.boot();
    reserve(w, reservation(17, 0, "A"));
    w.quiet().plug(1).tag("B").wait(seconds{5});
    w.says({"StatusNotification 1 Preparing", "Authorize B", "StatusNotification 2 Reserved",
            "StartTransaction 1 B", "StatusNotification 1 Charging"});
    w.tag("C").plug(2).wait(seconds{5}).quiet().power(2, false);
    w.tag("A").wait(seconds{5}).power(2, true);
    w.says({"Authorize A", "StatusNotification 2 Preparing", "StartTransaction 2 A 17",
            "StatusNotification 2 Charging"});
}

SCENARIO_IN_WORLD("a reservation of any connector is used up on any of them") {
    w.boot();
    reserve(w, reservation(17, 0, "A"));
    w.plug(1).tag("A").says({"StatusNotification 1 Preparing", "Authorize A",
                             "StartTransaction 1 A 17", "StatusNotification 1 Charging"});
    w.plug(2).tag("B").says(
        {"StatusNotification 2 Preparing", "Authorize B", "StartTransaction 2 B"});
}

SCENARIO_IN_WORLD("TC_050: a charge point of which nothing can be kept can't be reserved") {
    w.boot().fault(1, true).fault(2, true);
    reserve(w, reservation(1, 0, "A"), "Faulted");
    w.fault(1, false).fault(2, false).plug(1).plug(2);
    reserve(w, reservation(1, 0, "A"), "Occupied");
    w.unplug(1).unplug(2);
    w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Inoperative"}});
    reserve(w, reservation(1, 0, "A"), "Unavailable");
    w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Operative"}});
    reserve(w, reservation(1, 0, "A"));
    reserve(w, reservation(2, 0, "B"));
    reserve(w, reservation(3, 0, "C"), "Occupied");
    reserve(w, reservation(3, 1, "C"), "Occupied");
    cancel(w, 2);
    reserve(w, reservation(3, 1, "C"));
}

SCENARIO_IN_WORLD("TC_051, TC_052: a reservation that is cancelled is nobody's any more") {
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    w.said();
    cancel(w, 18, "Rejected");
    w.quiet();
    cancel(w, 17);
    w.says({"StatusNotification 1 Available"});
    cancel(w, 17, "Rejected");
    w.plug(1).tag("B").says({"StatusNotification 1 Preparing", "Authorize B",
                             "StartTransaction 1 B", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_053: a tag of the same group uses the reservation") {
    w.id_tag_info["B"] = family;
    w.boot();
    w.call("ChangeAvailability", {{"connectorId", 2}, {"type", "Inoperative"}});
    auto request = reservation(17, 1, "A");
    request["parentIdTag"] = "FAMILY";
    reserve(w, request);
    w.said();
    // The tag is of another group, or of none: only the central system knows.
    w.tag("STRANGER").says({"Authorize STRANGER"});
    w.tag("B").says({"Authorize B", "StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 B 17", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_053: a remote start for a tag of the same group asks for its group") {
    w.id_tag_info["B"] = family;
    w.boot();
    auto request = reservation(17, 1, "A");
    request["parentIdTag"] = "FAMILY";
    reserve(w, request);
    w.said();
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "STRANGER"}});
    w.says({"Authorize STRANGER"});
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "B"}});
    w.says({"Authorize B", "StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 B 17", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("a reservation with a known id replaces that one") {
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    reserve(w, reservation(17, 1, "B"));
    w.says({"StatusNotification 1 Reserved"});
    w.tag("A").plug(2).wait(seconds{5}).said();
    reserve(w, reservation(17, 2, "B"), "Occupied");
    w.tag("B").says({"Authorize B", "StatusNotification 1 Preparing"});
    w.tag("B").says({"StatusNotification 1 Available", "StatusNotification 1 Reserved"});
    w.unplug(2).wait(seconds{5}).said();
    reserve(w, reservation(17, 2, "B"));
    w.says({"StatusNotification 1 Available", "StatusNotification 2 Reserved"});
}

SCENARIO_IN_WORLD("a fault ends the reservation, and so does ChangeAvailability") {
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    w.said();
    w.fault(1, true).says({"StatusNotification 1 Faulted GroundFailure ResidualCurrentDC"});
    w.fault(1, false).says({"StatusNotification 1 Available"});
    cancel(w, 17, "Rejected");
    reserve(w, reservation(18, 1, "A"));
    w.said();
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.says({"StatusNotification 1 Unavailable"});
    cancel(w, 18, "Rejected");
}

SCENARIO_IN_WORLD("a reservation survives a restart and a power cut, but not its expiry") {
    w.boot();
    reserve(w, reservation(17, 1, "A", "2026-03-28T22:30:00Z"));
    reserve(w, reservation(18, 2, "B", "2026-03-28T23:30:00Z"));
    w.power_cut().said();
    cancel(w, 99, "Rejected");
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
    w.tag("A").says({"StatusNotification 1 Available", "StatusNotification 1 Reserved"});
    w.disconnect().wait(seconds{1800}).restart().connect().wait(seconds{1});
    cancel(w, 17, "Rejected");
    cancel(w, 18);
}

SCENARIO_IN_WORLD("FreeCharging is for whom the connector is not reserved against") {
    w.boot().set_key("FreeCharging", "0.true");
    reserve(w, reservation(17, 1, "A"));
    w.plug(1).wait(seconds{10}).power(1, false).said();
    w.tag("A").wait(seconds{10}).power(1, true);
}

TEST_CASE("a reserved connector is a reason why nothing flows") {
    World w;
    w.boot();
    reserve(w, reservation(17, 1, "A"));
    CHECK(w.point().limits(w.now())[1]["stateRestriction"] ==
          Json({"NotPluggedIn", "NotAuthorized", "Reserved"}));
}

}  // namespace reservation_test
