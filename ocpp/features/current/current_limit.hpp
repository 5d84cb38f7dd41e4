// SPDX-License-Identifier: Apache-2.0
#pragma once
// Gathers the facts about all connectors, lets ocpp/current/ decide what each is offered, and gives
// the offers to the connectors. Describes them, too: GetCompositeSchedule (OCPP 1.6 5.7) and
// chargingLimitations.

#include "ocpp/core/context.hpp"
#include "ocpp/current/offers.hpp"
#include "ocpp/features/current/turns.hpp"
#include "ocpp/features/current/vehicle_response.hpp"

#include <string_view>
#include <vector>

namespace ocpp::features {

// Facts that other features know about the whole charge point.
struct Circumstances {
    bool unmanaged = false;                    // InstallationOfflineCurrent counts
    core::Deadline unmanaged_from;             // it begins to count then
    std::optional<units::Milliamps> power_up;  // limit of each connector after the mains returned
    core::Deadline power_up_until;             // that limit changes then
};

class CurrentLimit {
public:
    explicit CurrentLimit(std::size_t connectors) : vehicles_(connectors), turns_(connectors) {}

    // Gives every connector its limit.
    void advance(core::Context& ctx, const current::Profiles& profiles,
                 const Circumstances& circumstances);
    core::Deadline wake_at() const { return wake_at_; }

    core::Answer<wire::GetCompositeScheduleResponse> handle(
        core::Context& ctx, const current::Profiles& profiles,
        const wire::GetCompositeScheduleRequest& request) const;
    // One object for each connector from 0, as in chargingLimitations.
    shared::Json describe(const core::State& state, const core::Now& now) const;

private:
    current::Situation situation(const core::Context& ctx) const;
    void plan_waking(const core::Context& ctx);
    std::optional<core::Instant> changes_at(const core::State& state, const core::Now& now,
                                            int connector) const;
    // Why the limits leave the connector, or all of them, nothing; "" when they leave something.
    std::string_view pause(int connector) const;
    shared::Json described(const core::State& state, const core::Now& now, int connector) const;

    std::vector<VehicleResponse> vehicles_;  // 1..n at 0..n-1
    Turns turns_;
    current::Offers offers_;
    Circumstances circumstances_;
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
