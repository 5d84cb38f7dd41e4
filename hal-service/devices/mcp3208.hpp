// SPDX-License-Identifier: Apache-2.0
#pragma once
// MCP3208: eight channels of 12 bits, all that are wanted in one exchange.

#include "hal-service/devices/spi_bus.hpp"
#include "hal-service/process/wiring.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace devices {

class Mcp3208 {
public:
    static constexpr std::size_t channels = 8;
    static constexpr std::int64_t full_scale = process::adc_codes;
    static constexpr int spi_mode = 0;

    // `wanted`: channels in the order they are converted in.
    Mcp3208(SpiBus& bus, const std::vector<int>& wanted);

    // False: the transfer failed, or the answers can't be the chip's, twice. A failed transfer is
    // not tried again: it may have taken the whole patience of the kernel. The codes are then those
    // of before.
    bool read();
    std::int64_t code(int channel) const { return codes_[static_cast<std::size_t>(channel)]; }

private:
    enum class Conversion { Good, Implausible, Failed };
    Conversion convert();

    static constexpr std::size_t frame_bytes = 3;
    using Frame = std::array<std::uint8_t, frame_bytes>;

    SpiBus& bus_;
    std::size_t count_ = 0;
    std::array<std::size_t, channels> order_{};
    std::array<Frame, channels> out_{};
    std::array<Frame, channels> in_{};
    std::array<std::int64_t, channels> codes_{};
};

}  // namespace devices
