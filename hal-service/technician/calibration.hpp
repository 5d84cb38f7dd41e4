// SPDX-License-Identifier: Apache-2.0
#pragma once
// Computes better calibration words for a meter from its values and those of a reference instrument
// at the same time. The words themselves have one home, the board file. Pure.

#include "hal-service/process/meter_chips.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace hal {

struct Measured {
    PerPhase<units::Millivolts> voltage{};
    PerPhase<units::Milliamps> current{};
};

// These go by phase of the outlet. A phase without a value is not compared.
struct Reference {
    std::array<std::optional<units::Millivolts>, 3> voltage{};
    std::array<std::optional<units::Milliamps>, 3> current{};
};

// A smaller value says too little about a gain.
inline constexpr units::Millivolts least_calibration_voltage{100'000};
inline constexpr units::Milliamps least_calibration_current{1'000};
// A meter that is further off has another problem than its gain.
inline constexpr std::int64_t most_correction_per_mille = 200;

// `channels` of the meter, by phase of the outlet. The error says what can't be compared. The
// checksum is that of the new words.
shared::Result<process::MeterCalibration, std::string> recalibrated(
    const process::MeterCalibration& words, const std::vector<int>& channels,
    const Measured& measured, const Reference& reference);

}  // namespace hal
