// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the outlets share the supply of the whole charge point. The rule:
//  1. Nobody gets less than 6 A (or a profile's minChargingRate, where that fits): that, or
//     nothing. An outlet without a pilot can't be told a share: it gets all it is for, or nothing.
//  2. Who draws comes before who does not; among equals, who is first in the queue. When not all
//     fit, they take turns: who has had one goes to the end of the queue.
//  3. What is there is shared evenly; what one can't use, the others get. Where it is not enough
//     for all, who does not draw is offered 6 A, so that it can ask for more.
//  4. A smaller share holds at once. A larger one waits until the others have really come down.

#include "hal-service/shared/units.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocpp::current {

using units::least_offer;
// How long one that does not fit waits for its turn.
inline constexpr std::chrono::minutes turn_length{15};

// An outlet with a session that may charge.
struct Claim {
    units::Milliamps most;  // per phase, by its own limits
    units::Milliamps least = least_offer;
    int phases = 3;
    bool draws = true;       // its vehicle asks for current
    bool whole = false;      // all of `most`, or nothing
    std::int64_t queue = 0;  // the lowest is served first
    units::Milliamps held;   // what it may still draw because of what it was offered
    int held_phases = 3;
};

struct Supply {
    units::Milliamps current;           // on each phase; every outlet is on the first
    std::optional<units::Watts> power;  // of all phases
};

// A share for each claim, in whole tenths of an ampere; 0 is a pause.
std::vector<units::Milliamps> share(const Supply& supply, const std::vector<Claim>& claims);
// What may be offered now, while what is held still comes down to the shares.
std::vector<units::Milliamps> offer(const Supply& supply, const std::vector<Claim>& claims,
                                    const std::vector<units::Milliamps>& shares);
// True when not everybody who draws could get a share: the next turn changes it.
bool takes_turns(const std::vector<Claim>& claims, const std::vector<units::Milliamps>& shares);

}  // namespace ocpp::current
