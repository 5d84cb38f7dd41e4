// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP-J 1.6 chapter 4: the three frames around the payloads, read within limits and written.

#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/json.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ocpp::wire {

// OCPP-J 1.6 4.2.3. FormationViolation and the single r of Occurence are its spelling (OCPP-J
// errata 1.0, 5.1 and 5.2).
enum class ErrorCode {
    NotImplemented,
    NotSupported,
    InternalError,
    ProtocolError,
    SecurityError,
    FormationViolation,
    PropertyConstraintViolation,
    OccurenceConstraintViolation,
    TypeConstraintViolation,
    GenericError
};
constexpr auto names(ErrorCode) {
    return std::array{"NotImplemented",
                      "NotSupported",
                      "InternalError",
                      "ProtocolError",
                      "SecurityError",
                      "FormationViolation",
                      "PropertyConstraintViolation",
                      "OccurenceConstraintViolation",
                      "TypeConstraintViolation",
                      "GenericError"};
}

struct Call {
    std::string id;
    std::string action;
    shared::Json payload = shared::Json::object();

    bool operator==(const Call&) const = default;
};

// The payload is what the peer sent, be it an object or not: an answer with a wrong one still
// answers its call. Only null has become {}.
struct CallResult {
    std::string id;
    shared::Json payload = shared::Json::object();

    bool operator==(const CallResult&) const = default;
};

struct CallError {
    std::string id;
    ErrorCode code = ErrorCode::GenericError;
    std::string description;
    shared::Json details = shared::Json::object();

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
std::string encode_call(std::string_view id, std::string_view action, const shared::Json& payload);
std::string encode_result(std::string_view id, const shared::Json& payload);

// Understands the correct spellings too; any other code is a GenericError.
ErrorCode error_code_from(std::string_view text);

ErrorCode error_code(shared::Violation violation);

// The answer to a CALL whose payload breaks its table.
CallError refusal(std::string id, const shared::FieldError& error);

}  // namespace ocpp::wire
