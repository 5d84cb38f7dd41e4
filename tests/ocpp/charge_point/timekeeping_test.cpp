// SPDX-License-Identifier: Apache-2.0
// A machine that knows no time until somebody tells it: what happened before is told with the time
// at which it happened.

#include "tests/support/world.hpp"

#include <algorithm>

namespace timekeeping_test {

using shared::Json;
using test::seconds;

namespace {

test::World::Options without_clock() {
    test::World::Options options;
    options.forgets_time = true;
    options.keys["AllowOfflineTxForUnknownId"] = "true";
    options.keys["MeterValueSampleInterval"] = "60";
    return options;
}

// When what was told, by its action, has happened.
std::vector<std::string> times_of(test::World& w, const std::string& action, int connector = 1) {
    std::vector<std::string> times;
    for (const auto& call : w.calls()) {
        const auto& told = call[3];
        if (call[2] != action || told.value("connectorId", connector) != connector) continue;
        times.push_back((told.contains("meterValue") ? told["meterValue"][0] : told)["timestamp"]);
    }
    return times;
}

using Times = std::vector<std::string>;

}  // namespace

SCENARIO_IN_WORLD_WITH("a session before the time is known is told with its true times",
                       without_clock()) {
    w.start().wait(seconds{10}).plug(1).tag("A").wait(seconds{90}).tag("A").unplug(1);
    w.wait(seconds{20}).connect();
    if (w.disturbed()) return;
    CHECK(times_of(w, "StartTransaction") == Times{"2026-03-28T22:00:10.123Z"});
    CHECK(times_of(w, "MeterValues") ==
          Times{"2026-03-28T22:00:10.123Z", "2026-03-28T22:01:10.123Z"});
    CHECK(times_of(w, "StopTransaction") == Times{"2026-03-28T22:01:40.123Z"});
}

SCENARIO_IN_WORLD_WITH("a session that began before the time was known goes on with it",
                       without_clock()) {
    w.start().plug(1).tag("A").wait(seconds{90}).connect().wait(seconds{90}).tag("A");
    w.unplug(1);
    if (w.disturbed()) return;
    CHECK(times_of(w, "StartTransaction") == Times{"2026-03-28T22:00:00.123Z"});
    CHECK(times_of(w, "MeterValues").back() == "2026-03-28T22:03:00.123Z");
    CHECK(times_of(w, "StopTransaction") == Times{"2026-03-28T22:03:00.123Z"});
}

SCENARIO_IN_WORLD_WITH("an error before the time is known is told with its true time",
                       without_clock()) {
    w.start().wait(seconds{5}).fault(1, true).weld_check(1, true).wait(seconds{5});
    w.fault(1, false).wait(seconds{5}).said();
    w.connect();
    if (w.disturbed()) return;
    CHECK(times_of(w, "StatusNotification") ==
          Times{"2026-03-28T22:00:05.123Z", "2026-03-28T22:00:15.123Z"});
    for (const auto& call : w.calls())
        if (call[2] == "DataTransfer")
            CHECK(Json::parse(call[3]["data"].get<std::string>())["timestamp"] ==
                  "2026-03-28T22:00:05.123Z");
}

SCENARIO_IN_WORLD_WITH("power cuts before the time is known turn nothing round", without_clock()) {
    w.start().plug(1).tag("A").wait(seconds{90}).power_cut().wait(seconds{30}).unplug(1);
    w.plug(1).tag("B").wait(seconds{90}).power_cut().wait(seconds{30}).connect();
    w.wait(seconds{30});
}

SCENARIO_IN_WORLD_WITH("a machine that forgets the time goes on from what it knew",
                       without_clock()) {
    w.boot().plug(1).tag("A").wait(seconds{90}).tag("A").unplug(1).disconnect();
    w.power_cut().wait(seconds{30});
    if (!w.disturbed())
        CHECK(w.overview()["time"].get<std::string>().substr(0, 15) == "2026-03-28T22:0");
    w.plug(1).tag("A").wait(seconds{90}).tag("A").unplug(1).wait(seconds{9}).connect();
}

SCENARIO_IN_WORLD_WITH("what is made up is kept like what is known", without_clock()) {
    w.start().plug(1).tag("A").wait(seconds{90});
    CHECK(w.store_is_whole());
    w.connect().wait(seconds{5});
    CHECK(w.store_is_whole());
}

namespace {

std::ptrdiff_t heartbeats(const test::World& w) {
    return std::count_if(w.calls().begin(), w.calls().end(),
                         [](const Json& call) { return call[2] == "Heartbeat"; });
}

// The next answers to heartbeats are a year ahead.
void lie(test::World& w, int answers) {
    w.garbage = [&w, last = heartbeats(w) + answers](const std::string& action) {
        if (action != "Heartbeat" || heartbeats(w) > last) return std::string();
        return std::string(R"({"currentTime":"2027-03-28T22:00:00Z"})");
    };
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
}

std::string year_of(test::World& w) { return w.overview()["time"].get<std::string>().substr(0, 4); }

}  // namespace

SCENARIO_IN_WORLD("one wrong answer of the central system moves no stamp of a session") {
    w.boot().plug(1).tag("A").wait(seconds{30});
    lie(w, 1);
    if (!w.disturbed()) CHECK(year_of(w) == "2026");
    w.wait(seconds{60}).tag("A").unplug(1);
    if (w.disturbed()) return;
    CHECK(times_of(w, "StopTransaction") == Times{"2026-03-28T22:01:30.123Z"});
}

TEST_CASE("a jump of the time is asked about again soon, and believed when it is told again") {
    test::World w;
    w.boot().said();
    lie(w, 2);
    CHECK(year_of(w) == "2026");
    w.wait(seconds{9}).says({"Heartbeat"}).wait(seconds{1}).says({"Heartbeat"});
    CHECK(year_of(w) == "2027");
    // The truth is a jump as well, and is asked for as often.
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    CHECK(year_of(w) == "2027");
    w.wait(seconds{10});
    CHECK(year_of(w) == "2026");
    w.said();
    w.wait(seconds{3600}).quiet();
}

TEST_CASE("a wrong answer is not believed after a restart of the program either") {
    test::World w;
    w.boot().plug(1).tag("A").wait(seconds{120});
    w.garbage = [](const std::string& action) {
        return action != "BootNotification"
                   ? std::string()
                   : std::string(R"({"status":"Accepted","interval":86400,)"
                                 R"("currentTime":"2027-03-28T22:00:00Z"})");
    };
    w.restart();
    CHECK(year_of(w) == "2026");
    w.wait(seconds{10});
    CHECK(year_of(w) == "2026");
}

}  // namespace timekeeping_test
