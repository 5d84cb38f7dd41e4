// SPDX-License-Identifier: Apache-2.0
#pragma once
// ATM90E32AS: a meter of three channels. Every word is checked against the chip's own memory of the
// last transfer; its energy registers, which reading clears, are added up to 64 bits so that
// nothing is counted twice, nor lost while the chip remembers it.

#include "hal-service/devices/energy_unit.hpp"
#include "hal-service/devices/meter.hpp"
#include "hal-service/devices/spi_bus.hpp"
#include "hal-service/process/wiring.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace devices {

class Atm90e32 final : public Meter {
public:
    static constexpr int spi_mode = 3;

    Atm90e32(std::unique_ptr<SpiBus> bus, process::MeterWiring wiring, Channels used, Pause pause);

    bool poll(hal::Moment now, MeterValues& values) override;
    units::MilliwattHours energy(std::span<const int> channels) const override;
    bool calibrated() const override;
    std::uint64_t resets() const override { return resets_; }
    std::uint64_t transfer_errors() const override { return errors_; }

private:
    bool start();
    // Returns nothing after a failed transfer, which says nothing of the chip.
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
    void compare(const MeterValues& values, hal::Moment now);

    // A clearing read whose result is still in the chip's memory of the last transfer only.
    struct Unresolved {
        std::size_t channel;
        std::optional<std::uint16_t> heard;
    };
    bool resolve(hal::Moment now);

    const std::unique_ptr<SpiBus> bus_;
    const process::MeterWiring wiring_;
    const Channels used_;
    const Pause pause_;
    const bool calibrated_;
    bool started_ = false;
    std::optional<Unresolved> unresolved_;
    hal::PerPhase<std::int64_t> counts_{};
    hal::PerPhase<hal::Moment> booked_{};
    hal::PerPhase<std::int64_t> compared_{};  // counts
    hal::PerPhase<EnergyUnit> units_;
    hal::Moment checked_{0};
    std::uint64_t resets_ = 0;
    std::uint64_t errors_ = 0;
};

}  // namespace devices
