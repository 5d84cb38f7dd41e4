// SPDX-License-Identifier: Apache-2.0
#pragma once
// Chooses the lights of a connector for the person beside it: its status, or the answer to a tag.

#include "hal-service/shared/messages.hpp"
#include "ocpp/core/connector.hpp"

namespace ocpp::features {

constexpr hal::Indication indication_of(core::Status status) {
    using enum wire::ChargePointStatus;  // Clang 14 knows no alias here
    using Shown = hal::Indication;
    switch (status) {
        case Available: return Shown::Available;
        case Preparing: return Shown::Preparing;
        case Charging: return Shown::Charging;
        case SuspendedEV: return Shown::SuspendedEV;
        case SuspendedEVSE: return Shown::SuspendedEVSE;
        case Finishing: return Shown::Finishing;
        case Reserved: return Shown::Reserved;
        case Unavailable: return Shown::Unavailable;
        case Faulted: return Shown::Faulted;
    }
    return Shown::Faulted;
}

// A tag may charge here and waits for its vehicle: that is worth more than "Preparing". Less
// current than the connector could give is worth telling, or the driver blames the vehicle.
// `usual`: what the connector may give when nobody else needs it.
inline hal::Indication indication_of(const core::Connector& connector, const hal::Setpoint& wish,
                                     units::Milliamps usual, const core::Now& now) {
    const auto status = connector.status(now);
    if (status == core::Status::Faulted) return hal::Indication::Faulted;
    if (connector.asked) return hal::Indication::Authorizing;
    if (connector.refused_until && now.steady < *connector.refused_until)
        return hal::Indication::Refused;
    if (status == core::Status::Preparing && connector.authorization() && !connector.plugged())
        return hal::Indication::Accepted;
    if (status == core::Status::Charging && wish.current_limit < usual)
        return hal::Indication::LoadBalancing;
    return indication_of(status);
}

}  // namespace ocpp::features
