// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/pca9632.hpp"

namespace rig {
namespace {

constexpr std::size_t mode1 = 0;
constexpr unsigned sleep = 0x10;
constexpr std::size_t first_pwm = 2;
constexpr std::size_t group_pwm = 6;
constexpr std::size_t led_out = 8;
constexpr unsigned increments = 0x80;

}  // namespace

std::size_t Pca9632::next(std::size_t index) const {
    if ((control_ & increments) == 0) return index;
    return index + 1 < registers_.size() ? index + 1 : 0;
}

bool Pca9632::write(Moment /*now*/, Bytes out) {
    if (out.empty()) return true;
    control_ = out[0];
    std::size_t index = control_ & 0x0FU;
    for (const auto value : out.subspan(1)) {
        if (index >= registers_.size()) return false;
        registers_[index] = value;
        index = next(index);
    }
    return true;
}

bool Pca9632::read(Moment /*now*/, Room in) {
    std::size_t index = control_ & 0x0FU;
    for (auto& value : in) {
        if (index >= registers_.size()) return false;
        value = registers_[index];
        index = next(index);
    }
    return true;
}

std::array<int, 4> Pca9632::brightness() const {
    std::array<int, 4> seen{};
    if ((registers_[mode1] & sleep) != 0) return seen;
    for (std::size_t led = 0; led < seen.size(); ++led) {
        const auto pwm = registers_[first_pwm + led];
        switch (registers_[led_out] >> 2 * led & 3) {
            case 0: break;
            case 1: seen[led] = 255; break;
            case 2: seen[led] = pwm; break;
            default: seen[led] = pwm * registers_[group_pwm] / 255;
        }
    }
    return seen;
}

}  // namespace rig
