// SPDX-License-Identifier: Apache-2.0
#pragma once
// PCA9632: four LEDs with a brightness each.

#include "tests/rig/board/chips.hpp"

#include <array>

namespace rig {

class Pca9632 final : public I2cChip {
public:
    bool write(Moment now, Bytes out) override;
    bool read(Moment now, Room in) override;

    // Brightness as an eye sees it, 0..255; dark while the chip sleeps. Group blinking shows as on.
    std::array<int, 4> brightness() const;

private:
    std::size_t next(std::size_t index) const;

    std::array<std::uint8_t, 13> registers_{0x11, 0x05, 0,    0,    0,    0,   0xFF,
                                            0,    0,    0xE2, 0xE4, 0xE8, 0xE0};
    std::uint8_t control_ = 0;
};

}  // namespace rig
