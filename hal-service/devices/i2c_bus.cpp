// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/i2c_bus.hpp"

#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/ioctl.h>

#include <array>

namespace devices {
namespace {

constexpr int transfer_tries = 3;
constexpr unsigned long patience_10ms = 10;  // for adapters that let themselves be told
// Reserved: nobody answers.
constexpr std::uint16_t nobody = 0x7F;

bool not_acknowledged() { return errno == ENXIO || errno == EREMOTEIO; }

shared::Result<process::Descriptor, std::string> open_adapter(const std::string& path) {
    process::Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!descriptor) return shared::Failure{process::system_error(path, "cannot be opened")};
    unsigned long functions = 0;
    if (ioctl(descriptor.number(), I2C_FUNCS, &functions) < 0)
        return shared::Failure{process::system_error(path, "is no I2C adapter")};
    if ((functions & I2C_FUNC_I2C) == 0)
        return shared::Failure{path + ": the adapter can't do plain I2C transfers"};
    // An adapter that has no such settings uses its own.
    ioctl(descriptor.number(), I2C_TIMEOUT, patience_10ms);
    ioctl(descriptor.number(), I2C_RETRIES, 0UL);
    return descriptor;
}

}  // namespace

shared::Result<I2cdev, std::string> I2cdev::open(const std::string& path) {
    auto descriptor = open_adapter(path);
    if (!descriptor) return shared::Failure{descriptor.error()};
    return I2cdev(*std::move(descriptor), path);
}

// The kernel's driver frees the bus when it can; what is left to us is to give a chip that waits in
// the middle of a byte the clocks it needs, with a read that nobody answers, and to begin anew.
bool I2cdev::recover() {
    auto descriptor = open_adapter(path_);
    if (!descriptor) return false;
    descriptor_ = *std::move(descriptor);
    std::uint8_t byte = 0;
    i2c_msg message{nobody, I2C_M_RD, 1, &byte};
    i2c_rdwr_ioctl_data data{&message, 1};
    return ioctl(descriptor_.number(), I2C_RDWR, &data) >= 0 || not_acknowledged();
}

bool I2cdev::transfer(std::span<i2c_msg> messages) {
    if (hung_ && !recover()) return false;
    hung_ = false;
    i2c_rdwr_ioctl_data data{messages.data(), static_cast<std::uint32_t>(messages.size())};
    for (int i = 0; i < transfer_tries; ++i) {
        if (ioctl(descriptor_.number(), I2C_RDWR, &data) == static_cast<int>(messages.size()))
            return true;
        if (errno == EAGAIN || not_acknowledged()) continue;
        hung_ = true;
        return false;
    }
    return false;
}

bool I2cdev::write(int address, Bytes out) {
    std::array message{i2c_msg{static_cast<std::uint16_t>(address), 0,
                               static_cast<std::uint16_t>(out.size()),
                               const_cast<std::uint8_t*>(out.data())}};
    return transfer(message);
}

bool I2cdev::read(int address, Room in) {
    std::array message{i2c_msg{static_cast<std::uint16_t>(address), I2C_M_RD,
                               static_cast<std::uint16_t>(in.size()), in.data()}};
    return transfer(message);
}

bool I2cdev::write_read(int address, Bytes out, Room in) {
    std::array messages{
        i2c_msg{static_cast<std::uint16_t>(address), 0, static_cast<std::uint16_t>(out.size()),
                const_cast<std::uint8_t*>(out.data())},
        i2c_msg{static_cast<std::uint16_t>(address), I2C_M_RD,
                static_cast<std::uint16_t>(in.size()), in.data()}};
    return transfer(messages);
}

}  // namespace devices
