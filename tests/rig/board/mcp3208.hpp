// SPDX-License-Identifier: Apache-2.0
#pragma once
// MCP3208: eight channels, 12 bits.

#include "tests/rig/board/chips.hpp"

#include <array>
#include <cstddef>

namespace rig {

class Mcp3208 final : public SpiChip {
public:
    static constexpr std::size_t channels = 8;
    static constexpr int full_scale = 4096;
    static constexpr std::int64_t reference_microvolts = 3'300'000;

    void exchange(Moment now, Bytes out, Room in) override;
    void set_microvolts(std::size_t channel, std::int64_t microvolts);

private:
    std::array<std::uint16_t, channels> codes_{};
};

// Gain 0.12 around half the reference: -13.75..13.75 V become 0..3.3 V.
constexpr std::int64_t pilot_pin_microvolts(std::int64_t millivolts) {
    return Mcp3208::reference_microvolts / 2 + millivolts * 120;
}

}  // namespace rig
