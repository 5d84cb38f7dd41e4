// SPDX-License-Identifier: Apache-2.0
// The auditor itself: it refuses what it is there to refuse, and nothing else.

#include "tests/support/auditor.hpp"
#include "tests/support/catch.hpp"

#include <cstdio>

namespace auditor_test {

namespace {

using Json = nlohmann::json;

constexpr test::Auditor::Time noon = 1'774'700'000'000;  // some day in March 2026

std::string text_of(test::Auditor::Time at) {
    const auto seconds = at / 1'000 % 86'400;
    char text[32];
    std::snprintf(text, sizeof text, "2026-03-28T%02d:%02d:%02d.000Z",
                  static_cast<int>(seconds / 3'600), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
    return text;
}

struct Told {
    test::Auditor auditor{{}, 2'000};
    int id = 0;
    test::Auditor::Time now = noon;

    Told() {
        auditor.begun(now);
        connect();
        call("BootNotification", Json::object(), R"({"status":"Accepted"})");
    }
    void connect() {
        auditor.disconnected();
        auditor.connected(now);
    }
    void call(const char* action, const Json& payload, const char* answer) {
        const auto name = std::to_string(++id);
        auditor.heard(Json::array({2, name, action, payload}).dump(), now);
        if (answer != nullptr)
            auditor.told(Json::array({3, name, Json::parse(answer)}).dump(), now);
        now += 1'000;
    }
    Told& status(const char* status, int connector = 1, const char* answer = "{}",
                 test::Auditor::Time age = 0) {
        call("StatusNotification",
             {{"connectorId", connector},
              {"status", status},
              {"errorCode", "NoError"},
              {"timestamp", text_of(now - age)}},
             answer);
        return *this;
    }
    std::size_t complaints() const { return auditor.violations().size(); }
};

}  // namespace

TEST_CASE("the auditor knows the 53 changes of status, and connector 0") {
    constexpr const char* all[] = {"Available",   "Preparing",     "Charging",
                                   "SuspendedEV", "SuspendedEVSE", "Finishing",
                                   "Reserved",    "Unavailable",   "Faulted"};
    std::size_t known = 0;
    for (const auto* from : all)
        for (const auto* to : all) {
            if (from == to) continue;
            Told told;
            if (told.status(from).status(to).complaints() == 0) ++known;
        }
    CHECK(known == 53);
    CHECK(Told().status("Available", 0).status("Unavailable", 0).complaints() == 0);
    CHECK(Told().status("Preparing", 0).complaints() == 1);
    CHECK(Told().status("Preparing", 1).status("Unavailable", 2).complaints() == 0);
}

TEST_CASE("the auditor lets any status follow what was lost, and history") {
    Told told;
    told.status("Preparing", 1, nullptr);
    told.now += 31'000;
    CHECK(told.status("Unavailable").complaints() == 0);
    told.connect();
    CHECK(told.status("Finishing").complaints() == 0);
    told.status("Faulted", 1, "{}", 3'600'000);
    CHECK(told.status("Finishing").complaints() == 0);
    CHECK(told.status("Charging").complaints() == 1);
}

TEST_CASE("the auditor refuses what it has just heard") {
    Told told;
    told.status("Preparing");
    CHECK(told.status("Preparing").complaints() == 1);
}

TEST_CASE("the auditor holds Charging and SuspendedEV against the hardware") {
    constexpr std::size_t lies = test::Auditor::interruptions_are_judged ? 1 : 0;
    const auto complaints = [](bool closed, bool offered, const char* status) {
        Told told;
        told.auditor.switched(1, closed, offered, noon);
        return told.status(status).complaints();
    };
    CHECK(complaints(false, true, "Charging") == lies);
    CHECK(complaints(true, true, "Charging") == 0);
    CHECK(complaints(false, false, "SuspendedEV") == lies);
    CHECK(complaints(false, true, "SuspendedEV") == 0);
    CHECK(complaints(false, false, "SuspendedEVSE") == 0);
}

}  // namespace auditor_test
