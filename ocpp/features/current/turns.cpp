// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/turns.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

void Turns::join(std::size_t index, bool charged_before) {
    places_[index].queue = charged_before ? 0 : ++last_;
}

// The connectors keep the order among themselves in which they were served.
void Turns::advance(const core::Now& now) {
    if (!ends_ || now.steady < *ends_) return;
    ends_.reset();
    std::vector<Place*> served;
    for (auto& place : places_)
        if (place.served) served.push_back(&place);
    std::stable_sort(served.begin(), served.end(),
                     [](const Place* a, const Place* b) { return a->queue < b->queue; });
    for (auto* place : served) place->queue = ++last_;
}

void Turns::served(const current::Situation& situation, const current::Offers& offers,
                   const core::Now& now) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        auto& place = places_[i];
        const bool served =
            situation.connectors[i].charging && offers.connectors[i].share.count > 0;
        // A connector that lost its share does not take it back at once from the one that has it.
        if (std::exchange(place.served, served) && !served) place.queue = ++last_;
    }
    if (!offers.turns)
        ends_.reset();
    else if (!ends_)
        ends_ = now.steady + current::turn_length;
}

}  // namespace ocpp::features
