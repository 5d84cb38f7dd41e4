// SPDX-License-Identifier: Apache-2.0
// The local authorization list: OCPP 1.6 3.5.2 to 3.5.4, 5.10, 5.15.

#include "tests/support/world.hpp"

namespace charge_point_local_list_test {

using shared::Json;
using test::seconds;
using test::World;

namespace {

Json entry(const std::string& tag, const std::string& status = "Accepted", Json more = {}) {
    Json info{{"status", status}};
    if (more.is_object()) info.update(more);
    return {{"idTag", tag}, {"idTagInfo", info}};
}

Json list_of(const std::vector<Json>& entries) { return entries; }

void send(World& w, int version, const std::vector<Json>& entries, const char* type = "Full") {
    const auto answer = w.call("SendLocalList", {{"listVersion", version},
                                                 {"updateType", type},
                                                 {"localAuthorizationList", list_of(entries)}});
    if (!w.disturbed()) CHECK(answer == Json{{"status", "Accepted"}});
}

Json version_of(World& w) { return w.call("GetLocalListVersion", Json::object())["listVersion"]; }

}  // namespace

SCENARIO_IN_WORLD("TC_008: with LocalPreAuthorize a tag of the list starts without a question") {
    w.boot().set_key("LocalPreAuthorize", "true").set_key("AuthorizationCacheEnabled", "false");
    send(w, 1, {entry("04a2")});
    w.tag("04A2").says({"StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 04A2", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_008: a remote start of a tag of the list asks nobody either") {
    w.boot().set_key("LocalPreAuthorize", "true").set_key("AuthorizeRemoteTxRequests", "true");
    send(w, 1, {entry("A")});
    w.plug(1).says({"StatusNotification 1 Preparing"});
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "a"}});
    w.says({"StartTransaction 1 a", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("without a connection the list decides, before the cache") {
    w.boot();
    // The cache believes otherwise of both.
    w.plug(1).tag("WAS GOOD").wait(seconds{5}).unplug(1).wait(seconds{5});
    w.id_tag_info["WAS BAD"] = {{"status", "Blocked"}};
    w.tag("WAS BAD").wait(seconds{5});
    send(w, 1,
         {entry("WAS GOOD", "Blocked"), entry("WAS BAD", "ConcurrentTx"),
          entry("OLD", "Accepted", {{"expiryDate", "2026-01-01T00:00:00Z"}})});
    w.said();
    w.id_tag_info.clear();
    w.disconnect().plug(1).tag("WAS GOOD").wait(seconds{5}).power(1, false);
    w.tag("OLD").wait(seconds{5}).power(1, false);
    w.tag("WAS BAD").wait(seconds{5}).power(1, true);
    w.connect().says({"StatusNotification 1 Charging", "StartTransaction 1 WAS BAD"});
}

SCENARIO_IN_WORLD("a tag that the list refuses is asked about while there is a connection") {
    w.boot().set_key("LocalPreAuthorize", "true");
    send(w, 1, {entry("A", "Blocked")});
    w.tag("A").says({"Authorize A", "StatusNotification 0 Available LocalListConflict",
                     "StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("a tag of the list never gets into the cache") {
    w.boot().set_key("LocalPreAuthorize", "true");
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
    w.tag("A").says({"StatusNotification 1 Available"});
    send(w, 1, {entry("A")});
    w.plug(1).tag("A").wait(seconds{5}).tag("A").wait(seconds{5}).unplug(1).wait(seconds{5});
    send(w, 2, {{{"idTag", "A"}}}, "Differential");
    w.said();
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("what the central system says against its own list is told until it renews it") {
    w.boot().set_key("LocalPreAuthorize", "true").set_key("StopTransactionOnInvalidId", "false");
    send(w, 1, {entry("A")});
    w.id_tag_info["A"] = {{"status", "Invalid"}};
    w.plug(1).tag("A").wait(seconds{5});
    const auto said = w.said();
    const std::string conflict = "StatusNotification 0 Available LocalListConflict";
    if (!w.disturbed()) CHECK(std::count(said.begin(), said.end(), conflict) == 1);
    send(w, 2, {entry("A", "Invalid")}, "Differential");
    w.says({"StatusNotification 0 Available"});
}

SCENARIO_IN_WORLD("a tag of the same group in the list ends a transaction") {
    const Json family{{"parentIdTag", "FAMILY"}};
    w.boot().set_key("LocalPreAuthorize", "true");
    send(w, 1, {entry("A", "Accepted", family), entry("B", "Accepted", family)});
    w.plug(2).tag("X").wait(seconds{5}).plug(1).tag("A").wait(seconds{10}).said();
    w.tag("B").says({"StatusNotification 1 Finishing", "StopTransaction Local B"});
}

TEST_CASE("the version of the list, and who may not change it") {
    World w;
    w.boot();
    CHECK(version_of(w) == 0);
    const auto answer = w.call("SendLocalList", {{"listVersion", 1}, {"updateType", "Full"}});
    CHECK(answer == Json{{"status", "Accepted"}});
    CHECK(version_of(w) == 0);
    send(w, 2, {entry("A")});
    send(w, 5, {entry("B")}, "Differential");
    const Json older{{"listVersion", 4},
                     {"updateType", "Differential"},
                     {"localAuthorizationList", {entry("C")}}};
    CHECK(w.call("SendLocalList", older) == Json{{"status", "VersionMismatch"}});
    CHECK(version_of(w) == 5);
    w.power_cut();
    CHECK(version_of(w) == 5);
    w.set_key("LocalAuthListEnabled", "false");
    CHECK(version_of(w) == -1);
    CHECK(w.call("SendLocalList", older) == Json{{"status", "NotSupported"}});
    w.set_key("LocalPreAuthorize", "true").said();
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
    w.set_key("LocalAuthListEnabled", "true");
    CHECK(version_of(w) == 5);
}

}  // namespace charge_point_local_list_test
