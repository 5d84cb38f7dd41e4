// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/composite.hpp"

#include <algorithm>
#include <limits>

namespace ocpp::current {

using std::chrono::seconds;
using wire::ChargingRateUnitType;
using wire::Tenths;

namespace {

// Bounds the time that a question for a century takes.
constexpr int max_evaluations = 100'000;

struct Expected {
    Tenths limit;
    int phases = 1;
    std::optional<Instant> until;
};

// The least of the bounds that do not describe the present alone.
Tenths lasting(const std::vector<Bound>& bounds, ChargingRateUnitType unit, int phases) {
    Tenths least{std::numeric_limits<std::int64_t>::max()};
    for (const auto& bound : bounds)
        if (!only_now(bound.source)) least = std::min(least, bound.in(unit, phases));
    return least;
}

units::Milliamps least_lasting(const std::vector<Bound>& bounds, units::Milliamps least) {
    for (const auto& bound : bounds)
        if (!only_now(bound.source)) least = std::min(least, bound.current);
    return least;
}

// No connector gets more than the supply of all of them, and none is offered too little.
Expected expected_of(const Bounds& connector, const Bounds& supply, const ConnectorSituation& facts,
                     ChargingRateUnitType unit) {
    const auto least = least_lasting(supply.all, least_lasting(connector.all, facts.rating));
    const auto limit = is_too_little(least, facts)
                           ? Tenths{}
                           : std::min(lasting(connector.all, unit, connector.phases),
                                      lasting(supply.all, unit, connector.phases));
    return {limit, connector.phases, earlier(connector.until, supply.until)};
}

// Asks at each second at which the answer can differ.
template <class Ask>
Composite sampled(const Inquiry& inquiry, Ask ask) {
    Composite result;
    const auto start = std::chrono::floor<seconds>(inquiry.at);
    seconds at{0};
    for (int evaluations = 0; at < inquiry.duration && evaluations < max_evaluations;
         ++evaluations) {
        const Expected expected = ask(std::max(Instant{start + at}, inquiry.at));
        const bool same = !result.periods.empty() &&
                          result.periods.back().limit == expected.limit &&
                          result.periods.back().number_phases == expected.phases;
        if (!same && result.periods.size() == wire::max_schedule_periods) break;
        if (!same)
            result.periods.push_back(
                {static_cast<std::int32_t>(at.count()), expected.limit, expected.phases});
        at = expected.until
                 ? std::min(inquiry.duration,
                            std::max(at + seconds{1},
                                     std::chrono::ceil<seconds>(*expected.until - start)))
                 : inquiry.duration;
    }
    result.covered = at;
    return result;
}

}  // namespace

Composite composite(const Profiles& profiles, const ConnectorSituation& connector,
                    const ConnectorSituation& supply, const Inquiry& inquiry) {
    auto selected = profiles.of(connector.connector, connector.session);
    auto charge_point = profiles.of_charge_point();
    return sampled(inquiry, [&](Instant at) {
        return expected_of(bounds_at(selected, connector, at),
                           supply_bounds_at(charge_point, supply, at), connector, inquiry.unit);
    });
}

Composite composite(const Profiles& profiles, const std::vector<ConnectorSituation>& connectors,
                    const ConnectorSituation& supply, const Inquiry& inquiry) {
    std::vector<ConnectorProfiles> selected;
    for (const auto& facts : connectors)
        selected.push_back(profiles.of(facts.connector, facts.session));
    auto charge_point = profiles.of_charge_point();
    return sampled(inquiry, [&](Instant at) {
        const auto whole = supply_bounds_at(charge_point, supply, at);
        Expected sum{{}, 1, whole.until};
        for (std::size_t i = 0; i < connectors.size(); ++i) {
            const auto one = expected_of(bounds_at(selected[i], connectors[i], at), whole,
                                         connectors[i], inquiry.unit);
            sum.limit.count += one.limit.count;
            sum.phases = std::max(sum.phases, one.phases);
            sum.until = earlier(sum.until, one.until);
        }
        sum.limit = std::min(sum.limit, lasting(whole.all, inquiry.unit, sum.phases));
        return sum;
    });
}

}  // namespace ocpp::current
