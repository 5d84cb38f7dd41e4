// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/json.hpp"

#include <set>
#include <utility>
#include <vector>

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

// Objects and arrays around the place that the parser has reached.
class OpenObjects {
public:
    // Returns true for a member that its object has already.
    bool twice(Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        switch (event) {
            case Event::object_start:
            case Event::array_start: open_.push_back({}); break;
            case Event::object_end:
            case Event::array_end: open_.pop_back(); break;
            case Event::key:
                open_.back().name = parsed.get<std::string>();
                return !open_.back().names.insert(open_.back().name).second;
            case Event::value: break;
        }
        return false;
    }
    std::string path() const {
        std::string path;
        for (const auto& level : open_)
            if (!level.name.empty()) path += (path.empty() ? "" : ".") + level.name;
        return path;
    }

private:
    struct Level {
        std::set<std::string> names;
        std::string name;  // the member that is being read
    };
    std::vector<Level> open_;
};

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

std::optional<std::string> doubled_member(std::string_view text) {
    OpenObjects open;
    std::optional<std::string> found;
    const Json::parser_callback_t look = [&](int /*depth*/, Json::parse_event_t event,
                                             Json& parsed) {
        if (open.twice(event, parsed) && !found) found = open.path();
        return true;
    };
    const auto ignored = Json::parse(text, look, false);
    return found;
}

Json decimal(std::int64_t thousandths) { return static_cast<double>(thousandths) / 1000; }

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shared
