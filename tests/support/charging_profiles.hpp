// SPDX-License-Identifier: Apache-2.0
#pragma once
// Charging profiles in amps, as a central system sends them.

#include "tests/support/world.hpp"

#include <utility>
#include <vector>

namespace test {

// Pairs of startPeriod and limit.
inline shared::Json periods(const std::vector<std::pair<int, double>>& list) {
    auto made = shared::Json::array();
    for (const auto& [start, limit] : list)
        made.push_back({{"startPeriod", start}, {"limit", limit}});
    return made;
}

inline shared::Json profile(int id, const char* purpose, int level, shared::Json list) {
    return {{"chargingProfileId", id},
            {"stackLevel", level},
            {"chargingProfilePurpose", purpose},
            {"chargingProfileKind", "Absolute"},
            {"chargingSchedule",
             {{"chargingRateUnit", "A"}, {"chargingSchedulePeriod", std::move(list)}}}};
}

inline World& install(World& w, int connector, const shared::Json& made,
                      const char* status = "Accepted") {
    const auto answer =
        w.call("SetChargingProfile", {{"connectorId", connector}, {"csChargingProfiles", made}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", status}});
    return w;
}

}  // namespace test
