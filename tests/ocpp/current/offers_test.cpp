// SPDX-License-Identifier: Apache-2.0
// The limit of an outlet with a transaction, second by second, is what the oracle says, and holds
// until the instant that the ruling names. CHARGEPOINT_PROFILE_SETS and CHARGEPOINT_PROFILE_SEED
// choose how many sets of profiles and which.

#include "ocpp/current/offers.hpp"

#include "tests/ocpp/current/random_profiles.hpp"
#include "tests/support/number_from.hpp"

#include <algorithm>
#include <iostream>

namespace offers_test {

using namespace ocpp;
using namespace std::chrono;
using current::Instant;
using test::oracle::Chance;
using units::Milliamps;

namespace {

constexpr std::int64_t default_sets = 30'000;

current::ConnectorSituation facts_of(const test::oracle::Connector& c) {
    current::ConnectorSituation facts;
    facts.connector = c.id;
    facts.rating = Milliamps{c.rated_milliamps};
    facts.has_pilot = c.pilot;
    facts.installation = facts.user = facts.temperature = facts.cable = Milliamps{c.own_milliamps};
    facts.assigned = Milliamps{c.assigned_milliamps};
    facts.wired = c.wired_phases;
    facts.installation_phases = c.installation_phases;
    facts.assigned_phases = c.assigned_phases;
    facts.session = {Instant{milliseconds{c.session_ms}}, 1};
    facts.charging = true;
    return facts;
}

// One outlet, and its supply.
current::Situation situation_of(const test::oracle::Connector& c,
                                const test::oracle::Supply& supply) {
    current::Situation situation;
    situation.connectors = {facts_of(c)};
    situation.whole.installation = situation.whole.user = Milliamps{supply.own_milliamps};
    situation.whole.assigned = Milliamps{supply.assigned_milliamps};
    return situation;
}

std::int64_t differences(Chance& chance) {
    const Instant start = test::oracle::some_start(chance);
    const std::int64_t length = chance.from(1, 90);
    auto connector = test::oracle::some_connector(chance, 1, start, length);
    // AssignedPhase names no phase that InstallationPhases says is not there.
    connector.assigned_phases = std::min(connector.assigned_phases, connector.installation_phases);
    const auto [profiles, words] = test::oracle::some_profiles(chance, start, length);
    const auto supply = test::oracle::some_supply(chance);
    auto situation = situation_of(connector, supply);
    std::int64_t wrong = 0;
    std::optional<current::Offers> before;
    for (std::int64_t s = 0; s < length; ++s) {
        situation.at = start + seconds{s};
        const auto offers = current::offers_now(profiles, situation);
        const auto& offer = offers.connectors.front();
        const auto wanted = test::oracle::at(words, connector, supply,
                                             situation.at.time_since_epoch().count(), false);
        wrong += offer.share.count != wanted.tenths * 100 || offer.phases != wanted.phases;
        // An offer ended no later than it had said, and an end is in the future.
        const auto& old = before ? before->connectors.front() : offer;
        const bool changed = old.share != offer.share || old.phases != offer.phases;
        if (changed && (!before->until || *before->until > situation.at)) ++wrong;
        if (offers.until && *offers.until <= situation.at) ++wrong;
        before = offers;
    }
    return wrong;
}

}  // namespace

TEST_CASE("the limit of a session under random profiles is what the specification's words give") {
    const auto sets = test::number_from("CHARGEPOINT_PROFILE_SETS", default_sets);
    const auto seed = test::number_from("CHARGEPOINT_PROFILE_SEED", 1);
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < sets; ++i) {
        Chance chance(static_cast<std::uint64_t>(seed * 1'000'000'009 + i));
        const auto found = differences(chance);
        if (found != 0 && ++different <= 3) {
            INFO("set " << i << " of seed " << seed);
            CHECK(found == 0);
        }
    }
    std::cout << "limits under profile sets: " << sets << ", seed " << seed
              << ", different: " << different << '\n';
    CHECK(different == 0);
}

}  // namespace offers_test
