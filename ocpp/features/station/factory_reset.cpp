// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/factory_reset.hpp"

namespace ocpp::features {

using namespace core;

void FactoryReset::seen(const Context& ctx, const hal::Reading& reading) {
    if (!reading.button) {
        released_ = true;
        held_since_.reset();
    } else if (released_ && !held_since_) {
        held_since_ = ctx.now.steady;
    }
}

bool FactoryReset::due(const Context& ctx) {
    if (!held_since_ || *held_since_ + hold_time > ctx.now.steady) return false;
    held_since_.reset();
    released_ = false;
    return true;
}

Deadline FactoryReset::wake_at() const {
    return held_since_ ? Deadline{*held_since_ + hold_time} : std::nullopt;
}

bool FactoryReset::begin(Context& ctx) {
    if (ctx.state.restarting) return false;
    begun_ = true;
    ctx.note(Severity::Warning, "reset", "back to factory values, asked for by a person here");
    for (auto& connector : ctx.state.connectors) connector.ask_stop(wire::Reason::Reboot);
    return true;
}

void FactoryReset::clear(Context& ctx) const {
    auto& state = ctx.state;
    state.cache.clear(ctx.out);
    state.local_list.clear(ctx.out);
    state.reservations.clear(ctx.out);
    const auto back_in_service = [&](ConnectorRecord& record) {
        record.operative = true;
        record.scheduled.reset();
        ctx.out.changes.push_back(PutConnector{record, Durability::Now});
    };
    back_in_service(state.whole);
    for (auto& connector : state.connectors) back_in_service(connector.record);
}

}  // namespace ocpp::features
