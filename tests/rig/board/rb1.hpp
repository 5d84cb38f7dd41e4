// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reference board RB1: its chips and lines in front of the simulated mains, cars and contactors.

#include "hal-service/loop/slot.hpp"
#include "hal-service/simulation/hatch.hpp"
#include "hal-service/simulation/plant.hpp"
#include "tests/rig/board/atm90e32.hpp"
#include "tests/rig/board/lines.hpp"
#include "tests/rig/board/lm75b.hpp"
#include "tests/rig/board/mcp3208.hpp"
#include "tests/rig/board/openings.hpp"
#include "tests/rig/board/pca9632.hpp"
#include "tests/rig/board/peak_hold.hpp"
#include "tests/rig/board/pn532.hpp"
#include "tests/rig/board/relay_supply.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rig {

inline constexpr std::size_t type2 = 0;  // the order of the connectors
inline constexpr std::size_t schuko = 1;
inline constexpr std::size_t outlets = 2;

std::vector<hal::ConnectorInfo> connectors();

enum class Deed { I2cHang, SpiCorrupt, MeterReset, ReaderHang, ForgetOpenings };

// A mishap that only this board can suffer.
struct Mishap {
    Deed deed{};
    bool on = true;
    std::size_t outlet = type2;
    int count = 1;
};

struct Card {
    std::array<std::uint8_t, 10> uid{};
    std::size_t size = 0;
};

struct BoardTruth {
    Levels outputs;
    Levels inputs;
    bool relay_supply = false;
    std::array<int, 4> leds{};
    std::array<Delays, causes> openings{};
    std::uint64_t done = 0;  // mishaps and cards so far
};

struct PwmState {
    std::uint64_t period_ns = 0;
    std::uint64_t duty_ns = 0;
    bool enabled = false;
};

class Rb1 {
public:
    // `signal`: written when a command is done.
    explicit Rb1(int signal);

    // All of these bring everything to `now` first.
    void advance(Moment now);
    void set_lines(Moment now, Levels levels, Levels outputs);
    void set_pwm(Moment now, const PwmState& state);
    // Nothing: nobody drives the bus, or nobody acknowledges.
    SpiChip* spi(Moment now, std::size_t chip_select);
    I2cChip* i2c(Moment now, std::uint16_t address);

    bool i2c_hangs() const { return i2c_hangs_; }
    Levels inputs() const { return truth_.inputs; }

    // For the one other thread.
    simulation::Hatch& hatch() { return hatch_; }
    hal::Queue<Mishap, 16>& mishaps() { return mishaps_; }
    hal::Queue<Card, 16>& cards() { return cards_; }
    hal::Slot<BoardTruth>& truth() { return published_; }

private:
    void step(Moment now);
    void publish();
    void suffer(Moment now);
    void lay_card(Moment now);
    void carry_out(const Mishap& mishap, Moment now);
    void drive(Moment now);
    void drive_pilot(hal::Outputs& wires) const;
    void kick(Moment now);
    void feed_relay_supplies();
    void feed_meters(Moment now);
    void feed_thermometers();
    void feed_converter(Moment now);
    void feed_lines(Moment now);
    void watch_openings(Moment now);
    bool mains_wave(Moment now) const;
    bool reader_is_gone() const;
    bool thermometer_is_gone(std::size_t index) const;
    const simulation::OutletFaults& faults(std::size_t outlet) const {
        return plant_.world().outlets[outlet].faults;
    }

    simulation::Plant plant_;
    simulation::Hatch hatch_;
    simulation::Drives drives_{};
    const int signal_;
    PwmState pwm_;
    Moment now_{0};
    Moment published_at_{0};

    Mcp3208 converter_;
    PeakHold high_{Peak::Highest};
    PeakHold low_{Peak::Lowest};
    std::array<Atm90e32, outlets> meters_{Atm90e32{{}}, Atm90e32{{}}};
    std::array<Lm75b, 3> thermometers_;  // one at each outlet, one in the body
    Pn532 reader_;
    Pca9632 leds_;
    std::array<RelaySupply, outlets> relay_supplies_;
    Openings openings_;
    bool i2c_hangs_ = false;

    BoardTruth truth_;
    hal::Slot<BoardTruth> published_;
    hal::Queue<Mishap, 16> mishaps_;
    hal::Queue<Card, 16> cards_;
};

}  // namespace rig
