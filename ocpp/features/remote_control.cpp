// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/remote_control.hpp"

namespace ocpp::features {

using namespace core;

Connector* RemoteControl::target(Context& ctx,
                                 const wire::RemoteStartTransactionRequest& request) const {
    auto& state = ctx.state;
    if (!state.accepted() || state.restarting) return nullptr;
    if (request.connector_id) {
        auto* connector = state.connector(*request.connector_id);
        return connector != nullptr && connector->can_start() ? connector : nullptr;
    }
    // Our choice: where a vehicle waits, else the first free connector.
    Connector* chosen = nullptr;
    for (auto& connector : state.connectors)
        if (connector.can_start() &&
            (chosen == nullptr || (connector.plugged() && !chosen->plugged())))
            chosen = &connector;
    return chosen;
}

Answer<wire::RemoteStopTransactionResponse> RemoteControl::handle(
    Context& ctx, const wire::RemoteStopTransactionRequest& request) {
    using enum wire::RemoteStartStopStatus;
    if (!ctx.state.accepted()) return wire::RemoteStopTransactionResponse{Rejected};
    for (auto& connector : ctx.state.connectors) {
        if (!connector.transaction) continue;
        const auto* record = ctx.state.ledger.find(*connector.transaction);
        if (record == nullptr || record->server_id != request.transaction_id) continue;
        // One that is already ending ends as its first stop said.
        if (connector.phase() == Phase::Running)
            connector.asked_stop = AskedStop{wire::Reason::Remote, {}};
        return wire::RemoteStopTransactionResponse{Accepted};
    }
    return wire::RemoteStopTransactionResponse{Rejected};
}

}  // namespace ocpp::features
