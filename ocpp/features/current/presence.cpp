// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/presence.hpp"

#include "ocpp/config/keys/current.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

void Presence::disconnected(const Context& ctx) {
    ask_at_.reset();
    if (manager_ != Manager::Present) return;
    manager_ = Manager::Missing;
    missing_since_ = ctx.now.steady;
}

bool Presence::unmanaged(const State& state, const Now& now) const {
    if (manager_ == Manager::MissingBeforeStart) return true;
    const auto from = unmanaged_from(state);
    return from && *from <= now.steady;
}

Deadline Presence::unmanaged_from(const State& state) const {
    if (manager_ != Manager::Missing) return std::nullopt;
    return missing_since_ + state.config.get(keys::offline_current_delay);
}

bool Presence::matters(const State& state) {
    const auto& offline = state.config.get(keys::installation_offline_current);
    const auto& full = state.config.get(keys::max_current);
    return offline[0] < full[0] ||
           std::any_of(state.connectors.begin(), state.connectors.end(),
                       [&](const Connector& connector) {
                           return offline[connector.id()] < full[connector.id()];
                       });
}

void Presence::listen(Context& ctx) {
    auto& state = ctx.state;
    if (manager_ == Manager::Present || !state.online()) return;
    if (ctx.facts.heard) {
        manager_ = Manager::Present;
        return;
    }
    if (!matters(state) || !ask_at_ || *ask_at_ > ctx.now.steady) return;
    // Otherwise nobody may have a reason to speak until the next heartbeat.
    ask_at_ = ctx.now.steady + ask_again;
    if (state.mailbox.idle() && state.ledger.empty()) state.mailbox.put(wire::HeartbeatRequest{});
}

void Presence::advance(Context& ctx) {
    listen(ctx);
    wake_at_.reset();
    const auto soon = [&](Deadline at) {
        if (at && *at > ctx.now.steady) wake_at_ = earlier(wake_at_, at);
    };
    soon(unmanaged_from(ctx.state));
    if (manager_ != Manager::Present && ctx.state.online()) soon(ask_at_);
}

}  // namespace ocpp::features
