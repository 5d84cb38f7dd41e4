// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/mains.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

bool Mains::seen(Context& ctx) {
    auto& connectors = ctx.state.connectors;
    const bool missing =
        std::any_of(connectors.begin(), connectors.end(), [](const Connector& connector) {
            return connector.reading() && !connector.reading()->mains;
        });
    if (missing == lost_) return false;
    lost_ = missing;
    if (!missing) {
        ctx.note(Severity::Warning, "mains", "the supply is back: everything begins anew");
        return true;
    }
    ctx.note(Severity::Error, "mains", "the supply is lost");
    ctx.state.restarting = true;
    for (auto& connector : connectors) {
        if (connector.stage() == Stage::Running)
            connector.asked_stop = AskedStop{wire::Reason::PowerLoss, {}};
        else if (connector.transaction)
            ctx.state.ledger.keep(*connector.transaction, Durability::Now, ctx.out);
    }
    return false;
}

}  // namespace ocpp::features
