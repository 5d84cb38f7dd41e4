// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/plain_toml.hpp"

namespace process {
namespace {

// Returns where the string that begins here ends, or the text does; counts `line` on.
std::size_t end_of_string(std::string_view text, std::size_t begin, std::uint32_t& line) {
    const char quote = text[begin];
    const std::string_view three = quote == '"' ? R"(""")" : "'''";
    const bool long_one = text.substr(begin, 3) == three;
    for (std::size_t i = begin + (long_one ? 3 : 1); i < text.size(); ++i) {
        if (text[i] == '\n') {
            if (!long_one) return i - 1;  // not ended: the parser's complaint
            ++line;
        } else if (text[i] == '\\' && quote == '"') {
            if (i + 1 < text.size() && text[i + 1] != '\n') ++i;
        } else if (text[i] == quote) {
            if (!long_one) return i;
            if (text.substr(i, 3) == three) return i + 2;
        }
    }
    return text.size();
}

}  // namespace

std::optional<std::uint32_t> foreign_character(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark is allowed
    std::uint32_t line = 1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            ++line;
        } else if (c == '#') {
            const auto end = text.find('\n', i);
            if (end == std::string_view::npos) return std::nullopt;
            i = end - 1;
        } else if (c == '"' || c == '\'') {
            i = end_of_string(text, i, line);
        } else if (static_cast<unsigned char>(c) > 127) {
            return line;
        }
    }
    return std::nullopt;
}

}  // namespace process
