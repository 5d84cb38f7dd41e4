// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/reset.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

Answer<wire::ResetResponse> Reset::handle(Context& ctx, const wire::ResetRequest& request) {
    const bool hard = request.type == wire::ResetType::Hard;
    begin(ctx, hard ? RestartKind::Hard : RestartKind::Soft, "Reset by the central system");
    for (auto& connector : ctx.state.connectors)
        connector.ask_stop(hard ? wire::Reason::HardReset : wire::Reason::SoftReset);
    ctx.note(Severity::Warning, "reset",
             std::string(shared::name_of(request.type)) + " reset asked for by the central system");
    return wire::ResetResponse{wire::ResetStatus::Accepted};
}

void Reset::begin(Context& ctx, RestartKind kind, std::string_view why) {
    const bool hard = kind == RestartKind::Hard;
    ctx.state.security_events.happened(
        ctx, SecurityEvent::ResetOrReboot,
        std::string(hard ? "of the machine: " : "of the software: ") + std::string(why));
    // A soft reset in progress may be hardened, not the other way round.
    if (!kind_ || hard) kind_ = kind;
    deadline_ = earlier(deadline_, ctx.now.steady + (hard ? hard_patience : soft_patience));
    ctx.state.restarting = true;
}

void Reset::finish(Context& ctx) {
    if (!kind_) return;
    const auto& state = ctx.state;
    const bool sessions_over =
        std::none_of(state.connectors.begin(), state.connectors.end(),
                     [](const Connector& c) { return c.transaction.has_value(); });
    const bool delivered = !state.online() || (state.mailbox.idle() && state.ledger.empty());
    if ((!sessions_over || !delivered) && ctx.now.steady < *deadline_) return;
    // Ours was a stop on purpose: what was cut off by it was not a power loss.
    ctx.out.changes.push_back(Put{Kind::Mark, marks::clean_stop, "1", Durability::Now});
    ctx.out.restart = kind_;
    deadline_.reset();
    kind_.reset();
}

}  // namespace ocpp::features
