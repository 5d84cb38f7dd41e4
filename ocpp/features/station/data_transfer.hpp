// SPDX-License-Identifier: Apache-2.0
#pragma once
// DataTransfer: which vendors and messages there are, and the messages of our own.
// OCPP 1.6 4.3, 5.6.

#include "ocpp/core/context.hpp"

#include <array>

namespace ocpp::features {

enum class VendorMessage { networkStatus, chargingLimitations };
constexpr auto names(VendorMessage) { return std::array{"networkStatus", "chargingLimitations"}; }

// Which message of our own it is, or the answer to what is none.
shared::Result<VendorMessage, wire::DataTransferResponse> judge(
    const core::State& state, const wire::DataTransferRequest& request);

// The answer to chargingLimitations: of the connector that is asked for, or of all. `all` is what
// CurrentLimit::describe() says.
wire::DataTransferResponse charging_limitations(const wire::DataTransferRequest& request,
                                                const shared::Json& all);

// A check of the contactors, for the central system: `relayWeld`.
void tell_weld_check(core::Context& ctx, const hal::WeldChecked& check);

}  // namespace ocpp::features
