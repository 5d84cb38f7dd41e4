// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/supervision.hpp"

#include "ocpp/config/keys/link.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;

void Supervision::heard(const Context& ctx) {
    heard_ = ctx.now.steady;
    stage_ = Stage::Listening;
}

bool Supervision::advance(Context& ctx) {
    const auto next = due(ctx.state);
    if (!next || *next > ctx.now.steady) return false;
    if (stage_ == Stage::Listening) {
        stage_ = Stage::Reconnected;
        reconnected_ = ctx.now.steady;
        ctx.out.restart_network = ctx.out.reconnect = true;
        ctx.note(Severity::Warning, "supervision",
                 "nothing heard of the central system for long: connecting anew");
        return false;
    }
    stage_ = Stage::Restarted;
    ctx.note(Severity::Error, "supervision",
             "nothing heard of the central system for too long: beginning anew");
    return true;
}

Deadline Supervision::due(const State& state) const {
    if (!heard_ || !state.setup.supervised || stage_ == Stage::Restarted) return std::nullopt;
    const bool charging =
        std::any_of(state.connectors.begin(), state.connectors.end(),
                    [](const Connector& connector) { return connector.transaction.has_value(); });
    const seconds wanted =
        charging ? state.config.get(keys::hi_superv_charge) : state.config.get(keys::hi_superv);
    if (wanted == seconds{0}) return std::nullopt;
    // A central system that only answers heartbeats is not silent.
    const auto patience = std::max(wanted, state.config.get(keys::heartbeat_interval) +
                                               state.config.get(keys::message_timeout));
    return (stage_ == Stage::Listening ? *heard_ : reconnected_) + patience;
}

Deadline Supervision::wake_at(const State& state) const { return due(state); }

}  // namespace ocpp::features
