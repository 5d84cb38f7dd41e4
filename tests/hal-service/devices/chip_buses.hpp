// SPDX-License-Identifier: Apache-2.0
#pragma once
// Buses to the rig's chip models, in a time that goes on with each transfer and each pause.

#include "hal-service/devices/i2c_bus.hpp"
#include "hal-service/devices/spi_bus.hpp"
#include "tests/rig/board/chips.hpp"

#include <functional>
#include <map>

namespace bench {

using namespace std::chrono_literals;

struct ChipClock {
    rig::Moment now{1s};
    void pause(std::chrono::milliseconds time) { now += time; }
};

class ChipSpi final : public devices::SpiBus {
public:
    ChipSpi(ChipClock& clock, rig::SpiChip& chip) : clock_(clock), chip_(chip) {}

    bool exchange(std::span<const devices::SpiFrame> frames) override {
        ++exchanges;
        if (before) before();
        if (dead) return false;
        for (const auto& frame : frames) {
            clock_.now += 32us;
            chip_.exchange(clock_.now, {frame.out, frame.size}, {frame.in, frame.size});
            if (disturb) disturb({frame.out, frame.size}, {frame.in, frame.size});
        }
        // The chip has had it, and we don't know.
        if (deaf) return false;
        return true;
    }

    std::function<void()> before;
    std::function<void(rig::Bytes, rig::Room)> disturb;
    int exchanges = 0;
    bool dead = false;
    bool deaf = false;

private:
    ChipClock& clock_;
    rig::SpiChip& chip_;
};

// Stands for a bus that a test keeps, where a device wants one of its own.
class SharedSpi final : public devices::SpiBus {
public:
    explicit SharedSpi(devices::SpiBus& bus) : bus_(bus) {}
    bool exchange(std::span<const devices::SpiFrame> frames) override {
        return bus_.exchange(frames);
    }

private:
    devices::SpiBus& bus_;
};

class ChipI2c final : public devices::I2cBus {
public:
    explicit ChipI2c(ChipClock& clock) : clock_(clock) {}

    bool write(int address, Bytes out) override {
        auto* chip = at(address);
        return chip != nullptr && chip->write(clock_.now, out);
    }
    bool read(int address, Room in) override {
        auto* chip = at(address);
        return chip != nullptr && chip->read(clock_.now, in);
    }
    bool write_read(int address, Bytes out, Room in) override {
        return write(address, out) && read(address, in);
    }

    std::map<int, rig::I2cChip*> chips;
    bool dead = false;
    int transfers = 0;

private:
    rig::I2cChip* at(int address) {
        clock_.now += 250us;
        ++transfers;
        const auto it = chips.find(address);
        return dead || it == chips.end() ? nullptr : it->second;
    }
    ChipClock& clock_;
};

}  // namespace bench
