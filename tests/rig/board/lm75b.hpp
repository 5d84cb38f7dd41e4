// SPDX-License-Identifier: Apache-2.0
#pragma once
// LM75B: a temperature in steps of 0.125 degrees.

#include "tests/rig/board/chips.hpp"

#include <array>

namespace rig {

class Lm75b final : public I2cChip {
public:
    bool write(Moment now, Bytes out) override;
    bool read(Moment now, Room in) override;
    void set_millicelsius(std::int64_t temperature);

private:
    // Temp, Conf, Thyst, Tos: 75 and 80 degrees after power-on.
    std::array<std::uint16_t, 4> registers_{0, 0, 75 << 8, 80 << 8};
    std::size_t pointer_ = 0;
};

}  // namespace rig
