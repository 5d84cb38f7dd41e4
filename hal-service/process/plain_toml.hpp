// SPDX-License-Identifier: Apache-2.0
#pragma once
// Refuses what the TOML library stumbles over: outside of strings and comments TOML is ASCII, and
// version 3.3 of the library runs into undefined behaviour with some other characters there.

#include <cstdint>
#include <optional>
#include <string_view>

namespace process {

// The line, from 1, of the first character outside of strings and comments that isn't ASCII.
std::optional<std::uint32_t> foreign_character(std::string_view text);

inline constexpr std::string_view foreign_character_text =
    "only text in quotes and comments may have characters beyond ASCII";

}  // namespace process
