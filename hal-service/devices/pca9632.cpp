// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/pca9632.hpp"

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr hal::Moment configure_interval = 10s;
constexpr std::uint8_t all_registers = 0x80;  // control byte: counts on over all of them
constexpr std::uint8_t only_levels = 0xA2;    // ... over PWM0 to PWM3
constexpr std::uint8_t awake = 0x00;          // MODE1: no sleep, no common addresses
constexpr std::uint8_t totem_pole = 0x05;     // MODE2
constexpr std::uint8_t led_out = 0x08;
constexpr std::uint8_t all_by_pwm = 0xAA;

}  // namespace

bool Pca9632::configure() {
    constexpr std::array<std::uint8_t, 3> modes{all_registers, awake, totem_pole};
    constexpr std::array<std::uint8_t, 2> outputs{led_out, all_by_pwm};
    return bus_.write(address_, modes) && bus_.write(address_, outputs);
}

bool Pca9632::show(const Levels& levels, hal::Moment now) {
    if (!shown_ || now - configured_ >= configure_interval) {
        shown_.reset();
        if (!configure()) return false;
        configured_ = now;
    }
    if (shown_ == levels) return true;
    const std::array<std::uint8_t, 5> out{only_levels, levels[0], levels[1], levels[2], levels[3]};
    if (!bus_.write(address_, out)) {
        shown_.reset();
        return false;
    }
    shown_ = levels;
    return true;
}

}  // namespace devices
