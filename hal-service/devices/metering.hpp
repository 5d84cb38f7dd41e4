// SPDX-License-Identifier: Apache-2.0
#pragma once
// The meters, read every 200 ms in a thread of its own between the control loop and the rest.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/devices/atm90e32.hpp"
#include "hal-service/loop/slot.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace devices {

inline constexpr std::chrono::milliseconds metering_period{200};

// The newest of each connector, and when it was taken.
struct Metered {
    std::array<hal::MeterSample, hal::max_connectors> samples{};
    std::array<hal::Moment, hal::max_connectors> taken{};
};

class Metering {
public:
    // The buses in the order of the board's meters. Registers go on where `kept` says the chip's
    // were last seen.
    Metering(std::vector<std::unique_ptr<SpiBus>> buses, const process::BoardSettings& board,
             const std::vector<hal::ConnectorInfo>& connectors,
             std::span<const hal::Registers> kept, Atm90e32::Pause pause);
    ~Metering() { stop(); }
    Metering(const Metering&) = delete;
    Metering& operator=(const Metering&) = delete;

    void start();
    void stop();

    // For the control loop.
    hal::Slot<Metered>& metered() { return metered_; }
    std::uint64_t resets() const { return resets_.load(std::memory_order_relaxed); }
    std::uint64_t transfer_errors() const { return errors_.load(std::memory_order_relaxed); }

    // One look at all meters; what the thread does each period.
    void poll(hal::Moment now);

private:
    struct Meter {
        std::unique_ptr<SpiBus> bus;
        Atm90e32 chip;
        MeterValues values;
        bool valid = false;
    };
    struct Connector {
        std::size_t meter = 0;
        std::vector<int> channels;
        units::MilliwattHours before;  // what the register stood at when this process began
        bool wired = false;
    };
    void run();
    hal::MeterSample sample(const Connector& outlet) const;

    std::vector<process::MeterWiring> wiring_;  // the chips refer to it
    std::vector<std::unique_ptr<Meter>> meters_;
    std::vector<Connector> outlets_;
    Metered state_;
    hal::Slot<Metered> metered_;
    std::atomic<std::uint64_t> resets_{0};
    std::atomic<std::uint64_t> errors_{0};
    std::thread thread_;
    std::atomic<bool> stopping_{false};
};

}  // namespace devices
