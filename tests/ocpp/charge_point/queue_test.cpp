// SPDX-License-Identifier: Apache-2.0
// A queue that can't jam: whatever a central system says to one message, those behind it get out.

#include "ocpp/core/transaction_data.hpp"
#include "ocpp/wire/time.hpp"
#include "tests/support/world.hpp"

#include <algorithm>

namespace queue_test {

using shared::Json;
using test::seconds;
using test::World;
using Kind = World::Manner::Kind;

namespace {

const World::Options every_minute{
    .keys = {{"MeterValueSampleInterval", "60"}, {"HeartbeatInterval", "86400"}}};

// Eight measurands every second, which would be 200 kB after four minutes.
const World::Options talkative{
    .keys = {{"MeterValueSampleInterval", "1"},
             {"MeterValuesSampledData", ""},
             {"HeartbeatInterval", "86400"},
             {"StopTxnSampledData",
              "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,"
              "Current.Offered,Power.Offered,Temperature,Frequency"}}};

std::vector<Json> all(const World& w, const std::string& action) {
    std::vector<Json> found;
    for (const auto& call : w.calls())
        if (call[2] == action) found.push_back(call);
    return found;
}

auto only(const std::string& action, World::Manner how) {
    return [=](const Json& call) { return call[2] == action ? how : World::Manner{}; };
}

bool waits(World& w, ocpp::core::QueuedKind kind) {
    const auto queue = w.point().snapshot().queue;
    return std::any_of(queue.begin(), queue.end(),
                       [kind](const auto& message) { return message.kind == kind; });
}

std::chrono::milliseconds time_of(const Json& value) {
    return ocpp::wire::DateTime::from_text(value["timestamp"].get<std::string>())
        ->point.time_since_epoch();
}

}  // namespace

SCENARIO_IN_WORLD_WITH("meter values that a central system does not know are not said again",
                       every_minute) {
    w.call_errors["MeterValues"] = "NotImplemented";
    w.boot().plug(1).tag("A").wait(seconds{290}).said();
    if (!w.disturbed()) CHECK(all(w, "MeterValues").size() == 5);
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
}

TEST_CASE("each refusal that would come again ends meter values, and no start or stop") {
    for (const auto* code : {"NotSupported", "FormationViolation", "PropertyConstraintViolation",
                             "OccurrenceConstraintViolation", "OccurenceConstraintViolation",
                             "TypeConstraintViolation"}) {
        INFO(code);
        World w{every_minute};
        w.call_errors = {{"MeterValues", code}, {"StartTransaction", code}};
        w.boot().plug(1).tag("A").wait(seconds{30});
        CHECK(all(w, "StartTransaction").size() == 1);
        CHECK(waits(w, ocpp::core::QueuedKind::StartTransaction));
        w.call_errors.erase("StartTransaction");
        w.wait(seconds{60});
        CHECK(all(w, "StartTransaction").size() == 2);
        CHECK(all(w, "MeterValues").size() == 2);
        CHECK(w.point().snapshot().queue.empty());
        w.settle().check_books();
    }
}

SCENARIO_IN_WORLD_WITH("a start and a stop pass meter values that wait to be said once more",
                       every_minute) {
    w.call_errors["MeterValues"] = "InternalError";
    w.boot().plug(1).tag("A").wait(seconds{200}).said();
    w.tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
    w.plug(2).tag("B").says({"StatusNotification 2 Preparing", "Authorize B",
                             "StartTransaction 2 B", "StatusNotification 2 Charging"});
    w.call_errors.clear();
    w.wait(seconds{180}).unplug(2).said();
    if (w.disturbed()) return;
    // They still have the number of their transaction, each of them once accepted.
    for (const auto& call : all(w, "MeterValues"))
        CHECK(call[3]["transactionId"] == (call[3]["connectorId"] == 1 ? 1001 : 1002));
    CHECK(w.store().load().queue.empty());
    CHECK(w.store().load().transactions.empty());
}

SCENARIO_IN_WORLD_WITH("slow answers to meter values hold back no stop", every_minute) {
    w.boot().plug(1).tag("A").wait(seconds{30}).disconnect().wait(seconds{3600});
    w.manner = only("MeterValues", {.after = seconds{29}});
    w.tag("A").connect().wait(seconds{100});
    if (!w.disturbed()) CHECK(all(w, "StopTransaction").size() == 1);
    w.wait(seconds{1800});
    if (w.disturbed()) return;
    CHECK(all(w, "MeterValues").size() == 61);
    CHECK(w.store().load().queue.empty());
}

TEST_CASE("a stop at which every connection breaks is given up, and what follows is told") {
    World w;
    w.boot().plug(1).tag("A").wait(seconds{60});
    w.manner = only("StopTransaction", {.kind = Kind::Breaks});
    w.tag("A").wait(seconds{25});
    // Before it was said again the connection was tried.
    CHECK(all(w, "StopTransaction").size() == 2);
    CHECK(all(w, "Heartbeat").size() == 1);
    w.plug(2).tag("B").wait(seconds{60});
    CHECK(all(w, "StartTransaction").size() == 1);
    w.wait(seconds{120});
    CHECK(all(w, "StopTransaction").size() == 3);
    CHECK(all(w, "StartTransaction").size() == 2);
    w.settle().check_books();
}

SCENARIO_IN_WORLD("a stop during an outage is told afterwards, however often it was tried") {
    w.boot().plug(1).tag("A").wait(seconds{60});
    w.manner = [](const Json&) { return World::Manner{.kind = Kind::Breaks}; };
    w.tag("A").wait(seconds{600});
    w.manner = nullptr;
    w.wait(seconds{200});
    if (w.disturbed()) return;
    CHECK(w.store().load().queue.empty());
    CHECK(all(w, "StopTransaction").size() >= 2);
}

TEST_CASE("a status at which every connection breaks holds back no start") {
    auto options = every_minute;
    options.keys["AllowOfflineTxForUnknownId"] = "true";
    World w{options};
    w.boot();
    w.manner = only("StatusNotification", {.kind = Kind::Breaks});
    w.plug(1).tag("A").wait(seconds{240});
    CHECK(all(w, "StartTransaction").size() == 1);
    w.settle().check_books();
}

TEST_CASE("a StopTransaction is no longer than its bound, with begin, end and even gaps") {
    World w{talkative};
    w.boot().plug(1).tag("A").wait(seconds{240}).tag("A");
    const auto stops = all(w, "StopTransaction");
    REQUIRE(stops.size() == 1);
    CHECK(stops[0].dump().size() <= ocpp::core::max_stop_bytes);
    CHECK(stops[0].dump().size() > ocpp::core::max_stop_bytes / 2);
    const auto& values = stops[0][3]["transactionData"];
    CHECK(values.front()["sampledValue"][0]["context"] == "Transaction.Begin");
    CHECK(values.back()["sampledValue"][0]["context"] == "Transaction.End");
    std::vector<std::chrono::milliseconds> gaps;
    for (std::size_t i = 1; i + 1 < values.size(); ++i)
        gaps.push_back(time_of(values[i]) - time_of(values[i - 1]));
    CHECK(
        *std::max_element(gaps.begin(), gaps.end()) <=
        3 * std::max(*std::min_element(gaps.begin(), gaps.end()), std::chrono::milliseconds{1000}));
    w.settle().check_books();
}

TEST_CASE("a stop that is too long for a central system arrives without its values") {
    World w{talkative};
    w.boot().plug(1).tag("A").wait(seconds{240});
    constexpr int too_big = 1009;
    w.manner = [](const Json& call) {
        return call.dump().size() > 8'000
                   ? World::Manner{.kind = Kind::Breaks, .close_code = too_big}
                   : World::Manner{};
    };
    w.tag("A").wait(seconds{300});
    const auto stops = all(w, "StopTransaction");
    REQUIRE(stops.size() == 3);
    CHECK(stops[1][3].contains("transactionData"));
    CHECK_FALSE(stops[2][3].contains("transactionData"));
    CHECK(stops[2][3]["meterStop"] == stops[0][3]["meterStop"]);
    CHECK(w.store().load().queue.empty());
    w.settle().check_books();
}

TEST_CASE("with one attempt alone a stop has another one without its values") {
    auto options = talkative;
    options.keys["TransactionMessageAttempts"] = "1";
    World w{options};
    w.boot().plug(1).tag("A").wait(seconds{60});
    w.call_errors["StopTransaction"] = "InternalError";
    w.tag("A").wait(seconds{300});
    const auto stops = all(w, "StopTransaction");
    REQUIRE(stops.size() == 2);
    CHECK(stops[0][3].contains("transactionData"));
    CHECK_FALSE(stops[1][3].contains("transactionData"));
    w.settle().check_books();
}

TEST_CASE("states that are asked for again and again hold back no driver") {
    World w;
    w.boot();
    w.silent = {"StatusNotification"};
    for (int i = 0; i < 30; ++i)
        CHECK(w.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}})["status"] ==
              "Accepted");
    w.plug(1).said();
    w.tag("A").wait(seconds{30});
    CHECK(all(w, "Authorize").size() == 1);
    // One of each connector waited, and nothing of connector 1 but that it is Preparing.
    w.silent.clear();
    w.said();
    w.wait(seconds{120});
    CHECK(w.said().size() <= 4);
    CHECK(w.point().snapshot().queue.empty());
    w.settle().check_books();
}

SCENARIO_IN_WORLD_WITH("what was answered is not said again after a kill, meter values included",
                       every_minute) {
    w.boot().plug(1).tag("A").wait(seconds{130}).said();
    w.restart();
    const auto lines = w.said();
    if (!w.disturbed())
        CHECK(std::find(lines.begin(), lines.end(), "MeterValues 1 1001") == lines.end());
}

}  // namespace queue_test
