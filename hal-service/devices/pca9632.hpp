// SPDX-License-Identifier: Apache-2.0
#pragma once
// PCA9632: four lights with a brightness each.

#include "hal-service/control/timing.hpp"
#include "hal-service/devices/i2c_bus.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace devices {

class Pca9632 {
public:
    using Levels = std::array<std::uint8_t, 4>;

    Pca9632(I2cBus& bus, int address) : bus_(bus), address_(address) {}

    // Writes what has changed, and everything now and then: a chip that lost its supply for a
    // moment is dark until told. False: it didn't take it.
    bool show(const Levels& levels, hal::Moment now);

private:
    bool configure();

    I2cBus& bus_;
    int address_;
    std::optional<Levels> shown_;
    hal::Moment configured_{0};
};

}  // namespace devices
