// SPDX-License-Identifier: Apache-2.0
// transactionId is the central system's own word, whatever it is: as wide as the wire, 0 or -1.

#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

#include <limits>

namespace transaction_id_test {

using shared::Json;
using test::periods;
using test::profile;
using test::seconds;
using test::World;

namespace {

constexpr std::int64_t wide = 1'795'992'499'012;

auto started_with(const std::string& answer) {
    return [answer](const std::string& action) {
        return action == "StartTransaction" ? answer : std::string();
    };
}

auto numbered(std::int64_t id) {
    return started_with(
        Json{{"idTagInfo", {{"status", "Accepted"}}}, {"transactionId", id}}.dump());
}

Json tx_profile(std::int64_t id, double limit) {
    auto made = profile(1, "TxProfile", 0, periods({{0, limit}}));
    made["transactionId"] = id;
    return made;
}

std::string status(World& w, const std::string& action, const Json& payload) {
    return w.call(action, payload)["status"];
}

std::string install(World& w, int connector, std::int64_t id) {
    return status(w, "SetChargingProfile",
                  {{"connectorId", connector}, {"csChargingProfiles", tx_profile(id, 8)}});
}

std::string stop(World& w, std::int64_t id) {
    return status(w, "RemoteStopTransaction", {{"transactionId", id}});
}

Json newest(const World& w, const char* action) {
    Json found;
    for (const auto& call : w.calls())
        if (call[2] == action) found = call[3];
    return found;
}

int count(const World& w, const char* action) {
    int n = 0;
    for (const auto& call : w.calls()) n += call[2] == action ? 1 : 0;
    return n;
}

const World::Options every_minute{
    .keys = {{"MeterValueSampleInterval", "60"}, {"HeartbeatInterval", "86400"}}};

}  // namespace

TEST_CASE("a transactionId wider than 32 bits is that transaction everywhere, also after a kill") {
    const bool restarted = GENERATE(false, true);
    const auto id = GENERATE(wide, std::numeric_limits<std::int64_t>::max(),
                             std::numeric_limits<std::int64_t>::min(), std::int64_t{-2});
    World w{every_minute};
    w.garbage = numbered(id);
    w.boot().plug(1).tag("A").wait(seconds{70});
    if (restarted) w.restart().power(1, true);
    w.wait(seconds{60});
    CHECK(count(w, "StartTransaction") == 1);
    CHECK(newest(w, "MeterValues")["transactionId"] == id);
    CHECK(install(w, 1, 5) == "Rejected");
    CHECK(install(w, 1, id) == "Accepted");
    w.offers(1, 8'000);
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    CHECK(newest(w, "MeterValues")["transactionId"] == id);
    CHECK(stop(w, static_cast<std::int32_t>(id) == id ? 77 : static_cast<std::int32_t>(id)) ==
          "Rejected");
    CHECK(stop(w, id) == "Accepted");
    CHECK(newest(w, "StopTransaction")["transactionId"] == id);
    w.garbage = nullptr;
    w.settle().check_books();
}

TEST_CASE("a start that was accepted is not asked for again, whatever else is odd about it") {
    for (const auto* odd :
         {R"({"idTagInfo":{"status":"Accepted"}})",
          R"({"idTagInfo":{"status":"Accepted"},"transactionId":null})",
          R"({"idTagInfo":{"status":"Accepted"},"transactionId":"77"})",
          R"({"idTagInfo":{"status":"Accepted"},"transactionId":1.5})",
          R"({"idTagInfo":{"status":"Accepted"},"transactionId":1e300})",
          R"({"idTagInfo":{"status":"Accepted","expiryDate":7},"transactionId":{}})",
          R"({"idTagInfo":{"status":"Accepted"},"transactionId":18446744073709551615})"}) {
        INFO(odd);
        World w{every_minute};
        w.garbage = started_with(odd);
        w.boot().plug(1).tag("A").wait(seconds{300}).power(1, true);
        CHECK(count(w, "StartTransaction") == 1);
        CHECK(newest(w, "MeterValues")["transactionId"] == -1);
        CHECK(install(w, 1, -1) == "Accepted");
        CHECK(stop(w, -1) == "Accepted");
        CHECK(newest(w, "StopTransaction")["transactionId"] == -1);
        w.garbage = nullptr;
        w.settle().check_books();
    }
    World w;
    w.garbage = started_with(R"({"idTagInfo":{"status":"Blocked"}})");
    w.boot().plug(1).tag("A").wait(seconds{300}).power(1, false);
    CHECK(count(w, "StartTransaction") == 1);
    CHECK(newest(w, "StopTransaction")["reason"] == "DeAuthorized");
}

TEST_CASE("0 and -1 mean the transaction that has no number of its own, in every call") {
    const std::int64_t given = GENERATE(0, -1);
    const std::int64_t said = GENERATE(0, -1);
    const bool restarted = GENERATE(false, true);
    World w{every_minute};
    w.garbage = numbered(given);
    w.boot().plug(1).tag("A").wait(seconds{10});
    if (restarted) w.restart();
    CHECK(install(w, 1, 77) == "Rejected");
    CHECK(install(w, 2, said) == "Rejected");
    CHECK(install(w, 1, said) == "Accepted");
    w.offers(1, 8'000);
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    CHECK(newest(w, "MeterValues")["transactionId"] == -1);
    CHECK(stop(w, 77) == "Rejected");
    CHECK(stop(w, said) == "Accepted");
    CHECK(newest(w, "StopTransaction")["transactionId"] == -1);
    CHECK(stop(w, said) == "Rejected");
    w.garbage = nullptr;
    w.settle().check_books();
}

TEST_CASE("0 and -1 mean no transaction that has a number, or that waits for one") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{10});
    for (const int id : {0, -1}) {
        CHECK(install(w, 1, id) == "Rejected");
        CHECK(stop(w, id) == "Rejected");
    }
    w.silent = {"StartTransaction"};
    w.plug(2).tag("B").wait(seconds{10});
    for (const int id : {0, -1}) {
        CHECK(install(w, 2, id) == "Rejected");
        CHECK(stop(w, id) == "Rejected");
    }
}

TEST_CASE("a start that was given up is -1 in every direction") {
    World w{every_minute};
    w.call_errors["StartTransaction"] = "InternalError";
    w.boot().plug(1).tag("A").wait(seconds{200});
    w.call_errors.clear();
    w.wait(seconds{60});
    CHECK(newest(w, "MeterValues")["transactionId"] == -1);
    CHECK(install(w, 1, 0) == "Accepted");
    CHECK(install(w, 1, -1) == "Accepted");
    w.call("TriggerMessage", {{"requestedMessage", "MeterValues"}, {"connectorId", 1}});
    CHECK(newest(w, "MeterValues")["transactionId"] == -1);
    CHECK(stop(w, -1) == "Accepted");
    CHECK(newest(w, "StopTransaction")["transactionId"] == -1);
    w.settle().check_books();
}

TEST_CASE("of several without a number the central system's own goes first, then the newest") {
    const int id = GENERATE(0, -1);
    World w;
    w.boot();
    SECTION("the newest") {
        w.garbage = numbered(0);
        w.plug(1).tag("A").wait(seconds{5}).plug(2).tag("B").wait(seconds{5});
        CHECK(stop(w, id) == "Accepted");
        CHECK(newest(w, "StopTransaction")["reason"] == "Remote");
        CHECK(w.overview()["connectors"][1]["status"] == "Finishing");
        CHECK(stop(w, id) == "Accepted");
        CHECK(w.overview()["connectors"][0]["status"] == "Finishing");
    }
    SECTION("its own, although another one is newer") {
        w.garbage = numbered(id);
        w.plug(1).tag("A").wait(seconds{5});
        w.garbage = nullptr;
        w.call_errors["StartTransaction"] = "InternalError";
        w.plug(2).tag("B").wait(seconds{200});
        w.call_errors.clear();
        CHECK(stop(w, id) == "Accepted");
        CHECK(w.overview()["connectors"][0]["status"] == "Finishing");
        CHECK(stop(w, id) == "Accepted");
        CHECK(w.overview()["connectors"][1]["status"] == "Finishing");
    }
    CHECK(stop(w, id) == "Rejected");
}

TEST_CASE("the profile of a remote start may call its transaction 0 or -1, and nothing else") {
    World w;
    w.boot().plug(1);
    const auto start = [&](std::int64_t id) {
        return status(w, "RemoteStartTransaction",
                      {{"connectorId", 1}, {"idTag", "A"}, {"chargingProfile", tx_profile(id, 8)}});
    };
    CHECK(start(77) == "Rejected");
    CHECK(start(GENERATE(0, -1)) == "Accepted");
    w.wait(seconds{10}).power(1, true).offers(1, 8'000);
    w.settle().check_books();
}

}  // namespace transaction_id_test
