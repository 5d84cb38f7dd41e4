// SPDX-License-Identifier: Apache-2.0
// Security events as the central system hears of them: security white paper A04, ExtendedTrigger-
// Message of the same paper.

#include "ocpp/core/security_events.hpp"

#include "tests/support/world.hpp"

#include <algorithm>

namespace security_events_test {

using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using shared::Json;
using test::seconds;

namespace {

const test::World::Options with_profile{.security_profile = 1};

// Types of the events that the central system was told since the last look.
std::vector<std::string> told(const test::World& w, std::size_t& seen) {
    std::vector<std::string> types;
    for (; seen < w.calls().size(); ++seen)
        if (w.calls()[seen][2] == "SecurityEventNotification")
            types.push_back(w.calls()[seen][3]["type"]);
    return types;
}

using Types = std::vector<std::string>;

std::vector<std::string> logged(const test::World& w) {
    std::vector<std::string> types;
    for (const auto& event : w.point().security_log()) types.push_back(event["type"]);
    return types;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("the start is told after the boot, before what is", with_profile) {
    w.start().connect().says({"BootNotification", "SecurityEventNotification",
                              "StatusNotification 0 Available", "StatusNotification 1 Available",
                              "StatusNotification 2 Available"});
    if (w.disturbed()) return;
    const auto& event = w.calls()[1][3];
    CHECK(event["type"] == "StartupOfTheDevice");
    CHECK(event["timestamp"] == "2026-03-28T22:00:00.123Z");
}

SCENARIO_IN_WORLD_WITH("events that happened offline are told with their own time, once",
                       with_profile) {
    w.boot().disconnect().wait(seconds{100}).factory_reset().wait(seconds{60});
    w.power_cut().connect();
    w.wait(seconds{5});
    if (w.disturbed()) return;
    std::size_t seen = 0;
    // The factory reset begins anew, and so does the power cut.
    const Types all{"StartupOfTheDevice", "ResetOrReboot", "StartupOfTheDevice",
                    "StartupOfTheDevice"};
    CHECK(told(w, seen) == all);
    CHECK(logged(w) == all);
    w.disconnect().connect().wait(seconds{60});
    CHECK(told(w, seen).empty());
    for (const auto& call : w.calls())
        if (call[3].value("type", "") == "ResetOrReboot")
            CHECK(call[3]["timestamp"] == "2026-03-28T22:01:40.123Z");
}

SCENARIO_IN_WORLD("without a profile no event is told, and all are logged") {
    w.boot().raw("nonsense");
    w.restart().connect().wait(seconds{60});
    if (w.disturbed()) return;
    std::size_t seen = 0;
    CHECK(told(w, seen).empty());
    CHECK(logged(w) == Types{"StartupOfTheDevice", "InvalidMessages", "StartupOfTheDevice"});
    w.set_key("SecurityEventsWithoutProfile", "true");
    w.restart().connect().wait(seconds{60});
    CHECK(told(w, seen) == Types{"StartupOfTheDevice"});
}

TEST_CASE("nothing is told before the boot is accepted") {
    test::World w{with_profile};
    w.registration = "Pending";
    w.interval = 60;
    w.start().connect().wait(seconds{150});
    std::size_t seen = 0;
    CHECK(told(w, seen).empty());
    w.registration = "Accepted";
    w.wait(seconds{60});
    CHECK(told(w, seen) == Types{"StartupOfTheDevice"});
}

TEST_CASE("a central system without security events gets each of them once, and all the rest") {
    for (const auto* code : {"NotSupported", "NotImplemented"}) {
        test::World w{with_profile};
        w.call_errors["SecurityEventNotification"] = code;
        w.boot().plug(1).tag("A").wait(seconds{30});
        w.unplug(1).wait(seconds{600});
        std::size_t seen = 0;
        CHECK(told(w, seen) == Types{"StartupOfTheDevice"});
        CHECK(w.store().load().queue.empty());
        w.settle().check_books();
    }
}

TEST_CASE("bad messages are logged and not told") {
    test::World w{with_profile};
    w.boot().raw("nonsense");
    CHECK(w.call("Reset", {{"type", "Warm"}}) == "PropertyConstraintViolation");
    CHECK(logged(w) == Types{"StartupOfTheDevice", "InvalidMessages", "InvalidMessages"});
    std::size_t seen = 0;
    CHECK(told(w, seen) == Types{"StartupOfTheDevice"});
}

TEST_CASE("credentials that are refused are one event until a connection works") {
    test::World w{with_profile};
    w.boot().disconnect();
    const auto dial = [&w](DialProblem problem) {
        w.point().step(DialFailed{problem, "401 Unauthorized"}, w.now());
    };
    for (int n = 0; n < 5; ++n) dial(DialProblem::Unauthorized);
    dial(DialProblem::Unreachable);
    CHECK(logged(w) == Types{"StartupOfTheDevice", "FailedToAuthenticateAtCentralSystem"});
    w.connect().disconnect();
    dial(DialProblem::Unauthorized);
    dial(DialProblem::CertificateExpired);
    dial(DialProblem::CertificateWrongName);
    dial(DialProblem::TlsVersion);
    dial(DialProblem::TlsCipherSuite);
    CHECK(logged(w).size() == 6);
}

TEST_CASE("a clock that is set is an event, its correction by heartbeats is not") {
    using namespace ocpp;
    test::World w{{.security_profile = 1, .forgets_time = true}};
    w.boot().wait(seconds{30});
    std::size_t seen = 0;
    CHECK(told(w, seen) == Types{"StartupOfTheDevice", "SettingSystemTime"});
    for (const auto& call : w.calls())
        if (call[2] == "SecurityEventNotification")
            CHECK(call[3]["timestamp"].get<std::string>().starts_with("2026-03-28T22:00:0"));
    for (const auto& event : w.point().security_log())
        CHECK(event["time"].get<std::string>().starts_with("2026-03-28T22:00:0"));
}

SCENARIO_IN_WORLD_WITH("an enclosure that is opened is one event until it has been closed",
                       with_profile) {
    w.boot().wait(seconds{5});
    w.tamper(true).wait(seconds{100});
    if (!w.disturbed()) CHECK(logged(w) == Types{"StartupOfTheDevice", "TamperDetectionActivated"});
    // It chatters, and the programs start again while it is open.
    w.tamper(false).wait(seconds{6}).tamper(true).wait(seconds{6});
    w.hal_restart().restart().power_cut();
    if (!w.disturbed()) CHECK(std::ranges::count(logged(w), "TamperDetectionActivated") == 1);
    w.tamper(false).wait(seconds{11}).tamper(true).wait(seconds{2}).tamper(false);
    if (w.disturbed()) return;
    CHECK(std::ranges::count(logged(w), "TamperDetectionActivated") == 2);
    std::size_t seen = 0;
    CHECK(std::ranges::count(told(w, seen), "TamperDetectionActivated") == 2);
}

TEST_CASE("a charge that goes on in an open enclosure makes no further event") {
    test::World w{with_profile};
    w.boot().tamper(true).plug(1).tag("A").wait(seconds{600}).unplug(1).wait(seconds{60});
    CHECK(std::ranges::count(logged(w), "TamperDetectionActivated") == 1);
    w.tamper(false).settle().check_books();
}

TEST_CASE("memory that is used up is one event until there is room again") {
    test::World w{with_profile};
    w.boot();
    const auto judged = [&w](const std::string& words) { w.asked(ocpp::core::RoomJudged{words}); };
    judged("");
    judged("1 MiB of storage is left");
    judged("1 MiB of storage is left");
    w.restart();
    judged("0 MiB of storage is left");
    CHECK(std::ranges::count(logged(w), "MemoryExhaustion") == 1);
    judged("");
    judged("3 MiB of memory is left");
    w.wait(seconds{5});
    std::size_t seen = 0;
    CHECK(std::ranges::count(told(w, seen), "MemoryExhaustion") == 2);
    CHECK(w.calls().back()[3]["techInfo"] == "3 MiB of memory is left");
    w.settle().check_books();
}

TEST_CASE("a secret in what is wrong is in no event") {
    test::World w{with_profile};
    w.boot().asked(ocpp::core::RoomJudged{"at ftp://user:s3cret@host"});
    CHECK(w.point().security_log().dump().find("s3cret") == std::string::npos);
    w.settle().check_books();
}

TEST_CASE("the security log outlives a factory reset") {
    test::World w;
    w.boot().factory_reset().wait(seconds{60});
    CHECK(logged(w) == Types{"StartupOfTheDevice", "ResetOrReboot", "StartupOfTheDevice"});
}

SCENARIO_IN_WORLD("what ExtendedTriggerMessage asks for comes after the answer") {
    w.boot().wait(seconds{10});
    const auto trigger = [&](Json request, const char* status) {
        const auto answer = w.call("ExtendedTriggerMessage", request);
        if (!w.disturbed()) CHECK(answer["status"] == status);
    };
    trigger({{"requestedMessage", "BootNotification"}}, "Accepted");
    w.says({"BootNotification"});
    trigger({{"requestedMessage", "Heartbeat"}}, "Accepted");
    w.says({"Heartbeat"});
    trigger({{"requestedMessage", "MeterValues"}, {"connectorId", 1}}, "Accepted");
    w.says({"MeterValues 1"});
    trigger({{"requestedMessage", "StatusNotification"}, {"connectorId", 2}}, "Accepted");
    w.says({"StatusNotification 2 Available"});
    trigger({{"requestedMessage", "StatusNotification"}, {"connectorId", 3}}, "Rejected");
    trigger({{"requestedMessage", "LogStatusNotification"}}, "Accepted");
    w.says({"LogStatusNotification Idle"});
    trigger({{"requestedMessage", "FirmwareStatusNotification"}}, "Accepted");
    w.says({"SignedFirmwareStatusNotification Idle"});
    trigger({{"requestedMessage", "SignChargePointCertificate"}}, "Rejected");
    w.quiet();
}

}  // namespace security_events_test
