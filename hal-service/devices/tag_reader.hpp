// SPDX-License-Identifier: Apache-2.0
#pragma once
// A PN532 as a reader of tags: looks for a card a few times a second, reports each once until it
// was away, and begins anew when the chip fails.

#include "hal-service/control/timing.hpp"
#include "hal-service/devices/i2c_bus.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace devices {

// A card counts once, until a reader that works has seen for a second that it is gone. A card that
// lies there at the first look may have been told by the process before, so it doesn't count.
class CardPresence {
public:
    // Takes the card that a working reader sees now and returns it when it is new.
    std::optional<std::vector<std::uint8_t>> see(std::optional<std::vector<std::uint8_t>> uid,
                                                 hal::Moment now);
    // A reader that is silent says neither that the card is there nor that it is gone.
    void unknown() { absent_since_.reset(); }

private:
    bool looked_ = false;
    std::vector<std::uint8_t> uid_;
    std::optional<hal::Moment> absent_since_;
};

class TagReader {
public:
    struct Hands {
        std::function<void(bool)> reset;  // the line's drive; empty: not wired
        std::function<void(std::chrono::milliseconds)> pause;
        std::function<hal::Moment()> now;
        std::function<void(const std::string&)> tell;  // logs trouble
    };

    TagReader(I2cBus& bus, int address, Hands hands)
        : bus_(bus), address_(address), hands_(std::move(hands)) {}

    // One look; how often is the caller's. A tag that has come: upper-case hex.
    std::optional<std::string> look();
    // It answers, or hasn't failed often enough to say otherwise.
    bool works() const { return works_; }

private:
    using Content = std::vector<std::uint8_t>;
    bool begin();
    std::optional<Content> ask(const Content& command, std::chrono::milliseconds patience);
    bool send(const Content& command);
    // A frame that is ready before the time is over, with its status byte taken off.
    std::optional<Content> take(std::chrono::milliseconds patience);
    void failed();

    I2cBus& bus_;
    const int address_;
    const Hands hands_;
    CardPresence presence_;
    bool begun_ = false;
    bool works_ = true;
    int failures_ = 0;
    hal::Moment not_before_{0};
};

}  // namespace devices
