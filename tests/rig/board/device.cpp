// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/device.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace rig {
namespace {

Moment moment_of(const rig_request& request) {
    return Moment{static_cast<std::int64_t>(request.time_ns / 1000)};
}

}  // namespace

shared::Result<Device, std::string> Device::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return shared::Failure<std::string>{path + ": " + std::strerror(errno)};
    return Device(descriptor);
}

Device::~Device() {
    if (descriptor_ >= 0) close(descriptor_);
}

Device::Device(Device&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

void Device::serve(Rb1& board) {
    rig_request request{};
    while (read(descriptor_, &request, sizeof request) == sizeof request) carry_out(request, board);
}

void Device::show(Levels inputs) {
    if (ever_shown_ && inputs == shown_) return;
    rig_levels levels{~std::uint64_t{0}, inputs.bits};
    if (ioctl(descriptor_, RIG_SET_INPUTS, &levels) != 0) return;
    shown_ = inputs;
    ever_shown_ = true;
}

void Device::carry_out(const rig_request& request, Rb1& board) {
    const auto now = moment_of(request);
    answer_.status = 0;
    switch (request.kind) {
        case RIG_GPIO:
            board.set_lines(now, {request.gpio.levels}, {request.gpio.outputs});
            return show(board.inputs());
        case RIG_PWM:
            board.set_pwm(now,
                          {request.pwm.period_ns, request.pwm.duty_ns, request.pwm.enabled != 0});
            return;
        case RIG_SPI: answer_.status = exchange_spi(request, board); break;
        case RIG_I2C:
            if (board.i2c_hangs()) return;  // the kernel gives up waiting
            answer_.status = exchange_i2c(request, board);
            break;
        default: answer_.status = -EINVAL;
    }
    show(board.inputs());
    answer_.id = request.id;
    // It fails when the kernel has given up waiting already.
    if (write(descriptor_, &answer_, sizeof answer_) < 0) return;
}

int Device::exchange_spi(const rig_request& request, Rb1& board) {
    const auto& transfer = request.transfer;
    auto* chip = board.spi(moment_of(request), request.select);
    if (chip == nullptr) {
        std::memset(answer_.data, 0xFF, sizeof answer_.data);
        return 0;
    }
    std::size_t at = 0;
    for (std::size_t part = 0; part < transfer.parts; ++part) {
        const std::size_t bytes = transfer.part[part];
        chip->exchange(moment_of(request), {transfer.data + at, bytes}, {answer_.data + at, bytes});
        at += bytes;
    }
    return 0;
}

int Device::exchange_i2c(const rig_request& request, Rb1& board) {
    const auto& transfer = request.transfer;
    const auto now = moment_of(request);
    auto* chip = board.i2c(now, request.select);
    if (chip == nullptr) return -ENXIO;
    std::size_t at = 0;
    for (std::size_t part = 0; part < transfer.parts; ++part) {
        const bool reads = (transfer.part[part] & RIG_PART_READ) != 0;
        const std::size_t bytes = transfer.part[part] & ~static_cast<unsigned>(RIG_PART_READ);
        const bool acknowledged = reads ? chip->read(now, {answer_.data + at, bytes})
                                        : chip->write(now, {transfer.data + at, bytes});
        if (!acknowledged) return -ENXIO;
        at += bytes;
    }
    return 0;
}

}  // namespace rig
