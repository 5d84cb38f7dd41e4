// SPDX-License-Identifier: Apache-2.0
// What becomes of transactions and their messages when the link, the central system or the power
// fails: OCPP 1.6 3.7, 4.8, 4.10, errata 4.0 3.18.

#include "ocpp/wire/time.hpp"
#include "tests/support/world.hpp"

namespace transactions_test {

using test::Lines;
using test::seconds;

namespace {

const test::World::Options every_minute{
    .keys = {{"MeterValueSampleInterval", "60"}, {"HeartbeatInterval", "86400"}}};

std::string text_of(std::chrono::system_clock::time_point at) {
    return ocpp::wire::DateTime{std::chrono::time_point_cast<std::chrono::milliseconds>(at)}
        .to_text();
}

shared::Json newest_stop(const test::World& w) {
    shared::Json stop;
    for (const auto& call : w.calls())
        if (call[2] == "StopTransaction") stop = call[3];
    return stop;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("samples come at the start and exactly one interval apart", every_minute) {
    w.boot().plug(1).tag("A").wait(seconds{179}).said();
    w.quiet().wait(seconds{1}).says({"MeterValues 1 1001"});
    w.wait(seconds{120}).says({"MeterValues 1 1001", "MeterValues 1 1001"});
    if (w.disturbed()) return;
    std::vector<std::string> stamps;
    for (const auto& call : w.calls())
        if (call[2] == "MeterValues") stamps.push_back(call[3]["meterValue"][0]["timestamp"]);
    CHECK(stamps == std::vector<std::string>{"2026-03-28T22:00:00.123Z", "2026-03-28T22:01:00.123Z",
                                             "2026-03-28T22:02:00.123Z", "2026-03-28T22:03:00.123Z",
                                             "2026-03-28T22:04:00.123Z",
                                             "2026-03-28T22:05:00.123Z"});
}

SCENARIO_IN_WORLD_WITH("what happens offline is told afterwards, in its order", every_minute) {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.disconnect().wait(seconds{120}).quiet();
    w.tag("A").unplug(1).wait(seconds{100}).quiet();
    w.connect().says({"StatusNotification 1 Available", "MeterValues 1 1001", "MeterValues 1 1001",
                      "StopTransaction Local A"});
}

SCENARIO_IN_WORLD("clock-aligned values come at even times, with and without a transaction") {
    w.boot().set_key("ClockAlignedDataInterval", "900").said();
    w.wait(seconds{899}).quiet();
    w.wait(seconds{1}).says({"MeterValues 1", "MeterValues 2"});
    w.plug(1).tag("A").wait(seconds{10}).said();
    w.wait(seconds{890}).says({"MeterValues 1 1001", "MeterValues 2"});
    if (!w.disturbed())
        CHECK(w.calls().back()[3]["meterValue"][0]["timestamp"] == "2026-03-28T22:30:00.000Z");
}

SCENARIO_IN_WORLD(
    "a start that is not processed is sent again with a new message id, and what follows waits") {
    w.call_errors["StartTransaction"] = "InternalError";
    w.boot().plug(1).tag("A").says({"StatusNotification 1 Preparing", "Authorize A",
                                    "StartTransaction 1 A", "StatusNotification 1 Charging"});
    w.wait(seconds{30}).unplug(1).says({"StatusNotification 1 Available"});
    w.call_errors.clear();
    w.wait(seconds{30}).says({"StartTransaction 1 A", "StopTransaction EVDisconnected"});
    if (w.disturbed()) return;
    std::set<std::string> ids;
    for (const auto& call : w.calls()) ids.insert(call[1]);
    CHECK(ids.size() == w.calls().size());
}

SCENARIO_IN_WORLD("an answer that nobody can read is no answer") {
    w.garbage = [](const std::string& action) {
        return action == "StartTransaction" ? R"({"transactionId":"one"})" : "";
    };
    w.boot().plug(1).tag("A").wait(seconds{1}).said();
    w.garbage = nullptr;
    w.wait(seconds{60}).says({"StartTransaction 1 A"});
}

TEST_CASE("a start that is never processed is given up, and what follows says -1") {
    test::World w;
    w.call_errors["StartTransaction"] = "InternalError";
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    // Attempts at 0, 60 and 60 + 120 s.
    w.wait(seconds{160}).says({"StartTransaction 1 A"});
    w.wait(seconds{20}).says({"StartTransaction 1 A"});
    w.call_errors.clear();
    w.unplug(1).says({"StatusNotification 1 Available", "StopTransaction EVDisconnected"});
    CHECK(w.calls().back()[3]["transactionId"] == -1);
    CHECK(w.store().load().queue.empty());
    CHECK(w.store().load().transactions.empty());
}

TEST_CASE("a call waits MessageTimeout for its answer, and only one is in flight") {
    test::World w;
    w.boot();
    w.silent = {"StartTransaction"};
    w.plug(1).tag("A").says(
        {"StatusNotification 1 Preparing", "Authorize A", "StartTransaction 1 A"});
    w.wait(seconds{29}).quiet();
    w.wait(seconds{1}).says({"StatusNotification 1 Charging"});
    w.silent.clear();
    w.wait(seconds{60}).says({"StartTransaction 1 A"});
}

TEST_CASE("a late answer to a start still counts") {
    test::World w;
    w.boot();
    w.silent = {"StartTransaction"};
    w.plug(1).tag("A").wait(seconds{40});
    const std::string id = [&] {
        for (const auto& call : w.calls())
            if (call[2] == "StartTransaction") return call[1].get<std::string>();
        return std::string();
    }();
    w.raw(R"([3,")" + id + R"(",{"idTagInfo":{"status":"Accepted"},"transactionId":77}])");
    w.said();
    w.wait(seconds{300}).quiet().unplug(1);
    CHECK(w.calls().back()[3]["transactionId"] == 77);
}

SCENARIO_IN_WORLD("a start that was refused waits for its time over a new connection, too") {
    w.call_errors["StartTransaction"] = "InternalError";
    w.boot().plug(1).tag("A").wait(seconds{10}).said();
    w.call_errors.clear();
    w.disconnect().wait(seconds{5}).connect().wait(seconds{44}).quiet();
    w.wait(seconds{1}).says({"StartTransaction 1 A"});
}

TEST_CASE("a start that nobody answered is sent again over a new connection") {
    test::World w;
    w.boot();
    w.silent = {"StartTransaction"};
    w.plug(1).tag("A").wait(seconds{31}).said();
    w.silent.clear();
    w.disconnect().wait(seconds{5}).connect().says({"StartTransaction 1 A"});
}

TEST_CASE("a start that is answered after it was given up has its number, and its tag is judged") {
    const bool refused = GENERATE(false, true);
    const bool with_errors = GENERATE(false, true);
    test::World w;
    w.boot();
    w.silent = {"StartTransaction"};
    w.plug(1).tag("A");
    const std::string first = w.calls().back()[1];
    w.wait(seconds{40});
    if (with_errors) {
        w.silent.clear();
        w.call_errors["StartTransaction"] = "InternalError";
    }
    w.wait(seconds{300}).said();
    w.silent.clear();
    const auto* status = refused ? "Blocked" : "Accepted";
    w.raw(R"([3,")" + first + R"(",{"idTagInfo":{"status":")" + status +
          R"("},"transactionId":77}])");
    w.power(1, !refused);
    if (refused) {
        w.says({"StatusNotification 1 Finishing", "StopTransaction DeAuthorized"});
    } else {
        w.quiet();
        CHECK(w.call("RemoteStopTransaction", {{"transactionId", 77}})["status"] == "Accepted");
        w.says({"StatusNotification 1 Finishing", "StopTransaction Remote"});
    }
    CHECK(w.calls().back()[3]["transactionId"] == 77);
    w.settle().check_books();
}

TEST_CASE("transactionId 0 becomes -1") {
    test::World w;
    w.boot();
    w.garbage = [](const std::string& action) {
        return action == "StartTransaction"
                   ? R"({"idTagInfo":{"status":"Accepted"},"transactionId":0})"
                   : "";
    };
    w.plug(1).tag("A").wait(seconds{10}).unplug(1);
    CHECK(w.calls().back()[3]["transactionId"] == -1);
}

SCENARIO_IN_WORLD("a restart of the program alone does not touch the transaction") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.restart().says({"BootNotification", "StatusNotification 0 Available",
                      "StatusNotification 1 Charging", "StatusNotification 2 Available"});
    w.power(1, true).wait(seconds{30});
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
}

SCENARIO_IN_WORLD("a vehicle that was full before a restart is full after it") {
    w.boot().plug(1).tag("A").wait(seconds{30}).vehicle_wants(1, false).wait(seconds{30}).said();
    w.restart().says({"BootNotification", "StatusNotification 0 Available",
                      "StatusNotification 1 SuspendedEV", "StatusNotification 2 Available"});
}

SCENARIO_IN_WORLD("a transaction that was cut off by a power loss ends with it") {
    w.boot().plug(1).tag("A").wait(seconds{90}).said();
    w.power_cut();
    w.says({"BootNotification", "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available", "StopTransaction PowerLoss"});
    w.power(1, false);
}

SCENARIO_IN_WORLD("whoever comes back after hours tells when the transaction was cut off") {
    w.boot().plug(1).tag("A").wait(seconds{90}).said();
    const auto cut = w.now().utc;
    w.power_cut(seconds{36'000}).wait(seconds{5}).said();
    if (w.disturbed()) return;
    const auto stop = newest_stop(w);
    CHECK(stop["reason"] == "PowerLoss");
    CHECK(stop["timestamp"] <= text_of(cut));
    CHECK(stop["timestamp"] >= text_of(cut - seconds{60}));
}

TEST_CASE("a stop that was asked for before the power went is of that time") {
    test::World w;
    w.boot().plug(1).tag("A").wait(seconds{90}).said();
    const auto cut = w.now().utc;
    auto records = w.store().load().transactions;
    REQUIRE(records.size() == 1);
    records[0].stop_wish = ocpp::core::StopRequest{
        "Local", "A", std::chrono::time_point_cast<std::chrono::milliseconds>(cut)};
    w.store().keep({ocpp::core::PutTransaction{records[0], ocpp::core::Durability::Now}},
                   w.now().steady);
    w.power_cut(seconds{36'000}).wait(seconds{5}).said();
    const auto stop = newest_stop(w);
    CHECK(stop["reason"] == "Local");
    CHECK(stop["timestamp"] == text_of(cut));
}

SCENARIO_IN_WORLD("an end that nobody was told of survives any number of restarts") {
    w.boot().plug(1).tag("A").wait(seconds{30}).disconnect().tag("A").wait(seconds{10}).said();
    w.restart().restart().power_cut().quiet();
    w.connect().said();
}

SCENARIO_IN_WORLD("a soft reset ends transactions, empties the queue and boots") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    const auto answer = w.call("Reset", {{"type", "Soft"}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", "Accepted"}});
    w.says({"StatusNotification 1 Finishing", "StopTransaction SoftReset", "BootNotification",
            "StatusNotification 0 Available", "StatusNotification 1 Finishing",
            "StatusNotification 2 Available"});
    if (!w.disturbed()) CHECK(w.restart_wish() == ocpp::core::RestartKind::Soft);
}

SCENARIO_IN_WORLD(
    "a hard reset without an answering central system reports its stop after the boot") {
    w.boot().plug(1).tag("A").wait(seconds{30}).said();
    w.silent = {"StopTransaction"};
    w.call("Reset", {{"type", "Hard"}});
    w.wait(seconds{11}).said();
    w.silent.clear();
    w.wait(seconds{1})
        .says({"BootNotification", "StatusNotification 0 Available",
               "StatusNotification 1 Finishing", "StatusNotification 2 Available",
               "StopTransaction HardReset"});
}

TEST_CASE("a hard reset while a soft one waits does not wait longer than a hard one") {
    test::World w;
    w.boot().plug(1).tag("A").wait(seconds{30});
    w.silent = {"StopTransaction"};
    w.call("Reset", {{"type", "Soft"}});
    w.wait(seconds{5});
    CHECK(w.call("Reset", {{"type", "Hard"}})["status"] == "Accepted");
    w.wait(seconds{11});
    CHECK_FALSE(w.restarted());
    w.wait(seconds{1});
    CHECK(w.restart_wish() == ocpp::core::RestartKind::Hard);
}

TEST_CASE("starts and stops are durable at once, idleness and samples are not") {
    test::World w{every_minute};
    w.boot();
    const auto before = w.store().durable_commits();
    w.wait(seconds{3600});
    CHECK(w.store().durable_commits() == before);
    w.plug(1).tag("A");
    CHECK(w.store().durable_commits() == before + 2);  // the start, and its transactionId
    w.wait(seconds{3600});
    CHECK(w.store().durable_commits() == before + 2);
    w.tag("A");
    CHECK(w.store().durable_commits() == before + 5);  // the wish, the stop, its answer
}

}  // namespace transactions_test
