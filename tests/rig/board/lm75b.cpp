// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/lm75b.hpp"

#include <algorithm>

namespace rig {
namespace {

constexpr std::size_t temperature = 0;
constexpr std::size_t configuration = 1;  // the only one of a single byte
constexpr unsigned shutdown = 1;

}  // namespace

void Lm75b::set_millicelsius(std::int64_t value) {
    if ((registers_[configuration] & shutdown) != 0) return;
    const auto steps = std::clamp<std::int64_t>(value / 125, -440, 1016);  // -55..127 degrees
    registers_[temperature] = static_cast<std::uint16_t>(steps * 32);      // bits 15..5
}

bool Lm75b::write(Moment /*now*/, Bytes out) {
    if (out.empty()) return true;
    if (out[0] >= registers_.size()) return false;
    pointer_ = out[0];
    if (pointer_ == configuration && out.size() == 2) registers_[pointer_] = out[1];
    if (pointer_ > configuration && out.size() == 3)
        registers_[pointer_] = static_cast<std::uint16_t>((out[1] << 8 | out[2]) & 0xFF80);
    return true;
}

bool Lm75b::read(Moment /*now*/, Room in) {
    const auto value = registers_[pointer_];
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool high = i % 2 == 0 && pointer_ != configuration;
        in[i] = static_cast<std::uint8_t>(high ? value >> 8 : value & 0xFF);
    }
    return true;
}

}  // namespace rig
