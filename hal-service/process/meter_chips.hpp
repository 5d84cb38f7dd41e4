// SPDX-License-Identifier: Apache-2.0
#pragma once
// The meter chips that a board file may name, and the calibration words that each of them keeps.

#include "hal-service/shared/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace process {

enum class MeterChip { Atm90e32 };
constexpr auto names(MeterChip) { return std::array{"atm90e32"}; }

// The greatest values that a chip can show. A reading at the end of the range may be any more.
struct MeterRange {
    units::Milliamps current;
    units::Millivolts voltage;
    units::Millihertz frequency;
};

// ATM90E32AS: 16 bits in steps of 1 mA, 10 mV and 10 mHz.
constexpr MeterRange range_of(MeterChip chip) {
    switch (chip) {
        case MeterChip::Atm90e32: return {{65'535}, {655'350}, {655'350}};
    }
    return {};
}

// The measurement that a word multiplies. Such a word can be corrected from a comparison.
enum class Gain { None, Voltage, Current };

struct WordKind {
    const char* name;  // the key in [meter.calibration]
    std::uint16_t initial = 0;
    Gain gain = Gain::None;
    // With 0 each channel has its word. Otherwise the chip has a single one, of at most this.
    std::uint16_t single_up_to = 0;
};

// ATM90E32AS, in the order of the checksum. Offsets are two's complement; `pga` is the register
// MMode1, the amplification of the current channels.
inline constexpr std::array atm90e32_words{WordKind{"voltage_gain", 0x8000, Gain::Voltage},
                                           WordKind{"current_gain", 0x8000, Gain::Current},
                                           WordKind{"voltage_offset"},
                                           WordKind{"current_offset"},
                                           WordKind{"power_offset"},
                                           WordKind{"power_gain"},
                                           WordKind{"phase_angle"},
                                           WordKind{"pga", 0, Gain::None, 0x002A}};

constexpr std::span<const WordKind> words_of(MeterChip chip) {
    switch (chip) {
        case MeterChip::Atm90e32: return atm90e32_words;
    }
    return {};
}

using MeterWords = std::array<std::uint16_t, 3>;  // for the channels A, B, C

struct CalibrationWord {
    const WordKind* kind;
    MeterWords values{};  // a single word is the first of them

    bool single() const { return kind->single_up_to != 0; }
    bool operator==(const CalibrationWord&) const = default;
};

struct MeterCalibration {
    // The words of a chip after its reset.
    explicit MeterCalibration(MeterChip chip) {
        for (const auto& kind : words_of(chip))
            words.push_back({&kind, {kind.initial, kind.initial, kind.initial}});
    }
    MeterCalibration() : MeterCalibration(MeterChip::Atm90e32) {}

    MeterWords& operator[](std::string_view name) {
        for (auto& word : words)
            if (word.kind->name == name) return word.values;
        throw std::out_of_range("the meter chip has no word " + std::string(name));
    }
    const MeterWords& operator[](std::string_view name) const {
        for (const auto& word : words)
            if (word.kind->name == name) return word.values;
        throw std::out_of_range("the meter chip has no word " + std::string(name));
    }

    std::vector<CalibrationWord> words;
    std::optional<std::uint16_t> checksum;  // over all words, when the board file has one
    bool operator==(const MeterCalibration&) const = default;
};

// Returns the right `checksum`: CRC-16/XMODEM over all words in their order, high byte first.
inline std::uint16_t checksum_of(const MeterCalibration& calibration) {
    std::uint16_t crc = 0;
    const auto add = [&crc](std::uint16_t word) {
        crc = static_cast<std::uint16_t>(crc ^ word);
        for (int bit = 0; bit < 16; ++bit)
            crc = static_cast<std::uint16_t>((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
    };
    for (const auto& word : calibration.words)
        for (std::size_t i = 0; i < (word.single() ? 1 : word.values.size()); ++i)
            add(word.values[i]);
    return crc;
}

// The result of comparing the board file's checksum with its words.
enum class Checksum { None, Right, Wrong };
constexpr auto names(Checksum) { return std::array{"none", "right", "wrong"}; }

inline Checksum check(const MeterCalibration& calibration) {
    if (!calibration.checksum) return Checksum::None;
    return *calibration.checksum == checksum_of(calibration) ? Checksum::Right : Checksum::Wrong;
}

}  // namespace process
