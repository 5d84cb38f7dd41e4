// SPDX-License-Identifier: Apache-2.0
#pragma once
// Devices that do what a test says.

#include "hal-service/devices/gpio_line.hpp"
#include "hal-service/devices/meter.hpp"
#include "hal-service/devices/pwm.hpp"
#include "hal-service/devices/spi_bus.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bench {

// An MCP3208 with these codes.
class Converter final : public devices::SpiBus {
public:
    bool exchange(std::span<const devices::SpiFrame> frames) override {
        ++exchanges;
        if (dead) return false;
        for (const auto& frame : frames) {
            const unsigned channel = (frame.out[0] & 1U) << 2U | frame.out[1] >> 6U;
            const auto code = codes[channel];
            frame.in[0] = 0xFF;
            frame.in[1] = static_cast<std::uint8_t>(0xE0 | code >> 8);
            frame.in[2] = static_cast<std::uint8_t>(code & 0xFF);
            if (floating > 0) frame.in[1] = 0xFF;
        }
        if (floating > 0) --floating;
        return true;
    }
    std::array<int, 8> codes{};
    int exchanges = 0;
    int floating = 0;  // so many exchanges with nobody on the bus
    bool dead = false;
};

// A meter that shows what a test sets.
class FakeMeter final : public devices::Meter {
public:
    bool poll(hal::Moment, devices::MeterValues& out) override {
        ++polls;
        if (good) out = values;
        return good;
    }
    units::MilliwattHours energy(std::span<const int> channels) const override {
        units::MilliwattHours sum;
        for (const int channel : channels) sum = sum + energies[static_cast<std::size_t>(channel)];
        return sum;
    }
    bool calibrated() const override { return intact; }
    std::uint64_t resets() const override { return reset_count; }
    std::uint64_t transfer_errors() const override { return errors; }

    devices::MeterValues values;
    hal::PerPhase<units::MilliwattHours> energies{};
    std::uint64_t reset_count = 0;
    std::uint64_t errors = 0;
    int polls = 0;
    bool good = true;
    bool intact = true;
};

// Stands for a meter that a test keeps, where metering wants one of its own.
class SharedMeter final : public devices::Meter {
public:
    explicit SharedMeter(devices::Meter& meter) : meter_(meter) {}
    bool poll(hal::Moment now, devices::MeterValues& values) override {
        return meter_.poll(now, values);
    }
    units::MilliwattHours energy(std::span<const int> channels) const override {
        return meter_.energy(channels);
    }
    bool calibrated() const override { return meter_.calibrated(); }
    std::uint64_t resets() const override { return meter_.resets(); }
    std::uint64_t transfer_errors() const override { return meter_.transfer_errors(); }

private:
    devices::Meter& meter_;
};

class Outputs final : public devices::OutputLines {
public:
    bool set(std::uint64_t wanted) override {
        if (dead) return false;
        levels = wanted;
        ++writes;
        return true;
    }
    std::uint64_t levels = 0;
    int writes = 0;
    bool dead = false;
};

class Inputs final : public devices::InputLines {
public:
    bool read(std::uint64_t& out, std::span<devices::Edges> seen) override {
        if (dead) return false;
        out = levels;
        for (std::size_t i = 0; i < edges.size(); ++i) {
            seen[i].rising += edges[i].rising;
            seen[i].falling += edges[i].falling;
            edges[i] = {};
        }
        return true;
    }
    std::uint64_t levels = 0;
    std::array<devices::Edges, devices::max_lines> edges{};
    bool dead = false;
};

class Pwm final : public devices::PwmOutput {
public:
    bool set(std::int64_t high) override {
        if (dead) return false;
        high_ns = high;
        return true;
    }
    std::int64_t high_ns = -1;
    bool dead = false;
};

}  // namespace bench
