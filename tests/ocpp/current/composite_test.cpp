// SPDX-License-Identifier: Apache-2.0
// Random sets of charging profiles: each second of the composite schedule is what the oracle says.
// CHARGEPOINT_PROFILE_SETS and CHARGEPOINT_PROFILE_SEED choose how many and which.

#include "ocpp/current/composite.hpp"
#include "tests/ocpp/current/random_profiles.hpp"
#include "tests/support/catch.hpp"

#include <iostream>

namespace composite_test {

using namespace ocpp;
using namespace std::chrono;
using current::Instant;
using test::oracle::Chance;
using test::number_from;
using test::oracle::some_connector;
using test::oracle::some_profiles;
using test::oracle::some_start;
using wire::ChargingRateUnitType;

namespace {

constexpr std::int64_t default_sets = 30'000;

// The session of each connector is a transaction with the number 1.
current::ConnectorSituation situation_of(const test::oracle::Connector& c) {
    current::ConnectorSituation facts;
    facts.connector = c.id;
    facts.rating = units::Milliamps{c.rated_milliamps};
    facts.has_pilot = c.pilot;
    facts.installation = facts.user = units::Milliamps{c.own_milliamps};
    facts.assigned = units::Milliamps{c.assigned_milliamps};
    facts.wired = c.wired_phases;
    facts.installation_phases = c.installation_phases;
    facts.assigned_phases = c.assigned_phases;
    facts.session = {Instant{milliseconds{c.session_ms}}, 1};
    return facts;
}

// One period after the other until the second.
struct Reader {
    const current::Composite& composite;
    std::size_t next = 0;

    test::oracle::Answer at(std::int64_t second) {
        while (next < composite.periods.size() && composite.periods[next].start_period <= second)
            ++next;
        if (next == 0) return {-1, 0};
        const auto& period = composite.periods[next - 1];
        return {period.limit.count, period.number_phases.value_or(0)};
    }
};

bool merged(const current::Composite& composite) {
    for (std::size_t i = 1; i < composite.periods.size(); ++i) {
        const auto& a = composite.periods[i - 1];
        const auto& b = composite.periods[i];
        if (a.limit == b.limit && a.number_phases == b.number_phases) return false;
    }
    return true;
}

// How many seconds differ from the oracle.
std::int64_t differences(Chance& chance) {
    const Instant start = some_start(chance);
    const std::int64_t length = chance.from(1, 90);
    const std::vector connectors{some_connector(chance, 1, start, length),
                                 some_connector(chance, 2, start, length)};
    const auto [profiles, words] = some_profiles(chance, start, length);
    const auto supply = test::oracle::some_supply(chance);
    current::ConnectorSituation whole;
    whole.installation = whole.user = units::Milliamps{supply.own_milliamps};
    whole.assigned = units::Milliamps{supply.assigned_milliamps};
    const auto unit = static_cast<ChargingRateUnitType>(chance.from(0, 1));
    const current::Inquiry inquiry{start, seconds{length}, unit};
    const bool watts = unit == ChargingRateUnitType::W;

    const auto first = current::composite(profiles, situation_of(connectors[0]), whole, inquiry);
    const auto other = current::composite(profiles, situation_of(connectors[1]), whole, inquiry);
    const auto both = current::composite(
        profiles, {situation_of(connectors[0]), situation_of(connectors[1])}, whole, inquiry);
    REQUIRE(first.covered == seconds{length});
    std::int64_t wrong = merged(first) && merged(other) && merged(both) ? 0 : 1;
    Reader of_first{first}, of_second{other}, of_both{both};
    for (std::int64_t s = 0; s < length; ++s) {
        // Whole seconds, but for the first period, which is what holds when it is asked for.
        const auto second = floor<seconds>(start) + seconds{s};
        const auto now = std::max(Instant{second}, start).time_since_epoch().count();
        wrong += of_first.at(s) != test::oracle::at(words, connectors[0], supply, now, watts);
        wrong += of_second.at(s) != test::oracle::at(words, connectors[1], supply, now, watts);
        wrong += of_both.at(s) != test::oracle::sum_at(words, connectors, supply, now, watts);
    }
    return wrong;
}

}  // namespace

TEST_CASE("composite schedules of random profiles are what the specification's words give") {
    const auto sets = number_from("CHARGEPOINT_PROFILE_SETS", default_sets);
    const auto seed = number_from("CHARGEPOINT_PROFILE_SEED", 1);
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < sets; ++i) {
        Chance chance(static_cast<std::uint64_t>(seed * 1'000'000'007 + i));
        const auto found = differences(chance);
        if (found != 0 && ++different <= 3) {
            INFO("set " << i << " of seed " << seed);
            CHECK(found == 0);
        }
    }
    std::cout << "profile sets: " << sets << ", seed " << seed << ", different: " << different
              << '\n';
    CHECK(different == 0);
}

}  // namespace composite_test
