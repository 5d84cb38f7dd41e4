// SPDX-License-Identifier: Apache-2.0
// Every scenario as twins: one of two worlds is restarted after a step, and the rest of the
// scenario happens in both. CHARGEPOINT_SCENARIO_TWINS_EVERY and CHARGEPOINT_REPLAY_EVERY say
// how many of the pairs that are possible are played, CHARGEPOINT_SCENARIO takes those with such a
// name.
//   CHARGEPOINT_SCENARIO_TWINS_EVERY=1 build/dev/bin/ocpp_tests "every scenario goes on*"

#include "tests/support/number_from.hpp"
#include "tests/support/twins.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string_view>

namespace scenario_twins_test {

namespace {

using shared::Json;
using test::Anew;
using test::Lines;
using test::World;

constexpr std::int64_t usual_stride = 16;
constexpr int kinds = 5;  // of restarts

using Entry = std::pair<World::Options, test::Scenario>;

// Exceptions besides those of all twins, each with its reason.
const std::set<std::string> not_the_same = {
    // The length of a turn is not kept, only whose it is.
    "who does not fit waits, and has its turn after fifteen minutes",
    "a vehicle that has enough gives its turn away, and waits for the next",
    // A message that waits for its retry is sent at once by a new process.
    "a start that was refused waits for its time over a new connection, too"};
// Right after a start the connection counts as lost (ocpp/README.md), so that without one
// InstallationOfflineCurrent holds at once.
const std::set<std::string> not_the_same_offline = {
    "a connection over which nobody speaks manages no load",
    "without a connection the current falls after the configured time"};
//  * A message that waits although there is a connection: for its retry, as above.
//  * MinimumStatusDuration: a boot tells what is, also what is not told otherwise until it lasts.
//    Here, and when both are new, only the last status counts.
//  * The status right after the restart, without the grace in which a session that has begun is
//    still told as Preparing. The last one counts.
//  * A conflict with the local list is found again when a tag meets it.
//  * Heartbeats begin anew with a boot, by the interval of its answer.
//  * Answers that are missing or wrong: a question may wait.

// A world as it was seen after each step from the one with the restart on.
struct Twin {
    std::vector<std::string> looks;
    std::map<char, Lines> statuses;  // by connector, each once
    Lines lines;
    bool comparable = true;
};

// When both processes are new, the vehicles have left and the rest of a scenario means nothing: the
// walks of twins_test.cpp go on from there.
struct Over {};

int steps_of(const Entry& scenario) {
    int steps = 0;
    auto options = scenario.first;
    options.after_step = [&steps](World&) { ++steps; };
    World world{options};
    scenario.second(world);
    return steps;
}

void interrupt(World& w, Anew how, bool restarts) {
    const auto ends = test::ends_with_both(w);
    if (restarts) {
        before_the_restart(w, how, true);
        begin_anew(w, how);
    }
    w.wait(test::settled);
    if (!of_both(how)) return;
    if (restarts) check_safe(w, ends);
    clear(w, ends);
}

// The statuses as they change: a boot tells them all again. A start is a security event itself.
void hear(Twin& twin, std::string line) {
    constexpr std::string_view conflict = " LocalListConflict";
    constexpr std::string_view status = "StatusNotification ";
    if (line == "BootNotification" || line == "Heartbeat" || line == "SecurityEventNotification")
        return;
    if (!line.starts_with(status)) return twin.lines.push_back(line);
    if (line.ends_with(conflict)) line.resize(line.size() - conflict.size());
    auto& told = twin.statuses[line[status.size()]];
    if (told.empty() || told.back() != line) told.push_back(line);
}

bool comparable(World& w, const std::string& name) {
    const auto shown = w.overview();
    // A restart is a failed attempt of a candidate, so that none is tried for ever.
    if (shown["security"].contains("candidate") || shown["wifi"].contains("candidate"))
        return false;
    const bool connected = shown["connected"];
    if (connected ? shown["queued_messages"] > 0 : not_the_same_offline.contains(name))
        return false;
    return w.answers_well() && !not_the_same.contains(name);
}

bool tells_at_once(World& w) {
    const Json asked{{"key", {"MinimumStatusDuration"}}};
    const auto answer = w.call("GetConfiguration", asked);
    return !answer.contains("configurationKey") || answer["configurationKey"][0]["value"] == "0";
}

void only_the_last(std::map<char, Lines>& statuses) {
    for (auto& [connector, told] : statuses)
        if (told.size() > 1) told.erase(told.begin(), told.end() - 1);
}

Twin played(const std::string& name, const Entry& scenario, int at, Anew how, bool restarts) {
    Twin twin;
    auto options = scenario.first;
    int step = -1;
    std::size_t lines_from = 0, statuses_from = 0;
    bool over = false;
    options.after_step = [&](World& w) {
        if (++step < at || over || !w.started()) return;
        if (step == at) {
            twin.comparable = comparable(w, name);
            lines_from = w.calls().size();
            interrupt(w, how, restarts);
            statuses_from = w.calls().size();
            // In between all ended in one of them.
            if (of_both(how)) lines_from = statuses_from;
        }
        twin.looks.push_back(test::look(w));
        if (of_both(how)) throw Over{};
    };
    World world{options};
    try {
        scenario.second(world);
    } catch (const Over&) {
    }
    over = true;
    world.connect();
    const bool all_statuses = tells_at_once(world);
    world.settle().check_books();
    twin.looks.push_back(test::look(world));
    for (std::size_t i = 0; i < world.calls().size(); ++i) {
        hear(twin, test::line_of(world.calls()[i]));
        if (i < lines_from) twin.lines.clear();
        if (i < statuses_from || !all_statuses || of_both(how)) only_the_last(twin.statuses);
    }
    return twin;
}

void compare(const Twin& same, const Twin& anew) {
    CHECK(same.looks.size() == anew.looks.size());
    for (std::size_t i = 0; i < std::min(same.looks.size(), anew.looks.size()); ++i) {
        INFO("look " << i);
        const auto seen = test::difference(same.looks[i], anew.looks[i]);
        CHECK(seen == "");
        if (!seen.empty()) return;
    }
    for (const auto& [connector, told] : same.statuses) {
        INFO("connector " << connector);
        const auto found = anew.statuses.find(connector);
        CHECK(told == (found == anew.statuses.end() ? Lines{} : found->second));
    }
    CHECK(test::told(same.lines, anew.lines) == Lines{});
}

}  // namespace

TEST_CASE("every scenario goes on as if nothing had been, whoever restarts what and how") {
    const auto every = test::number_from("CHARGEPOINT_REPLAY_EVERY", 1) *
                       test::number_from("CHARGEPOINT_SCENARIO_TWINS_EVERY", usual_stride);
    // A multiple would leave out kinds.
    const int stride = std::max(1, static_cast<int>(every) + (every % kinds == 0 ? 1 : 0));
    int next = 0, pairs = 0, compared = 0;
    const char* only = std::getenv("CHARGEPOINT_SCENARIO");
    for (const auto& [name, scenario] : test::scenarios()) {
        if (only != nullptr && name.find(only) == std::string::npos) continue;
        const int all = kinds * steps_of(scenario);
        for (; next < all; next += stride) {
            const auto how = static_cast<Anew>(next % kinds);
            const int step = next / kinds;
            ++pairs;
            INFO(name << ", " << names(how)[static_cast<std::size_t>(how)] << " after step "
                      << step);
            const auto same = played(name, scenario, step, how, false);
            if (!same.comparable) continue;
            compare(same, played(name, scenario, step, how, true));
            compared += static_cast<int>(same.looks.size());
        }
        next -= all;
    }
    std::cout << "scenario twins: " << pairs << " pairs of " << test::scenarios().size()
              << " scenarios, " << compared << " comparisons\n";
    CHECK(compared > pairs);
}

}  // namespace scenario_twins_test
