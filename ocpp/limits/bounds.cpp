// SPDX-License-Identifier: Apache-2.0
#include "ocpp/limits/bounds.hpp"

#include <algorithm>

namespace ocpp::limits {

using units::Milliamps;

namespace {

// A meter and a household cable may be this far above what was meant.
constexpr Milliamps draw_tolerance{1'000};

std::optional<Rate> rate_of(const Stack::Top& top) {
    return top.profile == nullptr ? std::nullopt : std::optional{top.rate};
}

std::optional<Bound::Name> name_of(const Stack::Top& top) {
    const auto& profile = top.profile->profile;
    return Bound::Name{profile.charging_profile_id, profile.stack_level};
}

const Bound& least_of(const std::vector<Bound>& bounds) {
    return *std::min_element(bounds.begin(), bounds.end(),
                             [](const Bound& a, const Bound& b) { return a.current < b.current; });
}

// What OCPP says about an outlet now.
struct Told {
    Stack::Top session;
    Source source{};
};

Told told_to(const Profiles& profiles, const Facts& facts, Instant at,
             std::optional<Instant>& until) {
    auto own = profiles.of_transaction(facts.connector, facts.session).at(at);
    until = earlier(until, own.until);
    if (own.profile != nullptr) return {own, Source::TxProfile};
    auto general = profiles.defaults(facts.connector, facts.session).at(at);
    until = earlier(until, general.until);
    return {general, Source::TxDefaultProfile};
}

Verdict judge(const Facts& facts, const Told& told, const Stack::Top& whole,
              const Situation& situation) {
    Verdict verdict;
    const auto session = rate_of(told.session);
    verdict.ruled = session.has_value();
    verdict.phases = phases_under(session, rate_of(whole), place_of(facts));
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
    // Nobody can tell such an outlet to draw less: it is switched off instead.
    if (!facts.has_pilot && facts.drawn > least_of(bounds).current + draw_tolerance)
        bounds.push_back({Source::Draw, {}});
    return verdict;
}

Claim claim_of(const Facts& facts, const Told& told, const Verdict& verdict) {
    Claim claim;
    claim.most = facts.charging ? least_of(verdict.bounds).current : Milliamps{};
    claim.phases = verdict.phases;
    claim.draws = facts.draws;
    claim.held = facts.held;
    claim.held_phases = facts.held_phases;
    const auto session = rate_of(told.session);
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
    } else if (whole.rate.unit == wire::ChargingRateUnitType::A) {
        bounds.push_back(
            {Source::ChargePointMaxProfile, current_of(whole.rate, 1), name_of(whole)});
    }
    return bounds;
}

void divide(Ruling& ruling, const std::vector<Claim>& claims, const Supply& supply,
            const Situation& situation) {
    const std::chrono::milliseconds turn = turn_length;
    const auto count = situation.at.time_since_epoch() / turn;
    const auto shares = share(supply, claims, count);
    const auto offers = offer(supply, claims, shares);
    if (takes_turns(claims, shares))
        ruling.until = earlier(ruling.until, Instant{(count + 1) * turn});
    for (std::size_t i = 0; i < claims.size(); ++i) {
        auto& verdict = ruling.outlets[i];
        const bool squeezed = situation.outlets[i].charging && shares[i] < claims[i].most &&
                              claims[i].most >= least_offer;
        verdict.bounds.push_back({Source::SharedSupply, squeezed ? shares[i] : supply.current});
        verdict.binding = least_of(verdict.bounds);
        verdict.share = shares[i];
        verdict.offer = offers[i];
    }
}

}  // namespace

Place place_of(const Facts& facts) {
    return {facts.connector,
            std::min({facts.rating, facts.installation, facts.user}),
            facts.assigned,
            facts.wired,
            std::min(facts.installation_phases, facts.wired),
            std::min({facts.assigned_phases, facts.installation_phases, facts.wired})};
}

Whole whole_of(const Facts& facts) {
    return {std::min(facts.installation, facts.user), facts.assigned};
}

Ruling rule(const Profiles& profiles, const Situation& situation) {
    Ruling ruling;
    const auto whole = profiles.of_charge_point().at(situation.at);
    ruling.until = whole.until;
    std::vector<Claim> claims;
    for (const auto& facts : situation.outlets) {
        const auto told = told_to(profiles, facts, situation.at, ruling.until);
        ruling.outlets.push_back(judge(facts, told, whole, situation));
        claims.push_back(claim_of(facts, told, ruling.outlets.back()));
    }
    ruling.supply = supply_of(situation, whole);
    Supply supply{least_of(ruling.supply).current, {}};
    if (whole.profile != nullptr && whole.rate.unit == wire::ChargingRateUnitType::W)
        supply.power = units::Watts{whole.rate.limit.count / 10};
    divide(ruling, claims, supply, situation);
    return ruling;
}

}  // namespace ocpp::limits
