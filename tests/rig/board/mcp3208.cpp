// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/mcp3208.hpp"

#include <algorithm>

namespace rig {

void Mcp3208::set_microvolts(std::size_t channel, std::int64_t microvolts) {
    const auto code = microvolts * full_scale / reference_microvolts;
    codes_.at(channel) =
        static_cast<std::uint16_t>(std::clamp<std::int64_t>(code, 0, full_scale - 1));
}

// The start bit may stand anywhere in the first bytes: what follows it is single/differential,
// three bits of channel, one and a half clocks of sampling, the null bit, twelve bits of value.
void Mcp3208::exchange(Moment /*now*/, Bytes out, Room in) {
    std::fill(in.begin(), in.end(), std::uint8_t{0xFF});  // nobody drives the line
    const auto bits = out.size() * 8;
    const auto bit = [&](std::size_t at) { return (out[at / 8] >> (7 - at % 8) & 1) != 0; };
    std::size_t start = 0;
    while (start < bits && !bit(start)) ++start;
    if (start + 5 > bits) return;
    const bool single = bit(start + 1);
    const auto channel = static_cast<std::size_t>(bit(start + 2)) * 4 +
                         static_cast<std::size_t>(bit(start + 3)) * 2 +
                         static_cast<std::size_t>(bit(start + 4));
    int code = codes_[channel];
    if (!single) code = std::max(0, code - codes_[channel ^ 1U]);
    const auto drive = [&](std::size_t at, bool level) {
        if (at >= bits) return;
        const auto mask = static_cast<std::uint8_t>(0x80U >> at % 8);
        in[at / 8] = static_cast<std::uint8_t>(level ? in[at / 8] | mask : in[at / 8] & ~mask);
    };
    const auto null_bit = start + 6;
    drive(null_bit, false);
    for (std::size_t i = 0; i < 12; ++i) drive(null_bit + 1 + i, (code >> (11 - i) & 1) != 0);
    // Clocked on, it sends the value again with the least bit first, then zeros.
    for (std::size_t i = 1; i < 12; ++i) drive(null_bit + 12 + i, (code >> i & 1) != 0);
    for (auto at = null_bit + 24; at < bits; ++at) drive(at, false);
}

}  // namespace rig
