// SPDX-License-Identifier: Apache-2.0
#pragma once
// Refuses TOML that the library can't parse safely: outside of strings and comments TOML is ASCII,
// and version 3.3 of the library runs into undefined behaviour with some other characters there.

#include <cstdint>
#include <optional>
#include <string_view>

namespace process {

// Returns the line, from 1, of the first character that is neither ASCII nor in a string or
// comment.
std::optional<std::uint32_t> foreign_character(std::string_view text);

inline constexpr std::string_view foreign_character_text =
    "only text in quotes and comments may have characters beyond ASCII";

}  // namespace process
