// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/remote_control.hpp"

#include "ocpp/core/transaction_messages.hpp"

#include <utility>

namespace ocpp::features {

using namespace core;

namespace {

// The transaction that a central system without numbers means: one to which it gave none itself
// goes before one whose start was given up, then the newest.
Connector* without_number(State& state) {
    Connector* found = nullptr;
    std::pair<bool, std::int64_t> best;
    for (auto& connector : state.connectors) {
        const auto* record = state.running(connector);
        if (record == nullptr || !nameless(*record)) continue;
        const std::pair rank{record->server_id.has_value(), record->id};
        if (found != nullptr && rank < best) continue;
        found = &connector;
        best = rank;
    }
    return found;
}

Answer<wire::RemoteStopTransactionResponse> stop(Connector& connector) {
    connector.ask_stop(wire::Reason::Remote);
    return wire::RemoteStopTransactionResponse{wire::RemoteStartStopStatus::Accepted};
}

}  // namespace

Connector* RemoteControl::target(Context& ctx, const wire::RemoteStartTransactionRequest& request,
                                 const Parent& parent) const {
    auto& state = ctx.state;
    if (!state.accepted() || state.restarting || request.id_tag.empty()) return nullptr;
    if (!request.connector_id) return meant(state, ctx.now, request.id_tag, parent);
    auto* connector = state.connector(*request.connector_id);
    const bool suits = connector != nullptr &&
                       suitability(state, *connector, request.id_tag, parent) != Suitability::None;
    return suits ? connector : nullptr;
}

Answer<wire::RemoteStopTransactionResponse> RemoteControl::handle(
    Context& ctx, const wire::RemoteStopTransactionRequest& request) {
    using enum wire::RemoteStartStopStatus;
    if (!ctx.state.accepted()) return wire::RemoteStopTransactionResponse{Rejected};
    // A central system that answers a start with 0 may ask for either.
    if (request.transaction_id == 0 || request.transaction_id == unknown_transaction_id) {
        if (auto* connector = without_number(ctx.state)) return stop(*connector);
        return wire::RemoteStopTransactionResponse{Rejected};
    }
    for (auto& connector : ctx.state.connectors) {
        if (!connector.transaction) continue;
        const auto* record = ctx.state.ledger.find(*connector.transaction);
        if (record != nullptr && record->server_id == request.transaction_id)
            return stop(connector);
    }
    return wire::RemoteStopTransactionResponse{Rejected};
}

}  // namespace ocpp::features
