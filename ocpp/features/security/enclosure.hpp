// SPDX-License-Identifier: Apache-2.0
#pragma once
// Watches the tamper contact of the enclosure, which each reading of the hardware tells as a fault:
// an opening is one security event (security white paper 8, TamperDetectionActivated), until it has
// been closed for a while. A contact that chatters, or hardware that has just started and has not
// looked yet, makes no second event of it.

#include "ocpp/core/context.hpp"

#include <chrono>

namespace ocpp::features {

class Enclosure {
public:
    static constexpr std::chrono::seconds closed_for{10};

    void advance(core::Context& ctx);
    core::Deadline wake_at() const;

private:
    core::Deadline closed_since_;  // while the last opening counts
};

}  // namespace ocpp::features
