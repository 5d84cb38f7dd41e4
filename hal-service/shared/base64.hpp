// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes bytes as base64 (RFC 4648 4), with padding and without line ends.

#include <string>
#include <string_view>

namespace shared {

inline constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes);

}  // namespace shared
