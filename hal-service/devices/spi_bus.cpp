// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/spi_bus.hpp"

#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <sys/ioctl.h>

#include <array>

namespace devices {

shared::Result<Spidev, std::string> Spidev::open(const std::string& path, int mode, int hertz) {
    process::Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!descriptor) return shared::Failure{process::system_error(path, "cannot be opened")};
    auto mode_byte = static_cast<std::uint8_t>(mode == 3 ? SPI_MODE_3 : SPI_MODE_0);
    std::uint8_t bits = 8;
    auto speed = static_cast<std::uint32_t>(hertz);
    if (ioctl(descriptor.number(), SPI_IOC_WR_MODE, &mode_byte) < 0)
        return shared::Failure{process::system_error(path, "SPI mode " + std::to_string(mode))};
    if (ioctl(descriptor.number(), SPI_IOC_WR_BITS_PER_WORD, &bits) < 0)
        return shared::Failure{process::system_error(path, "8 bits per word")};
    if (ioctl(descriptor.number(), SPI_IOC_WR_MAX_SPEED_HZ, &speed) < 0)
        return shared::Failure{process::system_error(path, std::to_string(hertz) + " Hz")};
    return Spidev(std::move(descriptor), hertz);
}

bool Spidev::exchange(std::span<const SpiFrame> frames) {
    if (frames.empty() || frames.size() > max_spi_frames) return false;
    std::array<spi_ioc_transfer, max_spi_frames> transfers{};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto& transfer = transfers[i];
        transfer.tx_buf = reinterpret_cast<std::uintptr_t>(frames[i].out);
        transfer.rx_buf = reinterpret_cast<std::uintptr_t>(frames[i].in);
        transfer.len = static_cast<std::uint32_t>(frames[i].size);
        transfer.speed_hz = static_cast<std::uint32_t>(hertz_);
        // On the last frame cs_change means the opposite: stay selected.
        transfer.cs_change = i + 1 < frames.size() ? 1 : 0;
        bytes += frames[i].size;
    }
    // The size is part of the request's number, which the macro takes at compile time only.
    const auto request = _IOC(_IOC_WRITE, static_cast<unsigned>(SPI_IOC_MAGIC), 0U,
                              static_cast<unsigned>(frames.size() * sizeof(spi_ioc_transfer)));
    return ioctl(descriptor_.number(), request, transfers.data()) == static_cast<int>(bytes);
}

}  // namespace devices
