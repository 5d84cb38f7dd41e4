// SPDX-License-Identifier: Apache-2.0
#pragma once
// Charging profiles in amps, as a central system sends them.

#include "ocpp/wire/time.hpp"
#include "tests/support/world.hpp"

#include <chrono>
#include <string>
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

// A whole second so many seconds from now, as a central system writes it.
inline std::string in(World& w, int seconds_from_now) {
    const auto now = std::chrono::floor<seconds>(w.now().utc);
    return ocpp::wire::DateTime{now + seconds{seconds_from_now}}.to_text();
}

inline World& install(World& w, int connector, const shared::Json& made,
                      const char* status = "Accepted") {
    const auto answer =
        w.call("SetChargingProfile", {{"connectorId", connector}, {"csChargingProfiles", made}});
    if (!w.disturbed()) CHECK(answer == shared::Json{{"status", status}});
    return w;
}

}  // namespace test
