// SPDX-License-Identifier: Apache-2.0
#pragma once
// SendLocalList and GetLocalListVersion: OCPP 1.6 5.10, 5.15. What the list means for a tag is the
// authorization's affair.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

// -1 while LocalAuthListEnabled is false, 0 when the list is empty.
wire::GetLocalListVersionResponse local_list_version(const core::State& state);
wire::SendLocalListResponse update_local_list(core::Context& ctx,
                                              const wire::SendLocalListRequest& request);

}  // namespace ocpp::features
