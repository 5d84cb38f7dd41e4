// SPDX-License-Identifier: Apache-2.0
#pragma once
// RB1's GPIO lines by number.

#include <cstdint>

namespace rig {

enum class Line : std::uint8_t {
    K1 = 0,  // L1 and N
    K2 = 1,  // L2 and L3
    KSchuko = 2,
    CpDisconnect = 3,
    Rcd1Test = 4,
    Rcd2Test = 5,
    WatchdogKick = 6,
    NfcReset = 7,
    Rcd1X6 = 8,
    Rcd1X30 = 9,
    Rcd1Error = 10,
    Rcd2X30 = 11,
    K1Auxiliary = 12,
    K2Auxiliary = 13,
    KSchukoAuxiliary = 14,
    LoadL1 = 15,
    LoadL2 = 16,
    LoadL3 = 17,
    LoadSchuko = 18,
    EarthOk = 19,
    PowerFail = 20,
    NfcInterrupt = 21,
    Button = 22,
    Tamper = 23,
    RelaySupplyOk = 24,
    SchukoPlug = 25
};

// Levels of all lines, by bit.
struct Levels {
    std::uint64_t bits = 0;

    bool operator[](Line line) const { return (bits >> static_cast<unsigned>(line) & 1) != 0; }
    void set(Line line, bool high) {
        const auto bit = std::uint64_t{1} << static_cast<unsigned>(line);
        bits = high ? bits | bit : bits & ~bit;
    }
    bool operator==(const Levels&) const = default;
};

}  // namespace rig
