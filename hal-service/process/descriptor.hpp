// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file descriptor that closes itself, and the text of an error of the system.

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace process {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) reset(std::exchange(other.number_, -1));
        return *this;
    }

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void reset(int number = -1) {
        if (number_ >= 0) close(number_);
        number_ = number;
    }

private:
    int number_ = -1;
};

// Makes "/dev/spidev0.0: cannot be opened: Permission denied" of errno.
inline std::string system_error(std::string_view device, std::string_view what) {
    return std::string(device) + ": " + std::string(what) + ": " + std::strerror(errno);
}

}  // namespace process
