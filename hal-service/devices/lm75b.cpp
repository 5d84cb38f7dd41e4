// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/lm75b.hpp"

#include <array>
#include <cstdlib>

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr units::MilliCelsius coldest{-55'000};  // what the chip can say at all
constexpr units::MilliCelsius hottest{125'000};
constexpr std::int64_t millikelvin_per_second = 5000;
constexpr std::int64_t step_allowed = 1000;  // between two readings, however close
constexpr hal::Moment patience = 3s;

}  // namespace

std::optional<units::MilliCelsius> read_lm75b(I2cBus& bus, int address) {
    constexpr std::array<std::uint8_t, 1> temperature_register{0x00};
    std::array<std::uint8_t, 2> in{};
    if (!bus.write_read(address, temperature_register, in)) return std::nullopt;
    // A bus that is stuck high.
    if (in[0] == 0xFF && in[1] == 0xFF) return std::nullopt;
    return lm75b_temperature(in[0], in[1]);
}

void Thermometer::add(std::optional<units::MilliCelsius> measured, hal::Moment now) {
    if (began_ < hal::Moment{0}) began_ = believed_at_ = now;
    if (measured && (*measured < coldest || *measured > hottest)) measured.reset();
    // The longer ago it was, the further it may have gone; so that a true jump is believed in time.
    if (measured && believed_) {
        const auto most =
            step_allowed + (now - believed_at_).count() * millikelvin_per_second / 1'000'000;
        if (std::llabs(measured->count - believed_->count) > most) measured.reset();
    }
    if (measured) {
        believed_ = measured;
        believed_at_ = now;
        lost_ = false;
    } else if (now - believed_at_ >= patience) {
        lost_ = true;
        believed_.reset();
    }
}

}  // namespace devices
