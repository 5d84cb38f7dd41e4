// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/words.hpp"

#include "daemon/ctl/line_client.hpp"

#include <algorithm>
#include <array>

namespace charge_daemon::ctl {
namespace {

// These are text even if they look like numbers: 12345678 and 12E45678 are cards.
constexpr std::array<std::string_view, 2> text_keys{"uid", "id_tag"};

shared::Json value_from(std::string_view key, const std::string& text) {
    if (std::ranges::find(text_keys, key) != text_keys.end()) return text;
    auto json = shared::parse_json(text, answer_limits);
    if (!json || json->is_object() || json->is_null()) return text;
    return *std::move(json);
}

}  // namespace

shared::Result<shared::Json, std::string> request_from(const std::vector<std::string>& words) {
    using shared::Failure;
    if (words.empty()) return Failure{std::string("what shall the simulator do?")};
    if (words.size() > max_words) return Failure{std::string("too many words")};
    if (words.front().find('=') != std::string::npos)
        return Failure{"the first word is a command, not " + words.front()};
    shared::Json request{{"do", words.front()}};
    for (auto it = words.begin() + 1; it != words.end(); ++it) {
        const auto equals = it->find('=');
        if (equals == std::string::npos || equals == 0)
            return Failure{"\"" + *it + "\" is not key=value"};
        const auto key = it->substr(0, equals);
        if (request.contains(key)) return Failure{key + " is given twice"};
        request[key] = value_from(key, it->substr(equals + 1));
    }
    return request;
}

}  // namespace charge_daemon::ctl
