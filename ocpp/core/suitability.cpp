// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/suitability.hpp"

#include <algorithm>

namespace ocpp::core {

namespace {

// Its driver is the one who now shows a tag or asks the central system for a start, and nothing can
// begin here: somebody has just plugged in, or charged here before.
bool turns_its_driver_away(const State& state, const Now& now, const Connector& connector,
                           const wire::IdToken& id_tag, Suitability suits) {
    if (suits != Suitability::None || !connector.plugged() || connector.authorization())
        return false;
    if (connector.served()) return connector.last_id_tag == id_tag;
    return connector.stage() == Stage::Preparing &&
           now.steady < connector.plugged_since() + state.config.get(keys::connection_time_out);
}

}  // namespace

Suitability suitability(const State& state, const Connector& connector, const wire::IdToken& id_tag,
                        const Parent& parent) {
    using enum Suitability;
    if (!connector.can_start()) return None;
    switch (state.reservations.fit(connector, id_tag, parent)) {
        case Fit::Taken: return None;
        case Fit::Perhaps: return PerhapsReserved;
        case Fit::Ours: return OwnReservation;
        case Fit::Free: break;
    }
    // Put back into service, a finished vehicle is Preparing again (OCPP 1.6 4.9, H2).
    if (connector.served()) return connector.last_id_tag == id_tag ? OwnVehicle : VehicleOfAnother;
    switch (connector.stage()) {
        case Stage::Preparing: return WaitingVehicle;
        case Stage::Finishing: return LateVehicle;
        default: return Free;
    }
}

Connector* meant(State& state, const Now& now, const wire::IdToken& id_tag, const Parent& parent) {
    Connector* best = nullptr;
    auto how_well = Suitability::None;
    bool doubtful = false;
    for (auto& connector : state.connectors) {
        const auto suits = suitability(state, connector, id_tag, parent);
        doubtful = doubtful || turns_its_driver_away(state, now, connector, id_tag, suits);
        // Beside another outlet, nothing says that this one is meant.
        if (suits == Suitability::VehicleOfAnother && state.connectors.size() > 1) continue;
        const bool later = best != nullptr && suits == how_well && connector.plugged() &&
                           connector.plugged_since() > best->plugged_since();
        if (suits <= how_well && !later) continue;
        best = &connector;
        how_well = suits;
    }
    return doubtful && how_well <= Suitability::Free ? nullptr : best;
}

}  // namespace ocpp::core
