// SPDX-License-Identifier: Apache-2.0
// Room for charging profiles: those that have ended give way to new ones.

#include "ocpp/core/snapshot.hpp"
#include "ocpp/wire/time.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

namespace profile_room_test {

using shared::Json;
using test::in;
using test::install;
using test::periods;
using test::profile;
using test::seconds;
using test::World;

namespace {

Json lasting(Json made, int duration) {
    made["chargingSchedule"]["duration"] = duration;
    return made;
}

Json anchored(World& w, Json made, int duration) {
    made["chargingSchedule"]["startSchedule"] = in(w, 0);
    return lasting(std::move(made), duration);
}

}  // namespace

TEST_CASE("a profile that can never count again makes room, the first that ended first") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    auto valid = profile(1, "TxDefaultProfile", 1, periods({{0, 6}}));
    valid["validTo"] = in(w, 60);
    install(w, 2, valid);
    install(w, 2, anchored(w, profile(2, "TxDefaultProfile", 2, periods({{0, 7}})), 30));
    // Relative to the transaction that runs, and to its own acceptance.
    auto of_transaction = profile(3, "TxProfile", 1, periods({{0, 32}}));
    of_transaction["chargingProfileKind"] = "Relative";
    of_transaction["chargingSchedule"]["duration"] = 20;
    install(w, 1, of_transaction);
    auto of_all = profile(4, "ChargePointMaxProfile", 1, periods({{0, 32}}));
    of_all["chargingProfileKind"] = "Relative";
    of_all["chargingSchedule"]["duration"] = 45;
    install(w, 0, of_all);
    // These count again: with the next session, or the next day.
    auto relative = profile(5, "TxDefaultProfile", 5, periods({{0, 8}}));
    relative["chargingProfileKind"] = "Relative";
    relative["chargingSchedule"]["duration"] = 10;
    install(w, 2, relative);
    auto daily = anchored(w, profile(6, "TxDefaultProfile", 6, periods({{0, 9}})), 10);
    daily["chargingProfileKind"] = "Recurring";
    daily["recurrencyKind"] = "Daily";
    install(w, 2, daily);
    for (int id = 7; id <= 100; ++id)
        install(w, 2, profile(id, "TxDefaultProfile", id, periods({{0, 6}})));
    const auto next = profile(200, "TxDefaultProfile", 0, periods({{0, 6}}));
    install(w, 1, next, "Rejected");
    w.wait(seconds{120});
    const auto gone = [&w](int id) {
        w.store().flush();
        const auto texts = w.store().load().texts;
        for (const auto& [name, text] : texts[ocpp::core::Kind::Document])
            if (Json::parse(text)["profile"]["chargingProfileId"] == id) return false;
        return true;
    };
    int level = 10;
    for (const int id : {3, 2, 4, 1}) {
        INFO(id);
        CHECK_FALSE(gone(id));
        install(w, 1, profile(200 + level, "TxDefaultProfile", level, periods({{0, 6}})));
        CHECK(gone(id));
        ++level;
    }
    install(w, 1, next, "Rejected");
    CHECK_FALSE(gone(5));
    CHECK_FALSE(gone(6));
}

TEST_CASE("the profile of a remote start finds the room of one that has ended") {
    World w;
    w.boot();
    install(w, 2, anchored(w, profile(1, "TxDefaultProfile", 1, periods({{0, 7}})), 30));
    for (int id = 2; id <= 100; ++id)
        install(w, 2, profile(id, "TxDefaultProfile", id, periods({{0, 6}})));
    const Json start{{"idTag", "A"},
                     {"connectorId", 1},
                     {"chargingProfile", profile(7, "TxProfile", 0, periods({{0, 9}}))}};
    CHECK(w.call("RemoteStartTransaction", start) == Json{{"status", "Rejected"}});
    w.wait(seconds{40});
    CHECK(w.call("RemoteStartTransaction", start) == Json{{"status", "Accepted"}});
    w.plug(1).wait(seconds{10}).offers(1, 9'000);
}

TEST_CASE("by a time that is made up no profile is forgotten") {
    World::Options options;
    options.forgets_time = true;
    World w{options};
    w.boot();
    install(w, 2, anchored(w, profile(1, "TxDefaultProfile", 1, periods({{0, 7}})), 30));
    for (int id = 2; id <= 100; ++id)
        install(w, 2, profile(id, "TxDefaultProfile", id, periods({{0, 6}})));
    w.wait(seconds{60});
    // The central system knows no time either.
    w.garbage = [](const std::string& action) {
        return action != "BootNotification"
                   ? std::string()
                   : std::string(R"({"status":"Accepted","interval":86400,)"
                                 R"("currentTime":"1970-01-01T00:00:00Z"})");
    };
    w.power_cut();
    const auto next = profile(200, "TxDefaultProfile", 0, periods({{0, 6}}));
    install(w, 1, next, "Rejected");
    w.garbage = nullptr;
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    install(w, 1, next);
}

}  // namespace profile_room_test
