// SPDX-License-Identifier: Apache-2.0
#pragma once
// ATM90E32AS: a meter of three channels. Every word is checked against the chip's own memory of the
// last transfer; its energy registers, which reading clears, are added up to 64 bits so that
// nothing is counted twice, nor lost while the chip remembers it.

#include "hal-service/control/timing.hpp"
#include "hal-service/devices/spi_bus.hpp"
#include "hal-service/process/wiring.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace devices {

// Of all channels; those that are not used stay 0.
struct MeterValues {
    hal::PerPhase<units::Milliamps> current{};
    hal::PerPhase<units::Millivolts> voltage{};
    hal::PerPhase<units::Watts> power{};
    hal::PerPhase<units::PerMille> power_factor{};
    units::Millihertz frequency;
    hal::PerPhase<std::int64_t> counts{};  // since start(); energy_of() gives milliwatt-hours
};

// A count is a hundredth of a pulse at 3200 pulses per kilowatt-hour: 3.125 mWh.
constexpr units::MilliwattHours energy_of(std::int64_t counts) { return {counts * 25 / 8}; }

class Atm90e32 {
public:
    static constexpr int spi_mode = 3;
    using Channels = std::array<bool, 3>;
    using Pause = std::function<void(std::chrono::milliseconds)>;

    Atm90e32(SpiBus& bus, const process::MeterWiring& wiring, Channels used, Pause pause);

    // Reads everything. False: the values mean nothing, and are those of before but for `counts`.
    // Begins, and begins anew after the chip was reset, by itself.
    bool poll(hal::Moment now, MeterValues& values);
    // The words of the board file are those that its checksum was made of.
    bool calibrated() const { return calibrated_; }
    std::uint64_t resets() const { return resets_; }
    std::uint64_t transfer_errors() const { return errors_; }

private:
    bool read_all(hal::Moment now, MeterValues& values);
    bool start();
    // None: a transfer failed, which says nothing of the chip.
    std::optional<bool> configured();
    bool configure();
    bool write(std::uint16_t address, std::uint16_t value);
    std::optional<std::uint16_t> read(std::uint16_t address);
    bool transfer(std::uint16_t first, std::uint16_t value, std::uint16_t& answer,
                  std::uint16_t& remembered);
    std::optional<std::uint16_t> remembered();
    std::optional<std::int32_t> read_power(std::size_t channel);
    bool read_channel(std::size_t channel, MeterValues& values);
    bool read_energy(std::size_t channel, hal::Moment now);
    void book(std::size_t channel, std::uint16_t counts, hal::Moment now);

    // A clearing read whose result is still in the chip's memory of the last transfer only.
    struct Unresolved {
        std::size_t channel;
        std::optional<std::uint16_t> heard;
    };
    bool resolve(hal::Moment now);

    SpiBus& bus_;
    const process::MeterWiring& wiring_;
    const Channels used_;
    const Pause pause_;
    const bool calibrated_;
    bool started_ = false;
    std::optional<Unresolved> unresolved_;
    hal::PerPhase<std::int64_t> counts_{};
    hal::PerPhase<hal::Moment> booked_{};
    hal::Moment checked_{0};
    std::uint64_t resets_ = 0;
    std::uint64_t errors_ = 0;
};

}  // namespace devices
