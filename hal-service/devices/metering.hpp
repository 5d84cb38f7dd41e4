// SPDX-License-Identifier: Apache-2.0
#pragma once
// The meters, read every 200 ms in a thread of its own between the control loop and the rest.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/devices/meter.hpp"
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

// The newest sample of each connector and its time.
struct Metered {
    std::array<hal::MeterSample, hal::max_connectors> samples{};
    std::array<hal::Moment, hal::max_connectors> taken{};
};

class Metering {
public:
    // `meters` are in the order of the board file. The energy of each connector goes on from the
    // register in `kept`.
    Metering(std::vector<std::unique_ptr<Meter>> meters, const process::BoardSettings& board,
             const std::vector<hal::ConnectorInfo>& connectors,
             std::span<const hal::Registers> kept);
    ~Metering() { stop(); }
    Metering(const Metering&) = delete;
    Metering& operator=(const Metering&) = delete;

    void start();
    void stop();

    // The control loop reads this slot.
    hal::Slot<Metered>& metered() { return metered_; }
    std::uint64_t resets() const { return resets_.load(std::memory_order_relaxed); }
    std::uint64_t transfer_errors() const { return errors_.load(std::memory_order_relaxed); }

    // Reads all meters once; the thread calls this each period.
    void poll(hal::Moment now);

private:
    struct Source {
        std::unique_ptr<Meter> meter;
        MeterValues values;
        bool valid = false;
    };
    struct Connector {
        std::size_t source = 0;
        std::vector<int> channels;
        units::MilliwattHours before;  // the register when this process began
        bool wired = false;
    };
    void run();
    hal::MeterSample sample(const Connector& outlet) const;

    std::vector<Source> sources_;
    std::vector<Connector> outlets_;
    Metered state_;
    hal::Slot<Metered> metered_;
    std::atomic<std::uint64_t> resets_{0};
    std::atomic<std::uint64_t> errors_{0};
    std::thread thread_;
    std::atomic<bool> stopping_{false};
};

}  // namespace devices
