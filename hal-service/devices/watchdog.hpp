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
    // It has to be fed from here on.
    static shared::Result<Watchdog, std::string> open(const std::string& path);
    // However the program ends, as long as it does so by itself: an end must not let the unfed
    // watchdog restart the machine. A driver that can't be stopped does so all the same.
    ~Watchdog();
    Watchdog(Watchdog&&) noexcept = default;
    Watchdog& operator=(Watchdog&&) = delete;

    void feed() const;

private:
    explicit Watchdog(process::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    process::Descriptor descriptor_;
};

}  // namespace devices
