// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/remote_control.hpp"

#include "ocpp/core/transaction_messages.hpp"

#include <utility>

namespace ocpp::features {

using namespace core;

namespace {

// How well a connector suits a remote start; 0 = not at all. What is reserved for its tag comes
// first, then a vehicle that waits.
int suitability(const State& state, const Connector& connector, const wire::IdToken& id_tag) {
    if (!connector.can_start()) return 0;
    switch (state.reservations.fit(connector, id_tag, std::nullopt)) {
        case Fit::Taken: return 0;
        case Fit::Perhaps: return 1;
        case Fit::Free: return connector.plugged() ? 3 : 2;
        case Fit::Ours: return 4;
    }
    return 0;
}

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

Connector* RemoteControl::target(Context& ctx,
                                 const wire::RemoteStartTransactionRequest& request) const {
    auto& state = ctx.state;
    if (!state.accepted() || state.restarting || request.id_tag.empty()) return nullptr;
    const auto suits = [&](const Connector& connector) {
        return suitability(state, connector, request.id_tag);
    };
    if (request.connector_id) {
        auto* connector = state.connector(*request.connector_id);
        return connector != nullptr && suits(*connector) > 0 ? connector : nullptr;
    }
    Connector* chosen = nullptr;
    for (auto& connector : state.connectors)
        if (suits(connector) > (chosen == nullptr ? 0 : suits(*chosen))) chosen = &connector;
    return chosen;
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
