// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/json.hpp"

namespace shared {
namespace {

// Brackets outside strings. Malformed text may be counted wrongly; the parser refuses it anyway.
bool deeper_than(std::string_view text, std::size_t limit) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limit) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace

JsonValue::JsonValue() : json_(std::make_shared<const Json>(Json::object())) {}
JsonValue::JsonValue(Json json) : json_(std::make_shared<const Json>(std::move(json))) {}
bool JsonValue::operator==(const JsonValue& other) const { return *json_ == *other.json_; }

Result<Json, JsonProblem> parse_json(std::string_view text, JsonBounds bounds) {
    if (text.size() > bounds.bytes) return Failure{JsonProblem::TooLong};
    // The parser would take NUL for the end and ignore the rest.
    if (text.find('\0') != std::string_view::npos) return Failure{JsonProblem::Malformed};
    if (deeper_than(text, bounds.depth)) return Failure{JsonProblem::TooDeep};
    auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return Failure{JsonProblem::Malformed};
    return json;
}

Json decimal(std::int64_t thousandths) { return static_cast<double>(thousandths) / 1000; }

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shared
