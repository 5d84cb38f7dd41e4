// SPDX-License-Identifier: Apache-2.0
#pragma once
// ASCII letters in lower case; all other bytes stay as they are, in any locale.

#include <string>
#include <string_view>

namespace shared {

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = ascii_lower(c);
    return out;
}

}  // namespace shared
