// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/mcp3208.hpp"

#include <algorithm>

namespace devices {
namespace {

constexpr unsigned null_bit = 0x10;

}  // namespace

Mcp3208::Mcp3208(SpiBus& bus, const std::vector<int>& wanted) : bus_(bus) {
    for (const int channel : wanted) {
        const auto index = static_cast<unsigned>(channel) & 7U;
        if (std::find(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(count_),
                      index) != order_.begin() + static_cast<std::ptrdiff_t>(count_))
            continue;
        order_[count_] = index;
        // Start bit, single-ended, three bits of channel.
        out_[count_] = {static_cast<std::uint8_t>(0x06U | index >> 2U),
                        static_cast<std::uint8_t>((index & 3U) << 6U), 0};
        ++count_;
    }
}

bool Mcp3208::read() {
    const auto first = convert();
    if (first != Conversion::Implausible) return first == Conversion::Good;
    return convert() == Conversion::Good;
}

Mcp3208::Conversion Mcp3208::convert() {
    std::array<SpiFrame, channels> frames{};
    for (std::size_t i = 0; i < count_; ++i)
        frames[i] = {out_[i].data(), in_[i].data(), frame_bytes};
    if (!bus_.exchange({frames.data(), count_})) return Conversion::Failed;
    // The null bit is low; a bus that nobody drives shows ones.
    for (std::size_t i = 0; i < count_; ++i)
        if ((in_[i][1] & null_bit) != 0) return Conversion::Implausible;
    for (std::size_t i = 0; i < count_; ++i)
        codes_[order_[i]] = static_cast<std::int64_t>((in_[i][1] & 0x0FU) << 8U | in_[i][2]);
    return Conversion::Good;
}

}  // namespace devices
