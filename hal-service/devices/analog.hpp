// SPDX-License-Identifier: Apache-2.0
#pragma once
// Converts an ADC's code to volts and ohms before its pin. Pure.

#include "hal-service/control/board.hpp"
#include "hal-service/process/wiring.hpp"

#include <algorithm>
#include <cstdint>

namespace devices {

// Microvolts at the pin; the middle of the step that the code stands for.
constexpr std::int64_t pin_microvolts(std::int64_t code, std::int64_t full_scale,
                                      units::Millivolts reference) {
    return (2 * code + 1) * reference.count * 1000 / (2 * full_scale);
}

inline units::Millivolts pilot_level(std::int64_t microvolts, const process::PilotWiring& wiring) {
    return {(microvolts - wiring.centre.count * 1000) / wiring.gain_per_mille};
}

// The cable's resistor is the lower half of a divider. Bounded.
constexpr std::int64_t proximity_ohms(std::int64_t microvolts,
                                      const process::ProximityWiring& wiring) {
    const auto left = wiring.pull_up.count * 1000 - microvolts;
    if (left <= 0) return hal::proximity_open_ohms;
    return std::min(hal::proximity_open_ohms, wiring.pull_up_ohms * microvolts / left);
}

static_assert(proximity_ohms(595'082, {}) == 220);

}  // namespace devices
