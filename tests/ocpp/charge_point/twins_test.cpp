// SPDX-License-Identifier: Apache-2.0
// A restart forgets nothing of a visit: twin worlds, of which one is restarted at a random step.
//   CHARGEPOINT_TWINS=100000 CHARGEPOINT_TWINS_SEED=7 build/dev/bin/ocpp_tests "twins*"

#include "tests/support/twins.hpp"
#include "tests/support/life.hpp"

#include <iostream>

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

World::Options options_of(Walk& walk) {
    using hal::ConnectorType;
    constexpr std::array types{ConnectorType::Type2Cable, ConnectorType::Type2Socket,
                               ConnectorType::Schuko};
    World::Options options;
    options.connectors.clear();
    const int outlets = 1 + walk.pick(3);
    std::string installation;
    for (int id = 1; id <= outlets; ++id) {
        const auto type = types[static_cast<std::size_t>(walk.pick(3))];
        const bool schuko = type == ConnectorType::Schuko;
        options.connectors.push_back({id, type, schuko ? 1 : 3, World::ample_supply});
        installation += (id > 1 ? "," : "") + std::to_string(id) + (schuko ? ".10" : ".16");
    }
    options.keys = {{"MeterValueSampleInterval", std::to_string(60 * walk.pick(2))},
                    {"HeartbeatInterval", "86400"},
                    {"AuthorizationCacheEnabled", walk.pick(2) == 0 ? "true" : "false"},
                    {"MaxEnergyOnInvalidId", std::to_string(500 * walk.pick(2))},
                    {"InstallationCurrent", installation}};
    options.outlives_vehicle = true;
    return options;
}

void good_central_system(World& w) {
    w.supply = World::ample_supply;
    w.id_tag_info["G1"] = w.id_tag_info["G2"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w.boot();
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
        const auto lines = test::told(same.said(), anew.said());
        const auto seen = test::difference(look(same), look(anew));
        CHECK(lines == Lines{});
        CHECK(seen == "");
        if (!lines.empty() || !seen.empty()) return outcome;
        ++outcome.compared;
        if (step != fatal) continue;
        story += std::string("** ") + names(Anew{})[static_cast<std::size_t>(how)] + " **; ";
        INFO("seed " << seed << ": " << story);
        before_the_restart(anew, how, options.keys.at("AuthorizationCacheEnabled") == "true");
        const auto ends = ends_with_both(same);
        begin_anew(anew, how);
        for (auto* w : twins) w->wait(test::settled);
        if (outcome.both) {
            check_safe(anew, ends);
            for (auto* w : twins) clear(*w, ends);
        }
        for (auto* w : twins) w->said();
        const auto after = test::difference(look(same), look(anew));
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
