// SPDX-License-Identifier: Apache-2.0
#pragma once
// RemoteStartTransaction and RemoteStopTransaction: OCPP 1.6 5.11, 5.12. Who charges after a remote
// start is told to the authorization by the map in charge_point.cpp.

#include "ocpp/core/context.hpp"
#include "ocpp/core/suitability.hpp"

namespace ocpp::features {

class RemoteControl {
public:
    // The connector on which the accepted remote start is to happen, or nothing. `parent` is the
    // group of its tag.
    core::Connector* target(core::Context& ctx, const wire::RemoteStartTransactionRequest& request,
                            const core::Parent& parent) const;
    core::Answer<wire::RemoteStopTransactionResponse> handle(
        core::Context& ctx, const wire::RemoteStopTransactionRequest& request);
};

}  // namespace ocpp::features
