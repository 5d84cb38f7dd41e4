// SPDX-License-Identifier: Apache-2.0
#pragma once
// The wiring, as the board file says: devices by path or address, lines by number,
// ADC channels with what stands before them. Only the Linux devices look at it.

#include "hal-service/process/meter_chips.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace process {

inline constexpr std::size_t max_meters = 4;
inline constexpr std::size_t max_temperatures = 12;
inline constexpr std::size_t max_lights = 4;
inline constexpr int max_line_number = 511;  // on a GPIO chip
inline constexpr int adc_channels = 8;       // MCP3208
inline constexpr std::int64_t adc_codes = 4096;

// A line of the GPIO chip; active is what the board means by it, high unless it says otherwise.
struct Line {
    int number = 0;
    bool active_low = false;
    bool operator==(const Line&) const = default;
};

struct GpioWiring {
    std::string chip;
    std::optional<Line> watchdog_kick;    // its edges keep the dead-man circuit alive
    std::optional<Line> relay_supply_ok;  // the result of all interlocks
    std::optional<Line> power_fail;       // the supply's early warning
    std::optional<Line> earth_ok;         // 50 Hz pulses while the protective earth is there
    std::optional<Line> button;
    std::optional<Line> tamper;
};

struct AdcWiring {
    std::string device;
    int hertz = 1'000'000;
    units::Millivolts reference{3300};
};

// An amplifier maps the pilot around the centre of the ADC's range.
struct PilotWiring {
    std::string pwm_chip;  // /sys/class/pwm/pwmchipN
    int pwm_channel = 0;
    int high = 0;  // ADC channels: the peak holds, the level itself, the two rails
    int low = 1;
    int raw = 2;
    int plus_rail = 4;
    int minus_rail = 5;
    std::int64_t gain_per_mille = 120;
    units::Millivolts centre{1650};
    std::optional<Line> disconnect;  // active: the wire is cut off
};

struct ContactorWiring {
    std::optional<Line> k1;  // L1 and N
    std::optional<Line> k2;  // L2 and L3
    std::optional<Line> k1_feedback;
    std::optional<Line> k2_feedback;
    std::vector<Line> load_voltage;  // 50 Hz pulses behind the contactors, by phase
};

struct ResidualWiring {
    std::optional<Line> test;
    std::optional<Line> dc;
    std::optional<Line> ac;
    std::optional<Line> error;
};

struct ProximityWiring {
    int channel = 3;  // the ADC's, with a resistor to a fixed voltage
    std::int64_t pull_up_ohms = 1000;
    units::Millivolts pull_up{3300};
};

// With `release` a motor that is driven by pulses; without, a magnet that holds while engaged.
struct LockWiring {
    std::optional<Line> engage;
    std::optional<Line> release;
    std::optional<Line> feedback;  // active: locked
    std::chrono::milliseconds pulse{300};
};

struct OutletMeter {
    std::string name;
    std::vector<int> channels;  // 0..2 for A..C, by phase of the outlet
};

struct OutletWiring {
    std::optional<PilotWiring> pilot;
    ContactorWiring contactors;
    ResidualWiring residual;
    std::optional<ProximityWiring> proximity;
    std::optional<LockWiring> lock;
    std::optional<OutletMeter> meter;
    std::optional<Line> plug;  // the switch in a household socket
};

struct MeterWiring {
    std::string name;
    MeterChip chip{};
    std::string device;
    int hertz = 1'000'000;
    int line_frequency = 50;  // Hz: 50 or 60
    MeterCalibration calibration;
};

enum class TemperatureAt { Outlet, Body, Inlet };
constexpr auto names(TemperatureAt) { return std::array{"Outlet", "Body", "Inlet"}; }

// Readings of a thermometer outside are not believed: the range of an LM75B.
inline constexpr units::MilliCelsius coldest_reading{-55'000};
inline constexpr units::MilliCelsius hottest_reading{125'000};

// An LM75B on the I2C bus, or a file of the kernel in millidegrees.
struct TemperatureWiring {
    TemperatureAt place{};
    hal::ConnectorId connector = 0;  // with Outlet
    int address = 0;
    std::string file;
};

struct ReaderWiring {
    int address = 0x24;
    std::optional<Line> reset;  // active: in reset (RSTPD_N is active low)
};

// A PCA9632: three colours that show outlets, and a downlight.
struct LightsWiring {
    int address = 0x62;
    int red = 0;
    int green = 1;
    int blue = 2;
    std::optional<int> downlight;
    std::vector<hal::ConnectorId> outlets;
};

struct I2cWiring {
    std::string device;
};

struct Wiring {
    GpioWiring gpio;
    std::optional<AdcWiring> adc;
    std::optional<I2cWiring> i2c;
    std::vector<MeterWiring> meters;
    std::vector<TemperatureWiring> temperatures;
    std::optional<ReaderWiring> reader;
    std::vector<LightsWiring> lights;
    std::string watchdog;  // "" = none, or left to the service manager
};

}  // namespace process
