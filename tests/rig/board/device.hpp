// SPDX-License-Identifier: Apache-2.0
#pragma once
// The kernel module's device: requests of its controllers come out of it, answers and input levels
// go into it.

#include "hal-service/shared/result.hpp"
#include "tests/rig/board/rb1.hpp"
#include "tests/rig/kernel/rig_wire.h"

#include <string>

namespace rig {

class Device {
public:
    static shared::Result<Device, std::string> open(const std::string& path);
    ~Device();
    Device(Device&& other) noexcept;
    Device& operator=(Device&&) = delete;

    int descriptor() const { return descriptor_; }
    // Serves what waits.
    void serve(Rb1& board);
    // Tells the kernel the levels when they have changed.
    void show(Levels inputs);

private:
    explicit Device(int descriptor) : descriptor_(descriptor) {}
    void carry_out(const rig_request& request, Rb1& board);
    int exchange_spi(const rig_request& request, Rb1& board);
    int exchange_i2c(const rig_request& request, Rb1& board);

    int descriptor_ = -1;
    Levels shown_{};
    bool ever_shown_ = false;
    rig_answer answer_{};
};

}  // namespace rig
