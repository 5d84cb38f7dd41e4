// SPDX-License-Identifier: Apache-2.0
#pragma once
// Divides the supply of the whole charge point among the connectors. The rules:
//  1. A connector gets at least 6 A (or a profile's minChargingRate, where that fits), or nothing.
//     A connector without a pilot can't be told a share: it gets its rating, or nothing.
//  2. A connector that draws comes before one that does not; among equals the queue decides. When
//     not all fit, they take turns: a connector that had its turn goes to the end of the queue.
//  3. The supply is shared evenly; a part that one connector can't use goes to the others. Where it
//     is not enough for all, a connector that does not draw is offered 6 A, so that it can ask for
//     more.
//  4. A smaller share holds at once. A larger one waits until the others have really come down.

#include "hal-service/shared/units.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocpp::current {

using units::least_offer;
// A connector that does not fit waits this long for its turn.
inline constexpr std::chrono::minutes turn_length{15};

// The demand of a connector with a session that may charge.
struct Claim {
    units::Milliamps most;  // per phase, by its own limits
    units::Milliamps least = least_offer;
    int phases = 3;
    bool draws = true;       // its vehicle asks for current
    bool whole = false;      // all of `most`, or nothing
    std::int64_t queue = 0;  // the lowest is served first
    units::Milliamps held;   // current it may still draw because of an earlier offer
    int held_phases = 3;
};

struct Supply {
    units::Milliamps current;           // on each phase; every connector is on the first
    std::optional<units::Watts> power;  // for all phases
};

// A share for each claim, in whole tenths of an ampere; 0 is a pause.
std::vector<units::Milliamps> share(const Supply& supply, const std::vector<Claim>& claims);
// The current that may be offered now, while the vehicles still come down to their shares.
std::vector<units::Milliamps> offer(const Supply& supply, const std::vector<Claim>& claims,
                                    const std::vector<units::Milliamps>& shares);
// True when some connector that draws could get no share: the next turn changes that.
bool takes_turns(const std::vector<Claim>& claims, const std::vector<units::Milliamps>& shares);

}  // namespace ocpp::current
