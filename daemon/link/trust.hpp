// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says which certificates of a central system are believed, and at what time they are judged.

#include "ocpp/core/clock.hpp"
#include "ocpp/security/x509.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace charge_daemon {

struct Trust {
    std::vector<ocpp::security::Certificate> anchors;
    ocpp::core::KnownTime time;
};

// `machine` is the UTC of the machine.
inline ocpp::security::JudgedAt judged_at(const ocpp::core::KnownTime& time,
                                          std::chrono::system_clock::time_point machine) {
    if (!time.offset) return {time.floor, false};
    const auto utc = std::chrono::time_point_cast<std::chrono::milliseconds>(machine);
    return {std::max(time.floor, utc + *time.offset), true};
}

}  // namespace charge_daemon
