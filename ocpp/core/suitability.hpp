// SPDX-License-Identifier: Apache-2.0
#pragma once
// How well a connector suits somebody who wants to charge: one order for a tag that is shown, for a
// remote start and for whoever has a reservation. Whoever is meant gets the outlet, and where that
// is in doubt nobody gets one: it would be somebody else's vehicle on the wrong account.

#include "ocpp/core/context.hpp"

#include <optional>

namespace ocpp::core {

// From the least to the best.
enum class Suitability {
    None,
    PerhapsReserved,   // for a group that nobody here can tell the tag's from
    VehicleOfAnother,  // it had its session here, with another tag
    LateVehicle,       // nobody was authorized for it in time
    Free,
    OwnVehicle,  // it had its session here, with this tag
    WaitingVehicle,
    OwnReservation
};

using Parent = std::optional<wire::IdToken>;  // nothing: nobody here knows the tag's group

// For a connector that was named.
Suitability suitability(const State& state, const Connector& connector, const wire::IdToken& id_tag,
                        const Parent& parent);

// The connector that is meant when none was named; nothing when there is none, or a doubt.
Connector* meant(State& state, const Now& now, const wire::IdToken& id_tag, const Parent& parent);

}  // namespace ocpp::core
