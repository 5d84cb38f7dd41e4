// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine's hardware watchdog: it resets everything when nobody feeds it, for a kernel that
// hangs. Contactors don't wait for it, they have the dead-man circuit.

#include "hal-service/devices/descriptor.hpp"
#include "hal-service/shared/result.hpp"

#include <string>

namespace devices {

class Watchdog {
public:
    static shared::Result<Watchdog, std::string> open(const std::string& path);

    void feed() const;
    // Where the driver allows it; otherwise it bites when the process has ended.
    void disarm() const;

private:
    explicit Watchdog(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    Descriptor descriptor_;
};

}  // namespace devices
