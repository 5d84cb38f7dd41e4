// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/mains.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;

void Mains::load(const Snapshot& snapshot) {
    had_run_ = !snapshot.texts[Kind::Mark].empty();
    const auto found = snapshot.texts[Kind::Mark].find(marks::hal_instance);
    if (found != snapshot.texts[Kind::Mark].end()) hal_instance_ = found->second;
    power_up_.load(snapshot);
    if (power_up_.interrupted()) supply_ = Supply::LostBefore;
}

void Mains::hal_connected(Context& ctx, const std::string& instance) {
    const bool first = !std::exchange(hal_met_, true);
    if (instance == hal_instance_) return;
    hal_instance_ = instance;
    ctx.out.changes.push_back(
        Put{Kind::Mark, marks::hal_instance, instance, PowerUp::urgency(ctx.state)});
    // Both processes are new because the machine was off.
    if (first && had_run_ && ctx.state.power_was_lost) {
        supply_ = Supply::Present;
        power_up_.begin(ctx);
    }
}

bool Mains::seen(Context& ctx) {
    const auto& connectors = ctx.state.connectors;
    const bool missing =
        std::any_of(connectors.begin(), connectors.end(), [](const Connector& connector) {
            return connector.reading() && !connector.reading()->mains;
        });
    if (missing) {
        if (supply_ != Supply::Lost) lost(ctx);
        return false;
    }
    const auto before = std::exchange(supply_, Supply::Present);
    if (before != Supply::Present) power_up_.begin(ctx);
    if (before != Supply::Lost) return false;
    ctx.note(Severity::Warning, "mains", "the supply is back: everything begins anew");
    return true;
}

void Mains::lost(Context& ctx) {
    if (std::exchange(supply_, Supply::Lost) == Supply::Present) PowerUp::keep_loss(ctx);
    ctx.note(Severity::Error, "mains", "the supply is lost");
    ctx.state.restarting = true;
    for (auto& connector : ctx.state.connectors) {
        if (connector.stage() == Stage::Running)
            connector.ask_stop(wire::Reason::PowerLoss);
        else if (connector.transaction)
            ctx.state.ledger.keep(*connector.transaction, Durability::Now, ctx.out);
    }
}

}  // namespace ocpp::features
