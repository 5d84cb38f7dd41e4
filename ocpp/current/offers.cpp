// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/offers.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::current {

using units::Milliamps;

namespace {

const Bound* session_profile(const std::vector<Bound>& bounds) {
    const auto found = std::find_if(bounds.begin(), bounds.end(), [](const Bound& bound) {
        return bound.source == Source::TxProfile || bound.source == Source::TxDefaultProfile;
    });
    return found == bounds.end() ? nullptr : &*found;
}

Claim claim_of(const ConnectorSituation& facts, const Bounds& bounds) {
    Claim claim;
    claim.most = facts.charging ? least_of(bounds.all).current : Milliamps{};
    claim.phases = bounds.phases;
    claim.draws = facts.draws;
    claim.queue = facts.queue;
    claim.whole = !facts.has_pilot;
    // A vehicle without a pilot knows of no limit.
    if (claim.whole && claim.most < facts.rating) claim.most = {};
    if (claim.whole && claim.most.count > 0)
        claim.most.count = std::max(claim.most.count, facts.drawn.count / 100 * 100);
    claim.held = facts.held;
    claim.held_phases = facts.held_phases;
    const auto* session = session_profile(bounds.all);
    if (session != nullptr && session->profile->rate.least) {
        auto least = session->profile->rate;
        least.limit = *least.least;
        claim.least = std::max(least_offer, current_of(least, bounds.phases));
    }
    return claim;
}

Supply supply_of(const std::vector<Bound>& bounds) {
    Supply supply{least_of(bounds).current, {}};
    for (const auto& bound : bounds)
        if (bound.profile && bound.profile->rate.unit == wire::ChargingRateUnitType::W)
            supply.power = units::Watts{bound.profile->rate.limit.count / 10};
    return supply;
}

void divide(Offers& offers, const std::vector<Claim>& claims, const Situation& situation) {
    const auto supply = supply_of(offers.supply);
    const auto shares = share(supply, claims);
    const auto currents = offer(supply, claims, shares);
    offers.turns = takes_turns(claims, shares);
    for (std::size_t i = 0; i < claims.size(); ++i) {
        auto& one = offers.connectors[i];
        const auto& facts = situation.connectors[i];
        const bool squeezed =
            facts.charging && shares[i] < claims[i].most && claims[i].most >= least_offer;
        one.bounds.push_back({Source::SharedSupply, squeezed ? shares[i] : supply.current});
        one.binding = least_of(one.bounds);
        one.share = std::min(shares[i], facts.rating);
        one.current = std::min(currents[i], facts.rating);
    }
}

}  // namespace

Offers offers_now(const Profiles& profiles, const Situation& situation) {
    Offers offers;
    auto charge_point = profiles.of_charge_point();
    auto supply = supply_bounds_at(charge_point, situation.whole, situation.at);
    offers.supply = std::move(supply.all);
    offers.until = offers.supply_until = supply.until;
    std::vector<Claim> claims;
    int charging = 0;
    for (const auto& facts : situation.connectors) {
        auto selected = profiles.of(facts.connector, facts.session);
        auto bounds = bounds_at(selected, facts, situation.at);
        claims.push_back(claim_of(facts, bounds));
        charging += facts.charging ? 1 : 0;
        offers.until = earlier(offers.until, bounds.until);
        auto& one = offers.connectors.emplace_back();
        one.too_little = is_too_little(least_of(bounds.all).current, facts);
        one.bounds = std::move(bounds.all);
        one.phases = bounds.phases;
        one.until = bounds.until;
    }
    // Where several share, a change of one changes what the others get.
    for (std::size_t i = 0; i < claims.size(); ++i)
        if (charging > 1 && situation.connectors[i].charging)
            offers.connectors[i].until = offers.until;
    divide(offers, claims, situation);
    return offers;
}

}  // namespace ocpp::current
