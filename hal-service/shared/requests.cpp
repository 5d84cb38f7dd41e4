// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/requests.hpp"

#include "hal-service/shared/json.hpp"

#include <utility>

namespace shared {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

Result<Asked, std::string> read_request(std::string_view line, JsonBounds bounds,
                                        const RequestWords& words) {
    if (line.starts_with(byte_order_mark))
        return Failure{std::string(words.malformed) + "preceded by a byte order mark"};
    auto json = parse_json(line, bounds);
    if (!json) return Failure{std::string(words.malformed) + std::string(describe(json.error()))};
    if (const auto twice = doubled_member(line)) return Failure{*twice + " is given twice"};
    return read_request(*std::move(json), words);
}

Result<Asked, std::string> read_request(Json json, const RequestWords& words) {
    if (!json.is_object()) return Failure{std::string(words.not_an_object)};
    const auto verb = json.find("do");
    if (verb == json.end()) return Failure{std::string(words.without_verb)};
    if (!verb->is_string()) return Failure{std::string(words.verb_not_text)};
    auto name = verb->get<std::string>();
    json.erase(verb);
    return Asked{std::move(name), JsonValue(std::move(json))};
}

}  // namespace shared
