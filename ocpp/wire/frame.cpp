// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/frame.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ocpp::wire {
namespace {

using shared::Json;

enum class MessageType : std::int64_t { Call = 2, CallResult = 3, CallError = 4 };

bool is_longer_than(std::string_view utf8, std::size_t characters) {
    return utf8.size() > characters && shared::code_points(utf8) > characters;
}

BadFrame ignored(std::string reason) { return {std::nullopt, std::move(reason)}; }

BadFrame answered(std::string id, ErrorCode code, std::string reason) {
    CallError error{std::move(id), code, reason, {}};
    return {std::move(error), std::move(reason)};
}

Json or_empty(Json&& json) { return json.is_null() ? Json::object() : std::move(json); }

Frame parse_call(Json& frame, std::string id) {
    if (is_longer_than(id, max_message_id))
        return answered(std::string(shared::prefix(id, max_message_id)),
                        ErrorCode::FormationViolation,
                        "the message id is longer than 36 characters");
    if (frame.size() != 4)
        return answered(std::move(id), ErrorCode::FormationViolation,
                        "a CALL has 4 elements, not " + std::to_string(frame.size()));
    if (!frame[2].is_string())
        return answered(std::move(id), ErrorCode::FormationViolation, "the action is not a string");
    auto payload = or_empty(std::move(frame[3]));
    if (!payload.is_object())
        return answered(std::move(id), ErrorCode::TypeConstraintViolation,
                        "the payload is not an object");
    return Call{std::move(id), std::move(frame[2].get_ref<std::string&>()), std::move(payload)};
}

Frame parse_result(Json& frame, std::string id) {
    if (frame.size() != 3)
        return ignored("a CALLRESULT has 3 elements, not " + std::to_string(frame.size()));
    return CallResult{std::move(id), or_empty(std::move(frame[2]))};
}

// Lenient: only the id and the code matter, and a peer that leaves out or mistypes the rest has
// still said that the call failed.
Frame parse_error(Json& frame, std::string id) {
    if (frame.size() < 3 || frame.size() > 5)
        return ignored("a CALLERROR has 5 elements, not " + std::to_string(frame.size()));
    CallError error;
    error.id = std::move(id);
    if (frame[2].is_string()) error.code = error_code_from(frame[2].get_ref<std::string&>());
    if (frame.size() > 3 && frame[3].is_string())
        error.description = std::move(frame[3].get_ref<std::string&>());
    if (frame.size() > 4 && frame[4].is_object()) error.details = std::move(frame[4]);
    return error;
}

bool is_plain(char c) { return c >= ' ' && c < '\x7F' && c != '"' && c != '\\'; }

void append_string(std::string& out, std::string_view text) {
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out += '"';
        out += text;
        out += '"';
    } else {
        out += shared::dump(Json(text));
    }
}

std::string object_text(const Json& json) {
    return json.is_object() ? shared::dump(json) : std::string("{}");
}

}  // namespace

Frame parse_frame(std::string_view text) {
    auto parsed = shared::parse_json(text, frame_bounds);
    if (!parsed) return ignored(std::string(shared::describe(parsed.error())));
    Json& frame = *parsed;
    if (!frame.is_array()) return ignored("not a JSON array");
    if (frame.empty() || !frame[0].is_number_integer()) return ignored("no message type");
    if (frame.size() < 2 || !frame[1].is_string()) return ignored("no message id");

    auto id = std::move(frame[1].get_ref<std::string&>());
    const auto type = static_cast<MessageType>(frame[0].get<std::int64_t>());
    if (type == MessageType::Call) return parse_call(frame, std::move(id));
    if (is_longer_than(id, max_message_id)) return ignored("the message id is too long");
    if (type == MessageType::CallResult) return parse_result(frame, std::move(id));
    if (type == MessageType::CallError) return parse_error(frame, std::move(id));
    return ignored("unknown message type");
}

std::string encode_call(std::string_view id, std::string_view action, std::string_view payload) {
    std::string out = "[2,";
    append_string(out, id);
    out += ',';
    append_string(out, action);
    out += ',';
    out += payload;
    out += ']';
    return out;
}

std::string encode_result(std::string_view id, std::string_view payload) {
    std::string out = "[3,";
    append_string(out, id);
    out += ',';
    out += payload;
    out += ']';
    return out;
}

std::string encode(const Call& call) {
    return encode_call(call.id, call.action, object_text(*call.payload));
}

std::string encode(const CallResult& result) {
    return encode_result(result.id, object_text(*result.payload));
}

std::string encode(const CallError& error) {
    std::string out = "[4,";
    append_string(out, error.id);
    out += ',';
    append_string(out, shared::name_of(error.code));
    out += ',';
    append_string(out, shared::prefix(error.description, max_error_description));
    out += ',';
    out += object_text(*error.details);
    out += ']';
    return out;
}

ErrorCode error_code_from(std::string_view text) {
    if (text == "FormatViolation") return ErrorCode::FormationViolation;
    if (text == "OccurrenceConstraintViolation") return ErrorCode::OccurenceConstraintViolation;
    return shared::enum_from<ErrorCode>(text).value_or(ErrorCode::GenericError);
}

ErrorCode error_code(shared::Violation violation) {
    switch (violation) {
        case shared::Violation::Formation: return ErrorCode::FormationViolation;
        case shared::Violation::Occurrence: return ErrorCode::OccurenceConstraintViolation;
        case shared::Violation::Type: return ErrorCode::TypeConstraintViolation;
        case shared::Violation::Property: return ErrorCode::PropertyConstraintViolation;
    }
    return ErrorCode::GenericError;
}

CallError refusal(std::string id, const shared::FieldError& error) {
    return {std::move(id),
            error_code(error.violation),
            (error.path.empty() ? "the payload" : error.path) + ' ' + error.reason,
            {}};
}

}  // namespace ocpp::wire
