// SPDX-License-Identifier: Apache-2.0
// The auditor's judgement of statuses: the changes that OCPP 1.6 4.9 knows, and whether they are
// true.

#include "tests/support/auditor.hpp"

#include "tests/support/auditor_words.hpp"

#include <algorithm>
#include <map>

namespace test {

using namespace words;

namespace {

// The table of 4.9: from a status to those that may follow it.
const std::map<std::string, std::set<std::string>> changes = {
    {"Available",
     {"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Reserved", "Unavailable",
      "Faulted"}},
    {"Preparing",
     {"Available", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Faulted"}},
    {"Charging",
     {"Available", "SuspendedEV", "SuspendedEVSE", "Finishing", "Unavailable", "Faulted"}},
    {"SuspendedEV",
     {"Available", "Charging", "SuspendedEVSE", "Finishing", "Unavailable", "Faulted"}},
    {"SuspendedEVSE",
     {"Available", "Charging", "SuspendedEV", "Finishing", "Unavailable", "Faulted"}},
    {"Finishing", {"Available", "Preparing", "Unavailable", "Faulted"}},
    {"Reserved", {"Available", "Preparing", "Unavailable", "Faulted"}},
    {"Unavailable",
     {"Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Faulted"}},
    {"Faulted",
     {"Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved",
      "Unavailable"}}};

const std::set<std::string> of_the_whole = {"Available", "Unavailable", "Faulted"};

// A contactor that has opened by itself is Charging until its loss of supply is known.
constexpr Time unnoticed = 1'000;
// Older states than these are not asked for any more.
constexpr std::size_t remembered = 200;

}  // namespace

void Auditor::judge_status(const Json& payload) {
    const int connector = payload.value("connectorId", -1);
    const auto status = word(payload, "status");
    const bool history = is_history(payload);
    const auto told = statuses_.find(connector);
    const bool again = told != statuses_.end() && told->second == without_time(payload);
    // An error that waited for the connection may be on its way already.
    const bool error = word(payload, "errorCode") != "NoError";
    if (again && !error && !triggered_ && !history && followed_.contains(connector))
        complain("told twice: " + payload.dump());
    if (!history) {
        judge_change(connector, status);
        judge_truth(connector, status, payload);
    }
    statuses_.erase(connector);
    followed_.erase(connector);
    if (!history) followed_[connector] = status;
    last_statuses_[connector] = status;
}

// Errors that waited for the connection are history, which has holes.
bool Auditor::is_history(const Json& status) const {
    return time_of(word(status, "timestamp")) + unsure_ < connected_at_;
}

void Auditor::judge_change(int connector, const std::string& status) {
    if (connector == 0 && !of_the_whole.contains(status))
        complain("connector 0 is never " + status);
    const auto before = followed_.find(connector);
    if (before == followed_.end() || before->second == status) return;
    ++counts_.changes;
    if (!changes.at(before->second).contains(status))
        complain("connector " + std::to_string(connector) + ": OCPP 1.6 4.9 knows no change from " +
                 before->second + " to " + status);
}

void Auditor::switched(int connector, bool closed, bool offered, Time now) {
    auto& states = switched_[connector];
    if (!states.empty() && states.back().closed == closed && states.back().offered == offered)
        return;
    states.push_back({now, closed, offered});
    if (states.size() > remembered) states.pop_front();
}

// A status is true of a moment; a machine without a clock can't name it.
void Auditor::judge_truth(int connector, const std::string& status, const Json& payload) {
    const auto& states = switched_[connector];
    const auto at = time_of(word(payload, "timestamp"));
    if (!interruptions_are_judged || unsure_ > 0 || states.empty() || at < states.front().at)
        return;
    const auto held = [&](bool Switched::*what) {
        for (std::size_t i = 0; i < states.size(); ++i) {
            const bool over = i + 1 < states.size() && states[i + 1].at + unnoticed < at;
            if (!over && states[i].at <= at && states[i].*what) return true;
        }
        return false;
    };
    const auto lie = [&](const char* why) {
        complain("connector " + std::to_string(connector) + " is not " + status + ", " + why +
                 ": " + payload.dump());
    };
    if (status == "Charging" && !held(&Switched::closed)) lie("its contactors are open");
    if (status == "SuspendedEV" && word(payload, "info") != "EV side disconnected" &&
        !held(&Switched::offered))
        lie("nothing is offered");
}

}  // namespace test
