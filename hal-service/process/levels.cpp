// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/levels.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace process {
namespace {

std::optional<Level> level_from(std::string_view name) {
    constexpr std::array<std::string_view, 5> all{"trace", "debug", "info", "warn", "error"};
    const auto* const it = std::ranges::find(all, name);
    if (it == all.end()) return std::nullopt;
    return static_cast<Level>(it - all.begin());
}

bool is_component(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

// One word of the list; false when it is not well-formed.
bool read_word(std::string_view word, Levels& levels) {
    const auto equals = word.find('=');
    const auto name = equals == std::string_view::npos ? "*" : word.substr(0, equals);
    const auto level =
        level_from(equals == std::string_view::npos ? word : word.substr(equals + 1));
    if (!level) return false;
    if (name == "*") {
        levels.others = *level;
        return true;
    }
    return is_component(name) && levels.components.emplace(name, *level).second;
}

}  // namespace

shared::Result<Levels, std::string> parse_levels(std::string_view text) {
    Levels levels;
    for (std::size_t words = 0; words < max_level_components; ++words) {
        const auto comma = text.find(',');
        const auto word = text.substr(0, comma);
        if (!read_word(word, levels))
            return shared::Failure{
                "\"" + std::string(word.substr(0, 40)) +
                "\" is not trace, debug, info, warn or error, nor component=level"};
        if (comma == std::string_view::npos) return levels;
        text.remove_prefix(comma + 1);
    }
    return shared::Failure{std::string("names too many components")};
}

}  // namespace process
