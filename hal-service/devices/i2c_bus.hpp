// SPDX-License-Identifier: Apache-2.0
#pragma once
// The chips on an I2C bus. A transfer may hang for as long as the kernel has patience, so this is
// for a thread that has nothing urgent.

#include "hal-service/process/descriptor.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <span>
#include <string>

struct i2c_msg;

namespace devices {

class I2cBus {
public:
    using Bytes = std::span<const std::uint8_t>;
    using Room = std::span<std::uint8_t>;

    virtual ~I2cBus() = default;
    // False: not acknowledged, or the bus failed.
    virtual bool write(int address, Bytes out) = 0;
    virtual bool read(int address, Room in) = 0;
    // Both without letting go of the bus in between.
    virtual bool write_read(int address, Bytes out, Room in) = 0;
};

// /dev/i2c-N: one system call for each transfer, tried again a few times when nobody acknowledges.
// After a transfer that hung, the bus is recovered before the next one.
class I2cdev final : public I2cBus {
public:
    static shared::Result<I2cdev, std::string> open(const std::string& path);

    bool write(int address, Bytes out) override;
    bool read(int address, Room in) override;
    bool write_read(int address, Bytes out, Room in) override;

private:
    I2cdev(process::Descriptor descriptor, std::string path)
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}
    bool transfer(std::span<i2c_msg> messages);
    bool recover();

    process::Descriptor descriptor_;
    std::string path_;
    bool hung_ = false;
};

}  // namespace devices
