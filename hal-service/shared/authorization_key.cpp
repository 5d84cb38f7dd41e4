// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/authorization_key.hpp"

#include <algorithm>

namespace shared {

std::optional<std::string> check_authorization_key(std::string_view hex_digits) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (hex_digits.size() < min_authorization_key_digits ||
        hex_digits.size() > max_authorization_key_digits || hex_digits.size() % 2 != 0 ||
        !std::all_of(hex_digits.begin(), hex_digits.end(), is_hex))
        return "must be 32 to 40 hexadecimal digits, two for each byte";
    return std::nullopt;
}

std::string authorization_key_bytes(std::string_view hex_digits) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex_digits.size(); i += 2)
        bytes += static_cast<char>(value(hex_digits[i]) * 16 + value(hex_digits[i + 1]));
    return bytes;
}

}  // namespace shared
