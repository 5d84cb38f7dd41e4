// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/lm75b.hpp"

#include "hal-service/process/wiring.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t shut_down = 0x01;
constexpr std::array<std::uint8_t, 2> as_after_power_on{0x01,
                                                        0x00};  // the configuration after power-on
constexpr std::int64_t millikelvin_per_second = 5000;
constexpr std::int64_t step_allowed = 1000;  // between two readings, however close
constexpr hal::Moment patience = 3s;
constexpr hal::Moment settles = 10s;
constexpr units::MilliCelsius near_zero{5000};

}  // namespace

std::optional<units::MilliCelsius> read_lm75b(I2cBus& bus, int address) {
    constexpr std::array<std::uint8_t, 1> temperature_register{0x00};
    std::array<std::uint8_t, 2> in{};
    if (!bus.write_read(address, temperature_register, in)) return std::nullopt;
    // A bus that is stuck high.
    if (in[0] == 0xFF && in[1] == 0xFF) return std::nullopt;
    constexpr std::array<std::uint8_t, 1> configuration_register{0x01};
    std::array<std::uint8_t, 1> configuration{};
    if (!bus.write_read(address, configuration_register, configuration)) return std::nullopt;
    if ((configuration[0] & shut_down) != 0) {
        // A chip that another program put to sleep shows what it measured before, for ever.
        bus.write(address, as_after_power_on);
        return std::nullopt;
    }
    return lm75b_temperature(in[0], in[1]);
}

bool Thermometer::follows(const Point& point, units::MilliCelsius temperature, hal::Moment now) {
    const auto time = std::min(now - point.at, patience);
    const auto most = step_allowed + time.count() * millikelvin_per_second / 1'000'000;
    return std::llabs(temperature.count - point.temperature.count) <= most;
}

bool Thermometer::credible(units::MilliCelsius measured, hal::Moment now) {
    if (measured < process::coldest_reading || measured > process::hottest_reading) return false;
    if (measured.count == 0 && (!last_ || std::llabs(last_->temperature.count) > near_zero.count))
        return false;
    if (!last_ || follows(*last_, measured, now)) {
        candidate_.reset();
        return true;
    }
    if (!candidate_ || !follows(*candidate_, measured, now)) candidate_since_ = now;
    candidate_ = {measured, now};
    return now - candidate_since_ >= settles;
}

void Thermometer::add(std::optional<units::MilliCelsius> measured, hal::Moment now) {
    if (began_ < hal::Moment{0}) began_ = believed_at_ = now;
    if (measured && credible(*measured, now)) {
        believed_ = measured;
        last_ = {*measured, now};
        candidate_.reset();
        believed_at_ = now;
        lost_ = false;
    } else if (now - believed_at_ >= patience) {
        lost_ = true;
        believed_.reset();
    }
}

}  // namespace devices
