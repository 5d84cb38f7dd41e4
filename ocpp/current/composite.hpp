// SPDX-License-Identifier: Apache-2.0
#pragma once
// Computes composite schedules: the current that the charge point expects to offer, second by
// second, from the profiles and from its own limits (OCPP 1.6 3.13.5, 5.7). Where the limits leave
// too little to be offered, that is 0.

#include "ocpp/current/bounds.hpp"

#include <chrono>
#include <vector>

namespace ocpp::current {

// The schedule begins with the second that `at` is in, because its periods have whole ones; its
// first period says what holds at `at`.
struct Inquiry {
    Instant at;
    std::chrono::seconds duration{0};
    wire::ChargingRateUnitType unit{};
};

struct Composite {
    std::vector<wire::ChargingSchedulePeriod> periods;
    std::chrono::seconds covered{0};  // less than asked for when there are too many periods
};

// The session of a connector counts as running whether there is one or not.
Composite composite(const Profiles& profiles, const ConnectorSituation& connector,
                    const ConnectorSituation& supply, const Inquiry& inquiry);
// Connector 0: the current that all connectors together are expected to draw.
Composite composite(const Profiles& profiles, const std::vector<ConnectorSituation>& connectors,
                    const ConnectorSituation& supply, const Inquiry& inquiry);

}  // namespace ocpp::current
