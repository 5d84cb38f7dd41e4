// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the queue of the connectors for which the supply is not enough at the same time: the
// connectors that were served go to the end of it when a turn is over.

#include "ocpp/core/step.hpp"
#include "ocpp/current/offers.hpp"

#include <cstdint>
#include <vector>

namespace ocpp::features {

class Turns {
public:
    explicit Turns(std::size_t connectors = 0) : places_(connectors) {}

    // A session begins to charge. One that charged before this program began goes before all.
    void join(std::size_t index, bool charged_before);
    // Ends a turn whose time has come.
    void advance(const core::Now& now);
    // The connectors that have a share are served now.
    void served(const current::Situation& situation, const current::Offers& offers,
                const core::Now& now);

    std::int64_t queue(std::size_t index) const { return places_[index].queue; }
    core::Deadline end() const { return ends_; }

private:
    struct Place {
        std::int64_t queue = 0;  // as in current::Claim
        bool served = false;     // it has a share
    };
    std::vector<Place> places_;
    std::int64_t last_ = 0;  // number in the queue
    core::Deadline ends_;
};

}  // namespace ocpp::features
