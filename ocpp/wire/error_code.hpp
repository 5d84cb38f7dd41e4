// SPDX-License-Identifier: Apache-2.0
#pragma once
// Why a call is refused, as a CALLERROR says it.

#include <array>
#include <string_view>

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

// Understands the correct spellings too; any other code is a GenericError.
ErrorCode error_code_from(std::string_view text);

}  // namespace ocpp::wire
