// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of the OCPP key AuthorizationKey, for the settings and for the charge point: 16 to 20
// bytes as hex digits (security white paper 7.2).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shared {

inline constexpr std::size_t min_authorization_key_digits = 32;
inline constexpr std::size_t max_authorization_key_digits = 40;

// Says what is wrong with the text, without any part of it.
std::optional<std::string> check_authorization_key(std::string_view hex_digits);
// Converts the hex digits of a checked key to bytes.
std::string authorization_key_bytes(std::string_view hex_digits);

}  // namespace shared
