// SPDX-License-Identifier: Apache-2.0
// Answers that are odd: a central system that adds, leaves out or misspells something is served all
// the same. Its calls are held to their schema.

#include "ocpp/core/ledger.hpp"
#include "tests/support/world.hpp"

namespace answers_test {

using shared::Json;
using test::seconds;

namespace {

Json newest(const test::World& w, const char* action) {
    Json found;
    for (const auto& call : w.calls())
        if (call[2] == action) found = call[3];
    return found;
}

int count(const test::World& w, const char* action) {
    int n = 0;
    for (const auto& call : w.calls()) n += call[2] == action ? 1 : 0;
    return n;
}

std::function<std::string(const std::string&)> only(const std::string& about,
                                                    const std::string& payload) {
    return [=](const std::string& action) { return action == about ? payload : ""; };
}

}  // namespace

TEST_CASE("a start whose number can be read is a start, whatever else is odd") {
    for (
        const auto* odd :
        {R"({"transactionId":77})", R"({"transactionId":77,"idTagInfo":null})",
         R"({"transactionId":77,"idTagInfo":7})", R"({"transactionId":77,"idTagInfo":{}})",
         R"({"transactionId":77,"idTagInfo":{"status":"accepted"}})",
         R"({"transactionId":77,"idTagInfo":{"status":"Accepted","expiryDate":"soon"}})",
         R"({"transactionId":77,"idTagInfo":{"status":"Accepted","expiryDate":null}})",
         R"({"transactionId":77,"idTagInfo":{"status":"Accepted","parentIdTag":null}})",
         R"({"transactionId":77,"idTagInfo":{"status":"Accepted","parentIdTag":"xxxxxxxxxxxxxxxxxxxxx"}})",
         R"({"transactionId":77.0,"idTagInfo":{"status":"Accepted"},"more":1})"}) {
        INFO(odd);
        test::World w;
        w.garbage = only("StartTransaction", odd);
        w.boot().plug(1).tag("A").wait(seconds{300}).power(1, true);
        CHECK(count(w, "StartTransaction") == 1);
        CHECK(w.call("RemoteStopTransaction", {{"transactionId", 77}})["status"] == "Accepted");
        CHECK(newest(w, "StopTransaction")["transactionId"] == 77);
    }
}

TEST_CASE("a tag that is refused is refused, whatever else is odd") {
    test::World w;
    w.garbage = only("StartTransaction",
                     R"({"transactionId":77,"idTagInfo":{"status":"Blocked","expiryDate":""}})");
    w.boot().plug(1).tag("A").wait(seconds{20}).power(1, false);
    CHECK(newest(w, "StopTransaction")["reason"] == "DeAuthorized");
}

SCENARIO_IN_WORLD("an answer that says nothing about the tag leaves it authorized") {
    w.garbage = only("StartTransaction", R"({"transactionId":77})");
    w.boot().plug(1).tag("A").wait(seconds{60});
    w.says({"StatusNotification 1 Preparing", "Authorize A", "StartTransaction 1 A",
            "StatusNotification 1 Charging"});
    w.power(1, true).tag("A").says({"StatusNotification 1 Finishing", "StopTransaction Local A"});
}

TEST_CASE("a driver who is accepted charges, whatever else is odd") {
    for (const auto* odd :
         {R"({"idTagInfo":{"status":"Accepted","parentIdTag":null}})",
          R"({"idTagInfo":{"status":"Accepted","parentIdTag":["G"]}})",
          R"({"idTagInfo":{"status":"Accepted","expiryDate":""}})",
          R"({"idTagInfo":{"status":"Accepted","expiryDate":"2099-01-01"}})",
          R"({"idTagInfo":{"status":"Accepted","name":"Ada"},"language":"en"})"}) {
        INFO(odd);
        test::World w;
        w.garbage = only("Authorize", odd);
        w.boot().plug(1).tag("A").wait(seconds{5}).power(1, true);
    }
    test::World w;
    w.garbage = only("Authorize", R"({"idTagInfo":{"status":"Welcome"}})");
    w.boot().plug(1).tag("A").wait(seconds{5}).power(1, false);
}

TEST_CASE("an end and meter values that are answered are done, whatever the answer") {
    for (const auto* odd : {"[1]", "7", R"("ok")", R"({"idTagInfo":7})",
                            R"({"idTagInfo":{"status":"ok"}})", R"({"idTagInfo":null})"}) {
        INFO(odd);
        test::World w{{.keys = {{"MeterValueSampleInterval", "60"}}}};
        w.garbage = [odd](const std::string& action) {
            return action == "StopTransaction" || action == "MeterValues" ? odd : "";
        };
        w.boot().plug(1).tag("A").wait(seconds{30}).tag("A").wait(seconds{300});
        CHECK(count(w, "MeterValues") == 1);
        CHECK(count(w, "StopTransaction") == 1);
        CHECK(w.store().load().queue.empty());
        CHECK(w.store().load().transactions.empty());
    }
}

TEST_CASE("a boot whose status can be read counts, with our own interval and our own time") {
    for (const auto* odd :
         {R"({"status":"Accepted"})", R"({"status":"Accepted","interval":"60","currentTime":7})",
          R"({"status":"Accepted","interval":null,"currentTime":null})",
          R"({"status":"Accepted","interval":-1,"currentTime":"yesterday"})"}) {
        INFO(odd);
        test::World w{{.keys = {{"HeartbeatInterval", "120"}}}};
        w.garbage = only("BootNotification", odd);
        w.start().connect();
        w.says({"BootNotification", "StatusNotification 0 Available",
                "StatusNotification 1 Available", "StatusNotification 2 Available"});
        w.wait(seconds{120}).says({"Heartbeat"});
        CHECK(w.overview()["time"].get<std::string>().substr(0, 16) == "2026-03-28T22:02");
    }
    test::World w;
    w.garbage = only("BootNotification", R"({"status":"Pending"})");
    w.start().connect().says({"BootNotification"});
    w.garbage = nullptr;
    w.wait(seconds{29}).quiet().wait(seconds{1});
    CHECK(w.said().front() == "BootNotification");
}

TEST_CASE("a boot without a status is no boot") {
    test::World w;
    w.garbage = only("BootNotification", R"({"status":"accepted","interval":60})");
    w.start().connect().says({"BootNotification"});
}

TEST_CASE("a heartbeat interval of more than a day is a day") {
    test::World w;
    w.interval = 1'000'000;
    w.boot();
    const auto read = w.call("GetConfiguration", {{"key", {"HeartbeatInterval"}}});
    CHECK(read["configurationKey"][0]["value"] == "86400");
}

TEST_CASE("calls are held to their schema") {
    test::World w;
    w.boot();
    CHECK(w.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", nullptr}}) ==
          "TypeConstraintViolation");
    CHECK(w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}, {"connectorId", "1"}}) ==
          "TypeConstraintViolation");
}

SCENARIO_IN_WORLD("what is optional and null in a call was left out") {
    w.boot();
    const auto call = [&w](const char* action, const Json& request, const char* status) {
        const auto answer = w.call(action, request);
        if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
    };
    call("TriggerMessage", {{"requestedMessage", "StatusNotification"}, {"connectorId", nullptr}},
         "Accepted");
    w.says({"StatusNotification 0 Available", "StatusNotification 1 Available",
            "StatusNotification 2 Available"});
    call("RemoteStartTransaction",
         {{"connectorId", nullptr}, {"idTag", "A"}, {"chargingProfile", nullptr}}, "Accepted");
    w.says({"StatusNotification 1 Preparing"});
}

}  // namespace answers_test
