// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/watchdog.hpp"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>

namespace devices {
namespace {

constexpr int timeout_seconds = 10;

}  // namespace

shared::Result<Watchdog, std::string> Watchdog::open(const std::string& path) {
    process::Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!descriptor) return shared::Failure{process::system_error(path, "cannot be opened")};
    // Some have a time of their own that can't be changed.
    int seconds = timeout_seconds;
    ioctl(descriptor.number(), WDIOC_SETTIMEOUT, &seconds);
    return Watchdog(std::move(descriptor));
}

void Watchdog::feed() const { ioctl(descriptor_.number(), WDIOC_KEEPALIVE, nullptr); }

Watchdog::~Watchdog() {
    if (descriptor_ && write(descriptor_.number(), "V", 1) < 0) return;  // nowayout
}

}  // namespace devices
