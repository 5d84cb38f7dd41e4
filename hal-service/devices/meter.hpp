// SPDX-License-Identifier: Apache-2.0
#pragma once
// One energy meter with up to three channels, as the metering thread sees it. Each chip is one
// implementation; open_meter.cpp knows them all.

#include "hal-service/control/timing.hpp"
#include "hal-service/shared/hardware_words.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>

namespace devices {

// Channels that are not used stay 0.
struct MeterValues {
    hal::PerPhase<units::Milliamps> current{};
    hal::PerPhase<units::Millivolts> voltage{};
    hal::PerPhase<units::Watts> power{};
    hal::PerPhase<units::PerMille> power_factor{};
    units::Millihertz frequency;
};

class Meter {
public:
    using Channels = std::array<bool, 3>;
    using Pause = std::function<void(std::chrono::milliseconds)>;

    virtual ~Meter() = default;
    // Reads everything, and configures the chip when it is new or was reset. False: the values are
    // those of before and mean nothing now.
    virtual bool poll(hal::Moment now, MeterValues& values) = 0;
    // Returns the energy that these channels have measured together since this process began. It
    // is right after a failed poll, too.
    virtual units::MilliwattHours energy(std::span<const int> channels) const = 0;
    // False: the calibration of the board file is damaged, or the energy doesn't fit the power.
    virtual bool calibrated() const = 0;
    virtual std::uint64_t resets() const = 0;
    virtual std::uint64_t transfer_errors() const = 0;
};

}  // namespace devices
