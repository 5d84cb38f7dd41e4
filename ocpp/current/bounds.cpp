// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/bounds.hpp"

#include <algorithm>

namespace ocpp::current {
namespace {

int phases_under(const RateUntil& session, const RateUntil& whole,
                 const ConnectorSituation& facts) {
    const int wired = std::min(facts.wired, facts.installation_phases);
    int phases = session.rate ? session.rate->phases.value_or(wired)
                              : std::min(facts.assigned_phases, wired);
    if (whole.rate && whole.rate->phases) phases = std::min(phases, *whole.rate->phases);
    // There are contactors for one phase and for all.
    return phases < 3 ? 1 : std::min(phases, wired);
}

void add(std::vector<Bound>& bounds, Source source, const RateUntil& said, int phases) {
    const auto& profile = said.profile->profile;
    bounds.push_back(
        {source, current_of(*said.rate, phases),
         Bound::FromProfile{profile.charging_profile_id, profile.stack_level, *said.rate}});
}

void add_assigned(std::vector<Bound>& bounds, const ConnectorSituation& facts) {
    bounds.push_back({Source::AssignedCurrent, facts.assigned});
    if (facts.offline) bounds.push_back({Source::InstallationOfflineCurrent, *facts.offline});
}

}  // namespace

const Bound& least_of(const std::vector<Bound>& bounds) {
    return *std::min_element(bounds.begin(), bounds.end(),
                             [](const Bound& a, const Bound& b) { return a.current < b.current; });
}

bool is_too_little(units::Milliamps current, const ConnectorSituation& facts) {
    return current < units::least_offer || (!facts.has_pilot && current < facts.rating);
}

Bounds bounds_at(ConnectorProfiles& profiles, const ConnectorSituation& facts, Instant at) {
    const auto whole = profiles.charge_point.at(at);
    auto session = profiles.transaction.at(at);
    auto source = Source::TxProfile;
    auto until = earlier(whole.until, session.until);
    if (!session.rate) {
        session = profiles.defaults.at(at);
        source = Source::TxDefaultProfile;
        until = earlier(until, session.until);
    }
    const int phases = phases_under(session, whole, facts);
    std::vector<Bound> all{{Source::MaxCurrent, facts.rating},
                           {Source::InstallationCurrent, facts.installation},
                           {Source::UserCurrentLimit, facts.user},
                           {Source::Temperature, facts.temperature},
                           {Source::Cable, facts.cable}};
    if (session.rate)
        add(all, source, session, phases);
    else
        add_assigned(all, facts);
    if (whole.rate) add(all, Source::ChargePointMaxProfile, whole, phases);
    if (facts.power_up) all.push_back({Source::PowerUp, *facts.power_up});
    return {std::move(all), phases, until};
}

Bounds supply_bounds_at(Stack& charge_point, const ConnectorSituation& supply, Instant at) {
    const auto whole = charge_point.at(at);
    std::vector<Bound> all{{Source::InstallationCurrent, supply.installation},
                           {Source::UserCurrentLimit, supply.user}};
    if (whole.rate)
        add(all, Source::ChargePointMaxProfile, whole, 1);
    else
        add_assigned(all, supply);
    return {std::move(all), 1, whole.until};
}

}  // namespace ocpp::current
