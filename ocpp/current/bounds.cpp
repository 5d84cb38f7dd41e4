// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/bounds.hpp"

#include <algorithm>

namespace ocpp::current {

using units::Milliamps;

namespace {

std::optional<Bound::Name> name_of(const Stack::Top& top) {
    const auto& profile = top.profile->profile;
    return Bound::Name{profile.charging_profile_id, profile.stack_level};
}

// What OCPP says about an outlet now.
struct Told {
    Stack::Top session;
    Source source{};
};

Told told_to(const Profiles& profiles, const ConnectorSituation& facts, Instant at,
             std::optional<Instant>& until) {
    auto own = profiles.of_transaction(facts.connector, facts.session).at(at);
    until = earlier(until, own.until);
    if (own.profile != nullptr) return {own, Source::TxProfile};
    auto general = profiles.defaults(facts.connector, facts.session).at(at);
    until = earlier(until, general.until);
    return {general, Source::TxDefaultProfile};
}

Verdict judge(const ConnectorSituation& facts, const Told& told, const Stack::Top& whole,
              const Situation& situation) {
    Verdict verdict;
    const auto session = told.session.limit();
    verdict.ruled = session.has_value();
    verdict.phases = phases_under(session, whole.limit(), place_of(facts));
    auto& bounds = verdict.bounds;
    bounds = {{Source::MaxCurrent, facts.rating},
              {Source::InstallationCurrent, facts.installation},
              {Source::UserCurrentLimit, facts.user},
              {Source::Temperature, facts.temperature},
              {Source::Cable, facts.cable}};
    if (!session) bounds.push_back({Source::AssignedCurrent, facts.assigned});
    if (!session && situation.offline)
        bounds.push_back({Source::InstallationOfflineCurrent, facts.offline});
    if (session)
        bounds.push_back(
            {told.source, current_of(*session, verdict.phases), name_of(told.session)});
    if (whole.profile != nullptr)
        bounds.push_back({Source::ChargePointMaxProfile, current_of(whole.rate, verdict.phases),
                          name_of(whole)});
    if (situation.power_up) bounds.push_back({Source::PowerUp, *situation.power_up});
    return verdict;
}

Claim claim_of(const ConnectorSituation& facts, const Told& told, const Verdict& verdict) {
    Claim claim;
    claim.most = facts.charging ? least_of(verdict.bounds).current : Milliamps{};
    claim.phases = verdict.phases;
    claim.draws = facts.draws;
    claim.queue = facts.queue;
    claim.whole = !facts.has_pilot;
    // Whatever hangs on such an outlet knows of no limit.
    if (claim.whole && claim.most < facts.rating) claim.most = {};
    if (claim.whole && claim.most.count > 0)
        claim.most.count = std::max(claim.most.count, facts.drawn.count / 100 * 100);
    claim.held = facts.held;
    claim.held_phases = facts.held_phases;
    const auto session = told.session.limit();
    if (session && session->least) {
        auto least = *session;
        least.limit = *session->least;
        claim.least = std::max(least_offer, current_of(least, verdict.phases));
    }
    return claim;
}

std::vector<Bound> supply_of(const Situation& situation, const Stack::Top& whole) {
    const auto& facts = situation.whole;
    std::vector<Bound> bounds{{Source::InstallationCurrent, facts.installation},
                              {Source::UserCurrentLimit, facts.user}};
    if (whole.profile == nullptr) {
        bounds.push_back({Source::AssignedCurrent, facts.assigned});
        if (situation.offline)
            bounds.push_back({Source::InstallationOfflineCurrent, facts.offline});
    } else {
        // Of watts, what one phase alone can have.
        bounds.push_back(
            {Source::ChargePointMaxProfile, current_of(whole.rate, 1), name_of(whole)});
    }
    return bounds;
}

void divide(Ruling& ruling, const std::vector<Claim>& claims, const Supply& supply,
            const Situation& situation) {
    const auto shares = share(supply, claims);
    const auto offers = offer(supply, claims, shares);
    ruling.turns = takes_turns(claims, shares);
    for (std::size_t i = 0; i < claims.size(); ++i) {
        auto& verdict = ruling.outlets[i];
        const auto& facts = situation.outlets[i];
        const bool squeezed =
            facts.charging && shares[i] < claims[i].most && claims[i].most >= least_offer;
        verdict.bounds.push_back({Source::SharedSupply, squeezed ? shares[i] : supply.current});
        verdict.binding = least_of(verdict.bounds);
        verdict.share = std::min(shares[i], facts.rating);
        verdict.offer = std::min(offers[i], facts.rating);
    }
}

}  // namespace

const Bound& least_of(const std::vector<Bound>& bounds) {
    return *std::min_element(bounds.begin(), bounds.end(),
                             [](const Bound& a, const Bound& b) { return a.current < b.current; });
}

Place place_of(const ConnectorSituation& facts) {
    const int wired = std::min(facts.wired, facts.installation_phases);
    return {facts.connector, std::min({facts.rating, facts.installation, facts.user}),
            facts.assigned, wired, std::min(facts.assigned_phases, wired)};
}

Whole whole_of(const ConnectorSituation& facts) {
    return {std::min(facts.installation, facts.user), facts.assigned};
}

Ruling rule(const Profiles& profiles, const Situation& situation) {
    Ruling ruling;
    const auto whole = profiles.of_charge_point().at(situation.at);
    ruling.until = ruling.supply_until = whole.until;
    std::vector<Claim> claims;
    int charging = 0;
    for (const auto& facts : situation.outlets) {
        auto until = whole.until;
        const auto told = told_to(profiles, facts, situation.at, until);
        auto& verdict = ruling.outlets.emplace_back(judge(facts, told, whole, situation));
        verdict.until = until;
        ruling.until = earlier(ruling.until, until);
        charging += facts.charging ? 1 : 0;
        claims.push_back(claim_of(facts, told, verdict));
    }
    // Who shares depends on the others.
    for (std::size_t i = 0; i < claims.size(); ++i)
        if (charging > 1 && situation.outlets[i].charging) ruling.outlets[i].until = ruling.until;
    ruling.supply = supply_of(situation, whole);
    Supply supply{least_of(ruling.supply).current, {}};
    if (whole.profile != nullptr && whole.rate.unit == wire::ChargingRateUnitType::W)
        supply.power = units::Watts{whole.rate.limit.count / 10};
    divide(ruling, claims, supply, situation);
    return ruling;
}

}  // namespace ocpp::current
