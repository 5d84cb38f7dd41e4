// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads values from text that is kept or written by a person.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace shared {

// Leaves out the blanks at both ends; around an element of a list they do not count.
constexpr std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

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
