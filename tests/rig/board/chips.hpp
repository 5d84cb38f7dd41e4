// SPDX-License-Identifier: Apache-2.0
#pragma once
// A chip as its bus sees it. The models behind it keep registers as the real ones do; they know
// nothing of a kernel, so that tests of drivers can use them as well.

#include <chrono>
#include <cstdint>
#include <span>

namespace rig {

using Moment = std::chrono::microseconds;  // since some start that all chips share
using Bytes = std::span<const std::uint8_t>;
using Room = std::span<std::uint8_t>;

class SpiChip {
public:
    virtual ~SpiChip() = default;
    // One low phase of the chip select; both have the same size.
    virtual void exchange(Moment now, Bytes out, Room in) = 0;
};

class I2cChip {
public:
    virtual ~I2cChip() = default;
    // False: not acknowledged.
    virtual bool write(Moment now, Bytes out) = 0;
    virtual bool read(Moment now, Room in) = 0;
};

}  // namespace rig
