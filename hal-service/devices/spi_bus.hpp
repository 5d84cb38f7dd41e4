// SPDX-License-Identifier: Apache-2.0
#pragma once
// One chip on an SPI bus.

#include "hal-service/process/descriptor.hpp"
#include "hal-service/shared/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace devices {

// One low phase of the chip select: `size` bytes out, as many in.
struct SpiFrame {
    const std::uint8_t* out = nullptr;
    std::uint8_t* in = nullptr;
    std::size_t size = 0;
};

inline constexpr std::size_t max_spi_frames = 16;  // in one exchange

class SpiBus {
public:
    virtual ~SpiBus() = default;
    // All frames, one after the other, with nobody else's in between. False: nothing that came in
    // means anything. Never allocates.
    virtual bool exchange(std::span<const SpiFrame> frames) = 0;
};

// /dev/spidevB.C: one system call for each exchange.
class Spidev final : public SpiBus {
public:
    // Mode 0 or 3.
    static shared::Result<Spidev, std::string> open(const std::string& path, int mode, int hertz);
    bool exchange(std::span<const SpiFrame> frames) override;

private:
    Spidev(process::Descriptor descriptor, int hertz)
        : descriptor_(std::move(descriptor)), hertz_(hertz) {}

    process::Descriptor descriptor_;
    int hertz_;
};

}  // namespace devices
