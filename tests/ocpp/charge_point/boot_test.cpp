// SPDX-License-Identifier: Apache-2.0
// Registration, heartbeat, clock and status after a boot: OCPP 1.6 4.2, 4.6, 4.9.

#include "tests/support/world.hpp"

#include <algorithm>

namespace boot_test {

using test::Lines;
using test::seconds;

namespace {

const Lines boot_and_statuses{"BootNotification", "StatusNotification 0 Available",
                              "StatusNotification 1 Available", "StatusNotification 2 Available"};

}  // namespace

SCENARIO_IN_WORLD("after a boot each connector is told once, then it beats") {
    w.interval = 300;
    w.start().connect().says(boot_and_statuses);
    w.wait(seconds{299}).quiet();
    w.wait(seconds{1}).says({"Heartbeat"});
    w.wait(seconds{300}).says({"Heartbeat"});
}

SCENARIO_IN_WORLD("a rejected boot is tried again after the interval, and never sooner") {
    w.registration = "Rejected";
    w.interval = 3600;
    w.start().connect().says({"BootNotification"});
    w.plug(1).tag("A").wait(seconds{3599}).quiet();
    w.registration = "Accepted";
    w.wait(seconds{1})
        .says({"BootNotification", "StatusNotification 0 Available",
               "StatusNotification 1 Finishing", "StatusNotification 2 Available"});
}

TEST_CASE("while rejected, calls get no answer") {
    test::World w;
    w.registration = "Rejected";
    w.start().connect();
    CHECK(w.call("GetConfiguration", shared::Json::object()).is_null());
}

SCENARIO_IN_WORLD("while pending, calls are answered and only what is triggered is sent") {
    w.registration = "Pending";
    w.interval = 60;
    w.start().connect().says({"BootNotification"});
    w.plug(1).quiet();
    w.set_key("MeterValueSampleInterval", "17");
    w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", 1}});
    w.says({"StatusNotification 1 Preparing"});
    const auto start = w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "A"}});
    if (!w.disturbed()) CHECK(start == shared::Json{{"status", "Rejected"}});
    w.registration = "Accepted";
    w.call("TriggerMessage", {{"requestedMessage", "BootNotification"}});
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Preparing",
            "StatusNotification 2 Available"});
}

TEST_CASE("what was triggered and still waits says what is so when it leaves") {
    test::World w;
    w.registration = "Pending";
    w.interval = 60;
    w.silent = {"BootNotification"};
    w.start().connect().says({"BootNotification"});
    w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", 1}});
    w.wait(seconds{20}).plug(1).quiet();
    w.silent.clear();
    w.wait(seconds{60}).says({"BootNotification", "StatusNotification 1 Preparing"});
}

TEST_CASE("what was triggered is told once where it changes meanwhile") {
    test::World w;
    w.boot().silent = {"Heartbeat"};
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", 1}});
    w.plug(1).wait(seconds{40}).says({"Heartbeat", "StatusNotification 1 Preparing"});
}

TEST_CASE("nothing that was triggered outlives a rejection") {
    test::World w;
    w.silent = {"BootNotification"};
    w.start().connect().says({"BootNotification"});
    w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", 1}});
    w.silent.clear();
    w.registration = "Rejected";
    w.interval = 60;
    w.plug(1).wait(seconds{61}).says({"BootNotification"});
    w.registration = "Pending";
    w.wait(seconds{61}).says({"BootNotification"});
}

SCENARIO_IN_WORLD("a boot that gets no answer is tried again") {
    w.silent = {"BootNotification"};
    w.start().connect().wait(seconds{29}).says({"BootNotification"});
    w.silent.clear();
    w.wait(seconds{60}).says(boot_and_statuses);
}

SCENARIO_IN_WORLD("a mere reconnect is no boot, and only what changed is told") {
    w.boot().disconnect().plug(1).wait(seconds{50}).quiet();
    w.connect().says({"StatusNotification 1 Preparing"});
    w.disconnect().wait(seconds{5}).connect().quiet();
}

SCENARIO_IN_WORLD("a status that nobody acknowledged is told again") {
    w.boot();
    w.silent = {"StatusNotification"};
    w.plug(1).says({"StatusNotification 1 Preparing"});
    w.silent.clear();
    w.wait(seconds{30}).says({"StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("a status must hold for MinimumStatusDuration") {
    w.boot()
        .set_key("MinimumStatusDuration", "10")
        .plug(1)
        .wait(seconds{9})
        .unplug(1)
        .wait(seconds{30})
        .quiet();
    w.plug(1).wait(seconds{10}).says({"StatusNotification 1 Preparing"});
}

TEST_CASE("the central system's clock is followed and survives a restart") {
    test::World w;
    w.boot();
    const auto hour = [&w] { return w.overview()["time"].get<std::string>().substr(11, 2); };
    CHECK(hour() == "22");
    w.garbage = [](const std::string& action) {
        return action == "Heartbeat" ? R"({"currentTime":"2026-03-28T23:00:00Z"})" : "";
    };
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    CHECK(hour() == "23");
    // Something durable takes the new offset along to the disk.
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.disconnect().restart();
    CHECK(hour() == "23");
}

TEST_CASE("a connector from which nothing is heard is faulted, and comes back") {
    test::World w;
    w.boot();
    // The world stops sending readings when its outlets are not asked for time.
    ocpp::core::Now now = w.now();
    now.steady += seconds{6};
    const auto out = w.point().step(ocpp::core::Woken{}, now);
    REQUIRE_FALSE(out.frames.empty());
    CHECK(out.frames.front().text.find("HalLost") != std::string::npos);
}

SCENARIO_IN_WORLD("Unavailable is kept over a restart") {
    w.boot();
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    w.says({"StatusNotification 1 Unavailable"});
    w.restart().says({"BootNotification", "StatusNotification 0 Available",
                      "StatusNotification 1 Unavailable", "StatusNotification 2 Available"});
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Operative"}});
    w.says({"StatusNotification 1 Available"});
}

SCENARIO_IN_WORLD("availability waits for the transaction, and 0 means everything") {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    const auto answer = w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Inoperative"}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", "Scheduled"}});
    w.says({"StatusNotification 0 Unavailable", "StatusNotification 2 Unavailable"}).power(1, true);
    w.tag("A").says({"StopTransaction Local A", "StatusNotification 1 Unavailable"});
    w.unplug(1).quiet();
    w.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Operative"}});
    w.says({"StatusNotification 0 Available", "StatusNotification 1 Available",
            "StatusNotification 2 Available"});
}

SCENARIO_IN_WORLD(
    "a plugged vehicle keeps Preparing until it leaves, but starts nothing any more") {
    w.boot().plug(1).said();
    const auto answer = w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Inoperative"}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", "Scheduled"}});
    w.quiet();
    const auto start = w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "R"}});
    if (!w.disturbed()) CHECK(start == shared::Json{{"status", "Rejected"}});
    w.unplug(1).says({"StatusNotification 1 Available", "StatusNotification 1 Unavailable"});
    w.plug(1).quiet();
    w.call("ChangeAvailability", {{"connectorId", 1}, {"type", "Operative"}});
    w.says({"StatusNotification 1 Preparing"});
}

SCENARIO_IN_WORLD("under another name it registers anew, in the middle of a session") {
    w.boot().plug(1).tag("A").wait(seconds{20}).said();
    w.set_key("ChargePointID", "CP0001").quiet();
    w.set_key("ChargePointID", "CP2")
        .says({"BootNotification", "StatusNotification 0 Available",
               "StatusNotification 1 Charging", "StatusNotification 2 Available"});
    if (!w.disturbed()) CHECK(w.point().link().identity == "CP2");
    w.wait(seconds{20})
        .tag("A")
        .unplug(1)
        .says({"StatusNotification 1 Finishing", "StopTransaction Local A",
               "StatusNotification 1 Available"});
}

TEST_CASE("a machine's clock that is set in mid-session moves nothing in time") {
    using namespace ocpp::core;
    using std::chrono::hours;
    // To 1970, an hour back, an hour on, beyond 2038.
    const auto step = GENERATE(hours(-24 * 365 * 56), hours(-1), hours(1), hours(24 * 365 * 13));
    test::World w;
    w.boot().set_key("MeterValueSampleInterval", "60").plug(1).tag("A").wait(seconds{90});
    auto now = w.now();
    now.utc += step;
    const auto noticed = w.point().step(Woken{}, now);
    REQUIRE(noticed.notes.size() == 1);
    CHECK(noticed.notes[0].kind == "clock");
    const auto stopped = w.point().step(hal::TagRead{{"A"}}, now);
    std::optional<StopRequest> wish;
    for (const auto& change : stopped.changes)
        if (const auto* put = std::get_if<PutTransaction>(&change)) wish = put->record.stop_wish;
    REQUIRE(wish);
    CHECK(wish->at == std::chrono::time_point_cast<std::chrono::milliseconds>(w.now().utc));
}

TEST_CASE(
    "a central system that refuses is left alone for its interval, over new connections, too") {
    test::World w;
    w.registration = "Rejected";
    w.interval = 600;
    w.boot().said();
    w.disconnect().wait(seconds{30}).connect().wait(seconds{500}).quiet();
    w.wait(seconds{100}).says({"BootNotification"});
}

TEST_CASE("what Pending permits, it permits over a new connection, too") {
    test::World w;
    w.registration = "Pending";
    w.interval = 600;
    w.boot().disconnect().connect().said();
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.says({"Heartbeat"});
}

TEST_CASE("heartbeats that are late now and then do not become later and later") {
    test::World w{{.keys = {{"MeterValueSampleInterval", "0"}},
                   .reading_period = seconds{4},
                   .oversleeps = std::chrono::milliseconds{900}}};
    w.interval = 301;
    // From deadline to deadline; from wake-up to wake-up the tenth would come seconds later.
    w.boot().wait(seconds{3'011});
    CHECK(std::count_if(w.calls().begin(), w.calls().end(),
                        [](const auto& call) { return call[2] == "Heartbeat"; }) == 10);
}

}  // namespace boot_test
