// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP-J 1.6 chapter 4: the three frames around the payloads, read within limits and written.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/error_code.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ocpp::wire {

struct Call {
    std::string id;
    std::string action;
    shared::JsonValue payload;

    bool operator==(const Call&) const = default;
};

// The payload is what the peer sent, be it an object or not: an answer with a wrong one still
// answers its call. Only null has become {}.
struct CallResult {
    std::string id;
    shared::JsonValue payload;

    bool operator==(const CallResult&) const = default;
};

struct CallError {
    std::string id;
    ErrorCode code = ErrorCode::GenericError;
    std::string description;
    shared::JsonValue details;

    bool operator==(const CallError&) const = default;
};

struct BadFrame {
    // To send back, if it was recognisably a CALL whose id can be repeated.
    std::optional<CallError> answer;
    std::string reason;  // for the log

    bool operator==(const BadFrame&) const = default;
};

using Frame = std::variant<Call, CallResult, CallError, BadFrame>;

// Never throws, whatever the text.
Frame parse_frame(std::string_view text);

// Always valid JSON in UTF-8: bytes that are not UTF-8 are replaced, a payload or details that is
// no object becomes {}, a description is cut to max_error_description.
std::string encode(const Call& call);
std::string encode(const CallResult& result);
std::string encode(const CallError& error);
// `payload` is the text of a JSON object.
std::string encode_call(std::string_view id, std::string_view action, std::string_view payload);
std::string encode_result(std::string_view id, std::string_view payload);

ErrorCode error_code(shared::Violation violation);

// The answer to a CALL whose payload breaks its table.
CallError refusal(std::string id, const shared::FieldError& error);

}  // namespace ocpp::wire
