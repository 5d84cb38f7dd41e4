// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/vehicle_response.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using units::least_offer;
using units::Milliamps;

namespace {

// A vehicle may be this far above its offer and still be following. The protection of the hardware
// tolerates a little more (protection_rules.cpp), so that a vehicle that follows never trips it.
Milliamps tolerated(Milliamps offered) { return {offered.count * 11 / 10 + 500}; }

// The current that flows; with open contactors there is none.
Milliamps measured(const hal::Reading& reading) {
    if (!reading.contactor_closed) return {};
    return *std::max_element(reading.current.begin(), reading.current.end());
}

}  // namespace

// A session that outlived a restart of this program still has its offer.
void VehicleResponse::take_up(const hal::Reading& reading) {
    offered_ = held_ = reading.pwm || reading.contactor_closed
                           ? std::max(reading.offered, measured(reading))
                           : Milliamps{};
    phases_ = held_phases_ = reading.phases;
}

VehicleResponse::Begins VehicleResponse::see(const Connector& connector, const Now& now) {
    const auto& reading = *connector.reading();
    const bool first = !std::exchange(known_, true);
    if (first) take_up(reading);
    const bool was_charging = charging_;
    charging_ = connector.may_charge();
    const bool begins = charging_ && !was_charging;
    if (!charging_) drawn_ = {};
    // A vehicle that is offered nothing can't ask.
    if (begins || reading.ev_requests || offered_ < least_offer) asked_ = now.steady;
    const auto flowing = measured(reading);
    drawn_ = std::max(drawn_, flowing);
    hold(connector, flowing);
    if (!begins) return Begins::No;
    return first && reading.contactor_closed ? Begins::BeforeStart : Begins::Now;
}

void VehicleResponse::hold(const Connector& connector, Milliamps flowing) {
    const auto& reading = *connector.reading();
    // It has followed a smaller offer as soon as no more flows.
    const bool follows = flowing <= tolerated(offered_) && reading.offered <= offered_;
    held_ = follows ? offered_
                    : std::max(offered_, std::min(held_, std::max(flowing, reading.offered)));
    // Nothing keeps a vehicle without a pilot to any offer.
    if (!connector.has_pilot()) held_ = std::max(held_, flowing);
    if (follows) held_phases_ = reading.contactor_closed ? reading.phases : phases_;
}

void VehicleResponse::offered(const current::Offer& offer) {
    offered_ = charging_ ? offer.current : Milliamps{};
    phases_ = offer.phases;
    if (offered_ < held_) return;
    held_ = offered_;
    held_phases_ = phases_;
}

void VehicleResponse::describe(current::ConnectorSituation& facts, const Now& now) const {
    facts.charging = charging_;
    facts.draws = now.steady < idle_at();
    facts.drawn = drawn_;
    facts.held = held_;
    facts.held_phases = held_phases_;
}

}  // namespace ocpp::features
