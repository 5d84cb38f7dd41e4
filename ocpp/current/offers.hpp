// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides what each connector is offered now: its least bound, then its share of the supply.

#include "ocpp/current/bounds.hpp"
#include "ocpp/current/sharing.hpp"

#include <optional>
#include <vector>

namespace ocpp::current {

struct Situation {
    Instant at;
    std::vector<ConnectorSituation> connectors;
    ConnectorSituation whole;  // connector 0: the supply of all of them
};

struct Offer {
    std::vector<Bound> bounds;
    Bound binding;             // the least of them
    bool too_little = false;   // its own limits leave nothing that can be offered
    units::Milliamps share;    // 0: a pause
    units::Milliamps current;  // at most the share, while other connectors still come down
    int phases = 3;
    std::optional<Instant> until;  // an equal situation gives an equal offer until then
};

struct Offers {
    std::vector<Offer> connectors;        // as in the situation
    std::vector<Bound> supply;            // bounds of the whole charge point
    std::optional<Instant> supply_until;  // these are the same until then
    bool turns = false;                   // not every vehicle that draws fits
    std::optional<Instant> until;         // an equal situation gives equal offers until then
};

Offers offers_now(const Profiles& profiles, const Situation& situation);

}  // namespace ocpp::current
