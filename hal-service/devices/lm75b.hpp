// SPDX-License-Identifier: Apache-2.0
#pragma once
// LM75B: a temperature in steps of 0.125 degrees; and what a thermometer has to do to be believed.

#include "hal-service/control/timing.hpp"
#include "hal-service/devices/i2c_bus.hpp"
#include "hal-service/shared/units.hpp"

#include <cstdint>
#include <optional>

namespace devices {

// The two bytes of the chip's temperature register: eleven bits, two's complement.
constexpr units::MilliCelsius lm75b_temperature(std::uint8_t high, std::uint8_t low) {
    const auto raw = static_cast<std::int16_t>(static_cast<std::uint16_t>(high << 8U | low));
    return {(raw >> 5) * std::int64_t{125}};
}
static_assert(lm75b_temperature(0x19, 0x20) == units::MilliCelsius{25'125});
static_assert(lm75b_temperature(0xFF, 0xE0) == units::MilliCelsius{-125});

std::optional<units::MilliCelsius> read_lm75b(I2cBus& bus, int address);

// Believes what a body's temperature can do: within the sensor's range, and not faster than 5 K a
// second. Silence for a while, or only nonsense, and the sensor is lost. What comes back far from
// where it went has to go on like a temperature for a while; exactly zero, which is what a bus that
// is stuck low gives, is believed of what was near it.
class Thermometer {
public:
    void add(std::optional<units::MilliCelsius> measured, hal::Moment now);
    std::optional<units::MilliCelsius> temperature() const { return believed_; }
    bool lost() const { return lost_; }

private:
    struct Point {
        units::MilliCelsius temperature;
        hal::Moment at{0};
    };
    // True when the temperature can have become this since the point.
    static bool follows(const Point& point, units::MilliCelsius temperature, hal::Moment now);
    bool credible(units::MilliCelsius measured, hal::Moment now);

    std::optional<units::MilliCelsius> believed_;
    std::optional<Point> last_;       // that was believed
    std::optional<Point> candidate_;  // the newest of a series that goes on elsewhere
    hal::Moment candidate_since_{0};
    hal::Moment believed_at_{0};
    hal::Moment began_{-1};
    bool lost_ = false;
};

}  // namespace devices
