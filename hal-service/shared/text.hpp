// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads values from text that is kept or written by a person.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace shared {

// The whole text has to be one decimal number that fits.
template <std::integral Number>
std::optional<Number> integer_from(std::string_view text) {
    Number value{};
    const auto* end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc{} || rest != end) return std::nullopt;
    return value;
}

}  // namespace shared
