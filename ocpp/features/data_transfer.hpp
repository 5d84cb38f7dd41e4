// SPDX-License-Identifier: Apache-2.0
#pragma once
// DataTransfer: which vendors and messages there are, and the messages of our own.
// OCPP 1.6 4.3, 5.6.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

wire::DataTransferResponse judge(const core::State& state,
                                 const wire::DataTransferRequest& request);

// A check of the contactors, for the central system: `relayWeld`.
void tell_weld_check(core::Context& ctx, const hal::WeldChecked& check);

}  // namespace ocpp::features
