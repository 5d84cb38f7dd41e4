// SPDX-License-Identifier: Apache-2.0
#pragma once
// Follows what one vehicle does with what it was offered: whether it still asks for current, and
// how much it may still draw while it comes down to a smaller offer.

#include "ocpp/core/connector.hpp"
#include "ocpp/current/offers.hpp"

#include <chrono>

namespace ocpp::features {

class VehicleResponse {
public:
    // A vehicle that does not ask for current for this long has enough: the others come first.
    static constexpr std::chrono::seconds idle_after{60};

    enum class Begins { No, Now, BeforeStart };  // before the start of this program

    // Looks at the newest reading of the connector; says whether its session begins to charge.
    Begins see(const core::Connector& connector, const core::Now& now);
    void offered(const current::Offer& offer);
    // Writes what is known about the vehicle into the facts of its connector.
    void describe(current::ConnectorSituation& facts, const core::Now& now) const;

    bool known() const { return known_; }        // there was a reading in this run
    bool charging() const { return charging_; }  // its session takes part in the sharing
    units::Milliamps offered() const { return offered_; }
    // When it counts as idle if it does not ask until then.
    std::chrono::steady_clock::time_point idle_at() const { return asked_ + idle_after; }

private:
    void take_up(const hal::Reading& reading);
    void hold(const core::Connector& connector, units::Milliamps flowing);

    bool known_ = false;
    bool charging_ = false;
    std::chrono::steady_clock::time_point asked_;  // when it asked for current last
    units::Milliamps drawn_;                       // the most in this session
    units::Milliamps offered_;
    int phases_ = 3;
    units::Milliamps held_;  // current it may still draw because of an earlier offer
    int held_phases_ = 3;
};

}  // namespace ocpp::features
