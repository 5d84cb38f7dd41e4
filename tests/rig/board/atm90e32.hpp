// SPDX-License-Identifier: Apache-2.0
#pragma once
// ATM90E32AS: a three-phase energy meter. Its energy registers are cleared by reading them, and it
// forgets its settings when it is reset.

#include "tests/rig/board/chips.hpp"

#include <array>
#include <cstddef>

namespace rig {

class Atm90e32 final : public SpiChip {
public:
    // Voltage, current and power at its terminals.
    struct Phase {
        std::int64_t millivolts = 0;
        std::int64_t milliamps = 0;
        std::int64_t milliwatts = 0;
    };
    // With these gains, and no offsets, it shows what is true: the board's dividers and
    // transformers. A share of them shows that share.
    struct Calibration {
        std::uint16_t voltage_gain = 0x8000;
        std::uint16_t current_gain = 0x8000;
    };

    explicit Atm90e32(const Calibration& calibration);

    void exchange(Moment now, Bytes out, Room in) override;

    // Counts the energy of these phases since the last call.
    void advance(Moment now, const std::array<Phase, 3>& phases, std::int64_t millihertz);

    void reset(Moment now);                                // as by a dip of its supply
    void corrupt(int exchanges) { corrupt_ = exchanges; }  // so many answers with a wrong bit
    // A count is so many per mille of what it should be.
    void misunderstand_unit(std::int64_t per_mille) { unit_per_mille_ = per_mille; }
    bool measuring() const { return registers_[0] == 1; }

private:
    std::uint16_t read(std::uint16_t address);
    void write(Moment now, std::uint16_t address, std::uint16_t value);
    void count_energy(std::size_t phase, std::int64_t microjoules);
    void measure();
    void show_power(std::size_t index, std::int64_t milliwatts);

    const Calibration calibration_;
    std::array<std::uint16_t, 256> registers_{};
    std::array<Phase, 3> phases_{};
    std::array<std::int64_t, 4> energy_rest_{};  // total, A, B, C: not yet a whole count
    std::int64_t millihertz_ = 0;
    Moment last_{0};
    Moment measured_{0};
    Moment ready_{0};  // after a reset
    int corrupt_ = 0;
    std::int64_t unit_per_mille_ = 1000;
};

}  // namespace rig
