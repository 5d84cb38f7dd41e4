// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine's hardware watchdog: it resets everything when nobody feeds it, for a kernel that
// hangs. Contactors don't wait for it, they have the dead-man circuit.

#include "hal-service/process/descriptor.hpp"
#include "hal-service/shared/result.hpp"

#include <string>

namespace devices {

class Watchdog {
public:
    static shared::Result<Watchdog, std::string> open(const std::string& path);

    void feed() const;
    // Stops the watchdog where the driver allows it; otherwise it restarts the machine after the
    // end.
    void disarm() const;

private:
    explicit Watchdog(process::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    process::Descriptor descriptor_;
};

}  // namespace devices
