// SPDX-License-Identifier: Apache-2.0
// RemoteDebug: the log for the central system, in DataTransfer `log`.

#include "ocpp/features/station/remote_debug.hpp"
#include "tests/support/world.hpp"

namespace remote_debug_test {

using namespace ocpp::core;
using ocpp::features::RemoteDebug;
using shared::Json;
using test::Lines;
using test::seconds;
using test::World;

namespace {

Json value_of_key(World& w) {
    return w.call("GetConfiguration", {{"key", {"RemoteDebug"}}})["configurationKey"][0]["value"];
}

std::string data_of_last(const World& w) { return w.calls().back()[3]["data"]; }

// The answer to the call that was made last.
std::string answer_to_last(const World& w, const Json& payload) {
    return Json::array({3, w.calls().back()[1], payload}).dump();
}

Lines numbered(int count) {
    Lines lines;
    for (int i = 0; i < count; ++i) lines.push_back(std::to_string(i));
    return lines;
}

}  // namespace

SCENARIO_IN_WORLD("with RemoteDebug the log goes to the central system until it is off") {
    w.boot().log({"nobody wants it"}).quiet();
    w.set_key("RemoteDebug", "ocpp=debug,*=info").log({"one", "two"}).says({"DataTransfer log"});
    if (!w.disturbed()) {
        CHECK(data_of_last(w) == "one\ntwo");
        CHECK(w.calls().back()[3]["vendorId"] == "Acme");
        CHECK(w.point().log_wanted().of("ocpp") == shared::Level::Debug);
        CHECK(w.point().log_wanted().of("link") == shared::Level::Info);
    }
    w.wait(seconds{1}).log({"three"}).says({"DataTransfer log"});
    w.plug(1).tag("A").wait(seconds{1}).log({"four"}).wait(seconds{20}).tag("A").log({"five"});
    w.set_key("RemoteDebug", "off").wait(seconds{5}).said();
    w.log({"six"}).quiet();
}

TEST_CASE("RemoteDebug takes levels from off to debug, by component, and nothing else") {
    World w;
    w.boot();
    const auto write = [&w](const char* value) {
        return w.call("ChangeConfiguration", {{"key", "RemoteDebug"}, {"value", value}})["status"];
    };
    CHECK(value_of_key(w) == "off");
    for (const char* good : {"error", "warn", "info", "debug", "ocpp=debug", "ocpp=debug,*=off"}) {
        CHECK(write(good) == "Accepted");
        CHECK(value_of_key(w) == good);
    }
    for (const char* bad : {"", "trace", "DEBUG", "debug,", "=debug", "ocpp=loud", "on", "1"})
        CHECK(write(bad) == "Rejected");
    CHECK(value_of_key(w) == "ocpp=debug,*=off");
}

TEST_CASE("ten lines of the log a second, and the number of the others") {
    World w;
    w.boot().set_key("RemoteDebug", "debug").log(numbered(13)).says({"DataTransfer log"});
    CHECK(data_of_last(w) == "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n... 3 lines left out");
    w.log({"too soon", "as well"}).quiet();
    w.wait(seconds{1}).log({"a"}).says({"DataTransfer log"});
    CHECK(data_of_last(w) == "a\n... 2 lines left out");
    w.wait(seconds{1});
    LogLines log{{"b"}, 7};
    auto outcome = w.point().step(LogHeard{log}, w.now());
    REQUIRE(outcome.frames.size() == 1);
    CHECK(outcome.frames[0].about_log);
    CHECK(outcome.frames[0].text.find(R"(b\n... 7 lines left out)") != std::string::npos);
}

TEST_CASE("of the log only so much waits, and one message is only so long") {
    World w{{.keys = {{"MessageTimeout", "600"}, {"HeartbeatInterval", "86400"}}}};
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"first"}).says({"DataTransfer log"});
    const std::string longest(3 * LogLines::max_line_bytes, 'x');
    for (int second = 0; second < 30; ++second) w.wait(seconds{1}).log(Lines(10, longest));
    w.quiet();
    w.silent.clear();
    const auto before = w.calls().size();
    w.raw(answer_to_last(w, {{"status", "Accepted"}})).wait(seconds{1});
    std::size_t lines = 0;
    for (auto call = w.calls().begin() + static_cast<std::ptrdiff_t>(before);
         call != w.calls().end(); ++call) {
        const std::string data = (*call)[3]["data"];
        CHECK(data.size() <= RemoteDebug::max_message_bytes);
        lines += static_cast<std::size_t>(std::count(data.begin(), data.end(), '\n')) + 1;
    }
    const std::string next = w.calls()[before][3]["data"];
    CHECK(next.ends_with("\n... 200 lines left out"));
    CHECK(lines == RemoteDebug::max_waiting + 1);
}

TEST_CASE("no message with the log while one is unanswered") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).says({"DataTransfer log"}).wait(seconds{2}).log({"two"}).quiet();
    w.silent.clear();
    w.raw(answer_to_last(w, {{"status", "Accepted"}})).says({"DataTransfer log"});
}

TEST_CASE("the log waits behind messages of transactions, also behind those sent once more") {
    World w;
    w.boot().set_key("RemoteDebug", "debug").plug(1);
    w.call_errors["StartTransaction"] = "InternalError";
    w.tag("A").said();
    w.log({"one"}).wait(seconds{59}).quiet();
    w.call_errors.clear();
    w.wait(seconds{2});
    const auto said = w.said();
    REQUIRE(said.size() >= 2);
    CHECK(said.front() == "StartTransaction 1 A");
    CHECK(said.back() == "DataTransfer log");
}

TEST_CASE("RemoteDebug is off after an hour, and says so") {
    World w;
    w.boot().set_key("RemoteDebug", "debug").wait(seconds{1800});
    w.set_key("RemoteDebug", "info").wait(seconds{3599}).quiet();
    CHECK(value_of_key(w) == "info");
    w.wait(seconds{1}).says({"DataTransfer log"});
    CHECK(data_of_last(w) == "RemoteDebug = off: an hour is over");
    CHECK(value_of_key(w) == "off");
    CHECK(w.point().log_wanted().all_off());
    w.log({"one"}).quiet();
}

TEST_CASE("once RemoteDebug is off, neither what waited nor what comes late is sent") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).wait(seconds{1}).log({"two"}).says({"DataTransfer log"});
    const auto answer = answer_to_last(w, {{"status", "Accepted"}});
    w.set_key("RemoteDebug", "off");
    w.silent.clear();
    w.raw(answer).quiet();
    CHECK(w.point().step(LogHeard{LogLines{{"three"}, 0}}, w.now()).frames.empty());
}

TEST_CASE("RemoteDebug is off after a restart, and never kept") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.store().flush();
    CHECK(w.store().load().texts[ocpp::core::Kind::Key].empty());
    CHECK(w.store_is_whole());
    w.restart();
    CHECK(value_of_key(w) == "off");
    CHECK(w.point().log_wanted().all_off());
}

TEST_CASE("a factory reset ends RemoteDebug at once") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    CHECK_FALSE(w.point().log_wanted().all_off());
    w.point().step(FactoryResetAsked{}, w.now());
    CHECK(w.point().log_wanted().all_off());
}

TEST_CASE("a central system that does not want the log is spared it") {
    const auto end = [](const std::function<Event(const World&)>& answer) {
        World w;
        w.boot().set_key("RemoteDebug", "debug");
        w.silent = {"DataTransfer"};
        w.log({"one"}).says({"DataTransfer log"});
        const auto outcome = w.point().step(answer(w), w.now());
        REQUIRE_FALSE(outcome.notes.empty());
        CHECK(outcome.about_log);
        CHECK(w.point().log_wanted().all_off());
        w.silent.clear();
        CHECK(value_of_key(w) == "off");
        return outcome.notes.back().text;
    };
    for (const char* status : {"UnknownVendorId", "UnknownMessageId", "Rejected"})
        CHECK(end([status](const World& w) {
                  return FrameReceived{answer_to_last(w, {{"status", status}})};
              }) == std::string("RemoteDebug = off: the central system answers ") + status);
    CHECK(
        end([](const World& w) {
            return FrameReceived{
                Json::array({4, w.calls().back()[1], "NotSupported", "no", Json::object()}).dump()};
        }) == "RemoteDebug = off: NotSupported no");
    CHECK(end([](const World& w) {
              return FrameReceived{answer_to_last(w, {{"status", 7}})};
          }).starts_with("RemoteDebug = off: the answer is unreadable"));
}

TEST_CASE("a central system that leaves the log unanswered is spared it") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).wait(seconds{31}).said();
    CHECK(value_of_key(w) == "off");
    w.log({"two"}).quiet();
}

TEST_CASE("a refusal that comes after RemoteDebug was switched off says nothing more") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).set_key("RemoteDebug", "off");
    const FrameReceived refusal{answer_to_last(w, {{"status", "Rejected"}})};
    CHECK(w.point().step(refusal, w.now()).notes.empty());
}

TEST_CASE("of the log nothing is wanted or kept while nobody is there or has accepted") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).says({"DataTransfer log"}).wait(seconds{1}).log({"two"});
    w.disconnect();
    CHECK(w.point().log_wanted().all_off());
    w.point().step(LogHeard{LogLines{{"three"}, 0}}, w.now());
    w.silent.clear();
    w.connect().quiet();
    CHECK_FALSE(w.point().log_wanted().all_off());
    CHECK(value_of_key(w) == "debug");

    World other;
    other.registration = "Pending";
    other.boot().set_key("RemoteDebug", "debug");
    CHECK(other.point().log_wanted().all_off());
}

TEST_CASE("the log does not keep a reset waiting") {
    World w;
    w.boot().set_key("RemoteDebug", "debug");
    w.silent = {"DataTransfer"};
    w.log({"one"}).wait(seconds{1}).log({"two"}).said();
    w.call("Reset", {{"type", "Soft"}});
    w.silent.clear();
    const auto answer = answer_to_last(w, {{"status", "Accepted"}});
    w.raw(answer);
    CHECK(w.said().at(0) == "BootNotification");
}

}  // namespace remote_debug_test
