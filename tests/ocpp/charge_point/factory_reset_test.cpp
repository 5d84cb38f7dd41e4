// SPDX-License-Identifier: Apache-2.0
// A factory reset: what goes, what stays, and that nobody causes one by accident.

#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace factory_reset_test {

using shared::Json;
using test::install;
using test::periods;
using test::profile;
using test::seconds;
using test::World;

namespace {

// Something of everything that a central system can leave here.
void write_everything(World& w) {
    w.set_key("HISuperv", "7200").set_key("InstallationCurrent", "1.20");
    w.call("SendLocalList", {{"listVersion", 3},
                             {"updateType", "Full"},
                             {"localAuthorizationList",
                              {{{"idTag", "LISTED"}, {"idTagInfo", {{"status", "Accepted"}}}}}}});
    install(w, 0, profile(1, "TxDefaultProfile", 0, periods({{0, 9}})));
    w.call("ReserveNow", {{"reservationId", 1},
                          {"connectorId", 2},
                          {"idTag", "A"},
                          {"expiryDate", "2027-03-28T23:00:00Z"}});
    w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Inoperative"}});
}

void check_forgotten(World& w) {
    w.store().flush();
    const auto kept = w.store().load();
    CHECK(kept.texts[ocpp::core::Kind::Key].empty());
    CHECK(kept.tags.empty());
    for (const auto& record : kept.connectors) CHECK((record.operative && !record.scheduled));
    CHECK(w.call("GetLocalListVersion", Json::object()) == Json{{"listVersion", 0}});
    CHECK(w.call("ClearChargingProfile", Json::object()) == Json{{"status", "Unknown"}});
    CHECK(w.call("CancelReservation", {{"reservationId", 1}}) == Json{{"status", "Rejected"}});
    const auto key = w.call("GetConfiguration", {{"key", {"HISuperv"}}});
    CHECK(key["configurationKey"][0]["value"] == "3600");
}

}  // namespace

TEST_CASE("a factory reset forgets what was written here, and begins anew") {
    World w;
    w.boot();
    write_everything(w);
    w.tag("CACHED").said();
    w.factory_reset().wait(seconds{2});
    const auto said = w.said();
    CHECK(std::count(said.begin(), said.end(), "BootNotification") == 1);
    check_forgotten(w);
    w.settle().check_books();
}

TEST_CASE("a factory reset from offline keeps the transaction that nobody has heard of") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{60});
    write_everything(w);
    w.disconnect().factory_reset().wait(seconds{60}).said();
    CHECK(w.energy_wh(1) > 0);
    w.connect().wait(seconds{5});
    const auto said = w.said();
    CHECK(std::count(said.begin(), said.end(), "StopTransaction Reboot") == 1);
    check_forgotten(w);
    w.settle().check_books();
}

SCENARIO_IN_WORLD("whatever interrupts a factory reset, no transaction is lost") {
    w.boot().plug(1).tag("A").wait(seconds{60});
    w.set_key("HISuperv", "7200").factory_reset().wait(seconds{40});
    w.plug(2).tag("B").wait(seconds{20});
}

TEST_CASE("the button must be held for 10 s, and a stuck one does nothing") {
    World w;
    w.boot().set_key("HISuperv", "7200").said();
    const auto key = [&w] {
        return w.call("GetConfiguration", {{"key", {"HISuperv"}}})["configurationKey"][0]["value"];
    };
    for (int i = 0; i < 3; ++i) w.button(true).wait(seconds{9}).button(false).wait(seconds{9});
    w.quiet();
    CHECK(key() == "7200");
    w.button(true).wait(seconds{12});
    CHECK(w.said().front() == "BootNotification");
    CHECK(key() == "3600");
    // It is still held after the restart, and counts for nothing until it was let go.
    w.set_key("HISuperv", "7200").wait(seconds{600}).quiet();
    w.restart().wait(seconds{600});
    CHECK(key() == "7200");
    w.button(false).button(true).wait(seconds{12});
    CHECK(key() == "3600");
}

TEST_CASE("a factory reset keeps the name") {
    World w;
    w.boot().set_key("ChargePointID", "CP2").factory_reset().wait(seconds{30});
    CHECK(w.point().link().identity == "CP2");
    CHECK(w.store().load().texts[ocpp::core::Kind::Key] ==
          std::map<std::string, std::string>{{"ChargePointID", "CP2"}});
}

}  // namespace factory_reset_test
