// SPDX-License-Identifier: Apache-2.0
#pragma once
// DataTransfer: which vendors and messages there are, and the messages of our own.
// OCPP 1.6 4.3, 5.6.

#include "ocpp/core/context.hpp"

#include <array>
#include <optional>
#include <string>

namespace ocpp::features {

// What the central system may ask us in this way.
enum class Question { ChargingLimitations };
constexpr auto names(Question) { return std::array{"chargingLimitations"}; }

// Which of them it is, or why none: vendors and messages are the same whatever their case.
shared::Result<Question, wire::DataTransferStatus> question_in(
    const core::State& state, const wire::DataTransferRequest& request);
// The answer's `data` is a JSON text.
wire::DataTransferResponse answer_with(const shared::Json& data);
// An argument that is none: why, as a text.
wire::DataTransferResponse rejected(std::string why);

// The argument of ChargingLimitations: the connector, or nothing, which means all of them.
shared::Result<std::optional<int>, std::string> connector_in(
    const wire::DataTransferRequest& request);

// A check of the contactors, for the central system: `relayWeld`.
void tell_weld_check(core::Context& ctx, const hal::WeldChecked& check);

}  // namespace ocpp::features
