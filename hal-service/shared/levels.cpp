// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/levels.hpp"

#include "hal-service/shared/text.hpp"

#include <array>
#include <optional>
#include <utility>

namespace shared {
namespace {

constexpr std::array<std::string_view, 6> names{"trace", "debug", "info", "warn", "error", "off"};

std::optional<Level> level_from(std::string_view name, LevelRange range) {
    const auto* const it = std::ranges::find(names, name);
    const auto level = static_cast<Level>(it - names.begin());
    if (level < range.least || level > range.most) return std::nullopt;
    return level;
}

// "debug, info or off"
std::string list_of(LevelRange range) {
    const auto last = static_cast<std::size_t>(range.most);
    std::string list;
    for (auto i = static_cast<std::size_t>(range.least); i <= last; ++i) {
        if (!list.empty()) list += i == last ? " or " : ", ";
        list += names[i];
    }
    return list;
}

bool is_component(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

enum class Word { Read, Malformed, Repeated };

Word read_word(std::string_view word, LevelRange range, Levels& levels, bool& others_named) {
    const auto equals = word.find('=');
    const auto name = equals == std::string_view::npos ? "*" : word.substr(0, equals);
    const auto level =
        level_from(equals == std::string_view::npos ? word : word.substr(equals + 1), range);
    if (!level) return Word::Malformed;
    if (name == "*") {
        levels.others = *level;
        return std::exchange(others_named, true) ? Word::Repeated : Word::Read;
    }
    if (!is_component(name)) return Word::Malformed;
    return levels.components.emplace(name, *level).second ? Word::Read : Word::Repeated;
}

}  // namespace

Result<Levels, std::string> parse_levels(std::string_view text, LevelRange range) {
    Levels levels{range.unnamed, {}};
    bool others_named = false;
    for (std::size_t words = 0; words < max_level_components; ++words) {
        const auto comma = text.find(',');
        const auto word = trimmed(text.substr(0, comma));
        const auto read = read_word(word, range, levels, others_named);
        const auto quoted = '"' + std::string(word.substr(0, 40)) + '"';
        if (read == Word::Malformed)
            return Failure{quoted + " is not " + list_of(range) + ", nor component=level"};
        if (read == Word::Repeated)
            return Failure{quoted + " gives a component its level a second time"};
        if (comma == std::string_view::npos) return levels;
        text.remove_prefix(comma + 1);
    }
    return Failure{std::string("names too many components")};
}

}  // namespace shared
