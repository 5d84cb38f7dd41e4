// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/free_charging.hpp"

#include "ocpp/config/keys/drivers.hpp"

namespace ocpp::features {

using namespace core;

void FreeCharging::advance(Context& ctx) const {
    const auto& config = ctx.state.config;
    if (ctx.state.restarting) return;
    for (auto& connector : ctx.state.connectors) {
        // A vehicle that has waited for long is Finishing, too, and has not charged. One that has
        // is Preparing again where the connector was out of service in between.
        const bool waits =
            (connector.stage() == Stage::Preparing || connector.stage() == Stage::Finishing) &&
            !connector.served();
        if (!ctx.state.charges_freely(connector.id()) || !waits || !connector.plugged() ||
            connector.reserved || !connector.can_start())
            continue;
        const auto id_tag = wire::IdToken::from_text(config.get(keys::rfid_tag_free_charging));
        if (!id_tag) continue;
        ctx.note(Severity::Info, "authorization",
                 "connector " + std::to_string(connector.id()) + " charges for free",
                 {{"idTag", id_tag->to_text()}});
        connector.authorize(
            {*id_tag, {}, Origin::Local, ctx.now.steady + config.get(keys::connection_time_out)},
            ctx.now);
    }
}

}  // namespace ocpp::features
