// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/random.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace charge_daemon {

std::uint64_t random_bits() {
    std::uint64_t bits = 0;
    if (::getentropy(&bits, sizeof bits) != 0)
        throw std::system_error(errno, std::generic_category(), "getentropy");
    return bits;
}

std::string random_hex() {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto bits = random_bits();
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[bits >> shift & 15];
    return text;
}

}  // namespace charge_daemon
