// SPDX-License-Identifier: Apache-2.0
// A restart forgets nothing of a visit: twin worlds, of which one is restarted at a random step.
//   CHARGEPOINT_TWINS=100000 CHARGEPOINT_TWINS_SEED=7 build/dev/bin/ocpp_tests "twins*"

#include "tests/support/twins.hpp"
#include "tests/support/life.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>

namespace twins_test {

namespace {

using test::Anew;
using test::Life;
using test::Lines;
using test::seconds;
using test::Walk;
using test::World;

constexpr int usual_twins = 150;
constexpr int longest_walk = 40;

// After a restart the link, the boot and the graces of the begin take their time.
constexpr seconds settled{15};

World::Options options_of(Walk& walk) {
    using hal::ConnectorType;
    const auto amps = [](std::int64_t of) { return units::Milliamps{of * 1'000}; };
    constexpr std::array types{ConnectorType::Type2Cable, ConnectorType::Type2Socket,
                               ConnectorType::Schuko};
    World::Options options;
    options.connectors.clear();
    const int outlets = 1 + walk.pick(3);
    for (int id = 1; id <= outlets; ++id) {
        const auto type = types[static_cast<std::size_t>(walk.pick(3))];
        const bool schuko = type == ConnectorType::Schuko;
        options.connectors.push_back({id, type, schuko ? 1 : 3, amps(schuko ? 10 : 16)});
    }
    // Enough for all: who has a turn is not kept (`exceptions`).
    options.keys = {{"MeterValueSampleInterval", std::to_string(60 * walk.pick(2))},
                    {"HeartbeatInterval", "86400"},
                    {"AuthorizationCacheEnabled", walk.pick(2) == 0 ? "true" : "false"},
                    {"MaxEnergyOnInvalidId", std::to_string(500 * walk.pick(2))},
                    {"InstallationCurrent", "0.63"}};
    options.outlives_vehicle = true;
    return options;
}

void good_central_system(World& w) {
    w.supply = units::Milliamps{63'000};
    w.id_tag_info["G1"] = w.id_tag_info["G2"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w.boot();
}

// The first lines of two looks that are not the same; nothing when they all are.
std::string difference(const std::string& a, const std::string& b) {
    std::istringstream left(a), right(b);
    std::string x, y;
    while (std::getline(left, x) && std::getline(right, y))
        if (x != y) return x + " | " + y + " in " + a;
    return a == b ? "" : "one is longer";
}

// The boot itself tells all statuses, whatever had been told before.
Lines told(Lines same, Lines anew) {
    const auto begins = [](const char* word) {
        return [word](const std::string& line) { return line.starts_with(word); };
    };
    const bool booted = std::any_of(anew.begin(), anew.end(), begins("BootNotification"));
    for (auto* lines : {&same, &anew}) {
        if (booted) std::erase_if(*lines, begins("BootNotification"));
        if (booted) std::erase_if(*lines, begins("StatusNotification"));
        // Lines of one step may come in another order when a queue was emptied.
        std::sort(lines->begin(), lines->end());
    }
    Lines differences;
    std::set_symmetric_difference(same.begin(), same.end(), anew.begin(), anew.end(),
                                  std::back_inserter(differences));
    return differences;
}

// Differences that are right, each with its reason.
//  * Killed: tags that the cache has learnt within a minute. They are asked about again; where
//  there
//    is a cache, the store is flushed first.
//  * Cut: changes that may wait a minute for the disk, such as keys; flushed as well.
//  * Both anew: transactions end, an authorization is withdrawn, and the time without one begins
//    again, because it may be another vehicle. Those connectors are looked at by themselves, and
//    left by their vehicles before the twins are compared again.
//  * Both anew: whose turn it is when the supply is not enough for all. It is enough here.
//  * The boot: the registration is unknown until it is accepted, and all statuses are told.
//  * A question that waits for its answer is lost with the connection; here answers come at once.
void before_the_restart(World& w, Anew how, bool with_cache) {
    const bool killed = how == Anew::Killed || how == Anew::BothKilled;
    if (how == Anew::Cut || (killed && with_cache)) w.store().flush();
}

// Both processes of `anew` are new: nothing goes on for anybody on these connectors.
void check_safe(World& anew, const std::vector<int>& connectors) {
    const auto shown = anew.overview();
    for (const int id : connectors) {
        INFO("connector " << id);
        CHECK_FALSE(shown["connectors"][static_cast<std::size_t>(id) - 1].contains("authorized"));
        CHECK_FALSE(anew.outlet(id).closed);
    }
}

// True when everything of this connector is the same although both processes are new.
bool outlasts_both(World& w, const shared::Json& connector) {
    const auto& outlet = w.outlet(connector["id"]);
    const bool occupied = outlet.plugged || (outlet.cable && connector["type"] == "type2-socket");
    return !connector.contains("transaction") && !connector.contains("authorized") &&
           (!occupied || connector["status"] == "Finishing");
}

// Ends in both worlds what has ended in one of them.
void clear(World& w, const std::vector<int>& connectors, const std::vector<std::int64_t>& ids) {
    w.connect();
    for (const auto id : ids) w.call("RemoteStopTransaction", {{"transactionId", id}});
    w.wait(seconds{10});
    for (const int id : connectors) w.fault(id, false).unplug(id).unplug(id);
    w.wait(seconds{100});
}

struct Outcome {
    int compared = 0;
    bool both = false;
};

Outcome play(unsigned seed) {
    Walk walk(seed, 1);
    const auto options = options_of(walk);
    walk = Walk(seed + 1, static_cast<int>(options.connectors.size()));
    World same{options}, anew{options};
    std::array<World*, 2> twins{&same, &anew};
    for (auto* w : twins) good_central_system(*w);

    const int steps = 2 + walk.pick(longest_walk);
    const int fatal = walk.pick(steps);
    const auto how = static_cast<Anew>(walk.pick(5));
    Outcome outcome;
    outcome.both = of_both(how);
    std::string story;
    for (int step = 0; step < steps; ++step) {
        const auto deed = walk.next();
        const seconds pause{1 + walk.pick(20)};
        story += deed.text + ", " + std::to_string(pause.count()) + " s; ";
        for (auto* w : twins) {
            deed.act(*w);
            w->wait(pause);
        }
        INFO("seed " << seed << ": " << story);
        const auto lines = told(same.said(), anew.said());
        const auto seen = difference(look(same), look(anew));
        CHECK(lines == Lines{});
        CHECK(seen == "");
        if (!lines.empty() || !seen.empty()) return outcome;
        ++outcome.compared;
        if (step != fatal) continue;
        story += std::string("** ") + names(Anew{})[static_cast<std::size_t>(how)] + " **; ";
        INFO("seed " << seed << ": " << story);
        before_the_restart(anew, how, options.keys.at("AuthorizationCacheEnabled") == "true");
        std::vector<int> left;
        std::vector<std::int64_t> ended;
        const auto shown = same.overview();
        for (const auto& connector : shown["connectors"]) {
            if (!outlasts_both(same, connector)) left.push_back(connector["id"]);
            if (connector.contains("transaction"))
                ended.push_back(connector["transaction"].value("transactionId", 0));
        }
        begin_anew(anew, how);
        for (auto* w : twins) w->wait(settled);
        if (outcome.both) {
            check_safe(anew, left);
            for (auto* w : twins) clear(*w, left, ended);
        }
        for (auto* w : twins) w->said();
        const auto after = difference(look(same), look(anew));
        CHECK(after == "");
        if (!after.empty()) return outcome;
    }
    for (auto* w : twins) w->settle().check_books();
    return outcome;
}

}  // namespace

TEST_CASE("twins: whoever restarts what and how, a visit goes on as if nothing had been") {
    const int twins = Life::from_environment("CHARGEPOINT_TWINS", usual_twins);
    const auto seed = static_cast<unsigned>(Life::from_environment("CHARGEPOINT_TWINS_SEED", 1));
    int compared = 0, both = 0;
    for (int n = 0; n < twins; ++n) {
        const auto outcome = play(seed + 1'000 * static_cast<unsigned>(n));
        compared += outcome.compared;
        both += outcome.both ? 1 : 0;
    }
    std::cout << "twins: seed " << seed << ", " << twins << " pairs, " << both
              << " with both processes anew, " << compared << " comparisons\n";
    CHECK(compared > twins);
}

}  // namespace twins_test
