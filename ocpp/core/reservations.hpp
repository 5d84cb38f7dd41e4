// SPDX-License-Identifier: Apache-2.0
#pragma once
// Connectors that are kept for somebody, by ReserveNow: OCPP 1.6 5.13. Connector 0 means any one of
// them. Each change of it is a Change of the step.

#include "ocpp/core/connector.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/reservation.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::core {

using Reservation = wire::ReserveNowRequest;

// The relation of a reserved connector to a tag.
enum class Fit {
    Free,     // not reserved
    Ours,     // reserved for this tag or its group
    Perhaps,  // reserved for a group, and nobody here knows the tag's
    Taken
};

class Reservations {
public:
    // Loads the stored reservations; complaints name those that can't be read any more.
    void load(const Snapshot& snapshot, std::vector<std::string>& complaints);

    const std::map<std::int32_t, Reservation>& all() const { return all_; }
    bool has(std::int32_t id) const { return all_.contains(id); }
    // That of this very connector.
    const Reservation* on(int connector) const;
    // A reservation with the same id is replaced.
    void put(Reservation reservation, Outcome& out);
    void remove(std::int32_t id, Outcome& out);
    void clear(Outcome& out);

    // `parent` is the tag's group: nothing when it isn't known, empty when it has none.
    Fit fit(const Connector& connector, const wire::IdToken& id_tag,
            const std::optional<wire::IdToken>& parent) const;
    // The reservation that a transaction of this tag uses up.
    const Reservation* used_by(int connector, const wire::IdToken& id_tag,
                               const wire::IdToken& parent) const;
    static bool is_for(const Reservation& reservation, const wire::IdToken& id_tag,
                       const wire::IdToken& parent);

private:
    std::map<std::int32_t, Reservation> all_;  // by reservationId
};

}  // namespace ocpp::core
