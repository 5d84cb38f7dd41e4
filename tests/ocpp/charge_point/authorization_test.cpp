// SPDX-License-Identifier: Apache-2.0
// Who may charge, by the word of the central system or without it: OCPP 1.6 3.4, 3.5, 3.10, 4.1,
// 5.4, errata 4.0 3.5 and 3.17.

#include "tests/support/world.hpp"

namespace authorization_test {

using shared::Json;
using test::seconds;

namespace {

const Json accepted{{"status", "Accepted"}};

// The tag has been heard of: a session was begun and ended with it.
void learn(test::World& w, const std::string& tag) {
    w.plug(1).tag(tag).wait(seconds{5}).tag(tag).wait(seconds{1}).unplug(1).wait(seconds{1}).said();
}

}  // namespace

SCENARIO_IN_WORLD("TC_007: with LocalPreAuthorize a known tag starts without being asked about") {
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "04a2");
    w.tag("04A2").says({"StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 04A2", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_007: a remote start of a known tag asks nobody either") {
    w.boot().set_key("LocalPreAuthorize", "true").set_key("AuthorizeRemoteTxRequests", "true");
    learn(w, "A");
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "a"}});
    w.says({"StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 a", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("TC_061: after ClearCache the central system is asked again") {
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "A");
    const auto answer = w.call("ClearCache", Json::object());
    if (!w.disturbed()) CHECK(answer == accepted);
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("without LocalPreAuthorize a known tag is asked about all the same") {
    w.boot();
    learn(w, "A");
    w.plug(1).tag("A").says({"StatusNotification 1 Preparing", "Authorize A",
                             "StartTransaction 1 A", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("a tag that is known as not accepted is asked about with LocalPreAuthorize") {
    w.id_tag_info["A"] = {{"status", "Blocked"}};
    w.boot().set_key("LocalPreAuthorize", "true").tag("A").says({"Authorize A"});
    w.id_tag_info.erase("A");
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("an entry of the cache expires") {
    w.id_tag_info["A"] = {{"status", "Accepted"}, {"expiryDate", "2026-03-28T22:10:00Z"}};
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "A");
    w.wait(seconds{700}).tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
    w.wait(seconds{70}).said();
    w.disconnect().tag("A").plug(1).wait(seconds{5}).power(1, false);
    w.connect().says({"StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("TC_037: without a connection a known tag charges, an unknown one does not") {
    w.boot();
    learn(w, "A");
    w.disconnect().plug(1).tag("B").wait(seconds{10}).power(1, false);
    w.tag("A").wait(seconds{30}).power(1, true);
    w.connect().says({"StatusNotification 1 Charging", "StartTransaction 1 A"});
}

SCENARIO_IN_WORLD("without a connection an unknown tag charges if AllowOfflineTxForUnknownId") {
    w.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w.boot().set_key("AllowOfflineTxForUnknownId", "true").tag("BAD").said();
    w.disconnect().plug(1).tag("BAD").wait(seconds{10}).power(1, false);
    w.tag("NEW").wait(seconds{10}).power(1, true);
    w.connect().says({"StatusNotification 1 Charging", "StartTransaction 1 NEW"});
}

TEST_CASE("without a connection and with LocalAuthorizeOffline false nobody may charge") {
    test::World w;
    w.boot()
        .set_key("LocalAuthorizeOffline", "false")
        .set_key("AllowOfflineTxForUnknownId", "true");
    learn(w, "A");
    w.disconnect().plug(1).tag("A").wait(seconds{10}).power(1, false);
    w.tag("STRANGER").wait(seconds{10}).power(1, false);
}

TEST_CASE("a central system that does not answer leaves what is known") {
    test::World w;
    w.boot();
    learn(w, "A");
    w.silent = {"Authorize"};
    w.plug(1).tag("STRANGER").wait(seconds{31}).power(1, false);
    w.tag("A").wait(seconds{31}).power(1, true);
}

SCENARIO_IN_WORLD("the cache survives a power cut, and refusals do at once") {
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "A");
    w.power_cut().said();
    w.tag("A").says({"StatusNotification 1 Preparing"});
    w.plug(1).says({"StartTransaction 1 A", "StatusNotification 1 Charging"});
    w.id_tag_info["A"] = {{"status", "Blocked"}};
    w.wait(seconds{1}).tag("A").wait(seconds{1}).unplug(1).wait(seconds{1}).said();
    w.power_cut().said();
    w.tag("A").says({"Authorize A"});
}

SCENARIO_IN_WORLD("a cache that is switched off is forgotten") {
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "A");
    w.set_key("AuthorizationCacheEnabled", "false").set_key("AuthorizationCacheEnabled", "true");
    w.tag("A").says({"Authorize A", "StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("TC_068: a foreign tag neither stops nor asks while its group can't matter") {
    w.boot().plug(1).tag("A").plug(2).tag("B").wait(seconds{5}).said();
    w.tag("FOREIGN").quiet().power(1, true).power(2, true);
    w.tag("a").says({"StatusNotification 1 Finishing", "StopTransaction Local a"});
}

SCENARIO_IN_WORLD("TC_069: the parent may be known from StartTransaction.conf alone") {
    w.id_tag_info["A"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.boot().call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.plug(1).plug(2).tag("B").wait(seconds{5}).said();
    w.tag("C").says({"Authorize C", "StatusNotification 1 Finishing", "StopTransaction Local C"});
}

SCENARIO_IN_WORLD("TC_069: a tag of the same group stops also where another connector is free") {
    w.id_tag_info["A"] = w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.boot().plug(1).tag("A").wait(seconds{5}).said();
    w.tag("C").says({"Authorize C", "StatusNotification 1 Finishing", "StopTransaction Local C"});
}

SCENARIO_IN_WORLD("a tag of the same group begins where its vehicle waits") {
    w.id_tag_info["A"] = w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.boot().plug(1).tag("A").wait(seconds{5}).plug(2).said();
    w.tag("C").wait(seconds{5});
    w.says({"Authorize C", "StartTransaction 2 C", "StatusNotification 2 Charging"});
    w.power(1, true);
}

SCENARIO_IN_WORLD("a tag of another group begins where a connector is free") {
    w.id_tag_info["A"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "H"}};
    w.boot().plug(1).tag("A").wait(seconds{5}).said();
    w.tag("C").says({"Authorize C", "StatusNotification 2 Preparing"}).power(1, true);
}

SCENARIO_IN_WORLD("a tag of the same group stops without a connection when its group is known") {
    w.id_tag_info["A"] = w.id_tag_info["C"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.boot();
    learn(w, "C");
    w.plug(1).tag("A").plug(2).tag("B").wait(seconds{5}).disconnect();
    w.tag("D").power(1, true).tag("C").wait(seconds{5}).power(1, false).power(2, true);
    w.said();
    w.connect().says({"StatusNotification 1 Finishing", "StopTransaction Local C"});
}

SCENARIO_IN_WORLD("MaxEnergyOnInvalidId lets a refused tag charge a little, then it stops") {
    w.boot().set_key("MaxEnergyOnInvalidId", "500").plug(1).said();
    w.id_tag_info["A"] = {{"status", "Invalid"}};
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.says({"StartTransaction 1 A", "StatusNotification 1 Charging"});
    w.wait(seconds{150}).power(1, true);
    w.wait(seconds{30}).power(1, false);
    w.says({"StatusNotification 1 Finishing", "StopTransaction DeAuthorized"});
    if (!w.disturbed()) CHECK((w.energy_wh(1) >= 500 && w.energy_wh(1) < 510));
}

SCENARIO_IN_WORLD("MaxEnergyOnInvalidId holds over a restart, and suspends if so configured") {
    w.boot().set_key("MaxEnergyOnInvalidId", "500").set_key("StopTransactionOnInvalidId", "false");
    w.id_tag_info["A"] = {{"status", "Invalid"}};
    w.plug(1).call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    w.wait(seconds{100}).restart().wait(seconds{100}).power(1, false).said();
    w.restart().wait(seconds{20}).power(1, false);
    w.tag("A").wait(seconds{5}).said();
    if (!w.disturbed()) CHECK((w.energy_wh(1) >= 500 && w.energy_wh(1) < 510));
}

TEST_CASE("a stop of a refused tag that was begun offline says DeAuthorized") {
    test::World w;
    w.boot();
    learn(w, "A");
    w.disconnect().plug(1).tag("A").wait(seconds{30});
    w.id_tag_info["A"] = {{"status", "Invalid"}};
    w.connect().says({"StatusNotification 1 Charging", "StartTransaction 1 A",
                      "StatusNotification 1 Finishing", "StopTransaction DeAuthorized"});
}

TEST_CASE("TC_037_2: an offline start that is refused is told Charging, then SuspendedEVSE") {
    test::World w;
    w.boot().set_key("StopTransactionOnInvalidId", "false");
    learn(w, "A");
    w.disconnect().plug(1).tag("A").wait(seconds{30});
    w.id_tag_info["A"] = {{"status", "Invalid"}};
    w.connect().says({"StatusNotification 1 Charging", "StartTransaction 1 A",
                      "StatusNotification 1 SuspendedEVSE"});
    w.wait(seconds{60}).quiet().power(1, false);
}

SCENARIO_IN_WORLD("an idTag of twenty characters is the same in capitals") {
    w.boot().set_key("LocalPreAuthorize", "true");
    learn(w, "abcdefghij0123456789");
    w.plug(1).tag("ABCDEFGHIJ0123456789");
    w.says({"StatusNotification 1 Preparing", "StartTransaction 1 ABCDEFGHIJ0123456789",
            "StatusNotification 1 Charging"});
    w.tag("abcdefghij0123456789");
    w.says({"StatusNotification 1 Finishing", "StopTransaction Local abcdefghij0123456789"});
}

TEST_CASE("the cache learns from StartTransaction, too") {
    test::World w;
    w.boot().set_key("LocalPreAuthorize", "true").plug(1);
    w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    // Unplugging names no tag, so that only the start can have told.
    w.wait(seconds{20}).unplug(1).wait(seconds{5}).said();
    w.tag("A").says({"StatusNotification 1 Preparing"});
}

}  // namespace authorization_test
