// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/availability.hpp"

namespace ocpp::features {

using namespace core;
using wire::AvailabilityStatus;

namespace {

// A session that has begun is let finish. From Preparing there is no way to Unavailable in the
// table of OCPP 1.6 4.9 (no B8), so that it waits, too.
bool busy(const Connector& connector) {
    return connector.stage() == Stage::Preparing || connector.stage() == Stage::Running ||
           connector.stage() == Stage::Stopping;
}

void apply(Context& ctx, ConnectorRecord& record, bool operative) {
    record.operative = operative;
    record.scheduled.reset();
    ctx.out.changes.push_back(PutConnector{record, Durability::Now});
}

// A vehicle that is still there finds the connector Preparing: the table has no way from
// Unavailable to Finishing (no H6).
void apply(Context& ctx, Connector& connector, bool operative) {
    apply(ctx, connector.record, operative);
    if (operative) connector.pull(Trigger::BackInService, ctx.now);
}

AvailabilityStatus change(Context& ctx, Connector& connector, bool operative) {
    // Only what takes a connector away from a session has to wait for it.
    if (operative || !busy(connector) || !connector.record.operative) {
        if (connector.record.operative != operative || connector.record.scheduled)
            apply(ctx, connector, operative);
        return AvailabilityStatus::Accepted;
    }
    connector.record.scheduled = operative;
    ctx.out.changes.push_back(PutConnector{connector.record, Durability::Now});
    return AvailabilityStatus::Scheduled;
}

}  // namespace

Answer<wire::ChangeAvailabilityResponse> Availability::handle(
    Context& ctx, const wire::ChangeAvailabilityRequest& request) {
    const bool operative = request.type == wire::AvailabilityType::Operative;
    if (request.connector_id != 0) {
        auto* connector = ctx.state.connector(request.connector_id);
        if (connector == nullptr)
            return wire::ChangeAvailabilityResponse{AvailabilityStatus::Rejected};
        return wire::ChangeAvailabilityResponse{change(ctx, *connector, operative)};
    }
    // The whole charge point: idle connectors change at once, only the busy ones wait.
    auto status = AvailabilityStatus::Accepted;
    if (ctx.state.whole.operative != operative) apply(ctx, ctx.state.whole, operative);
    for (auto& connector : ctx.state.connectors)
        if (change(ctx, connector, operative) == AvailabilityStatus::Scheduled)
            status = AvailabilityStatus::Scheduled;
    return wire::ChangeAvailabilityResponse{status};
}

void Availability::advance(Context& ctx) {
    // After a start it is not known before the first reading whether a visit goes on.
    for (auto& connector : ctx.state.connectors)
        if (connector.record.scheduled && connector.reading() && !busy(connector))
            apply(ctx, connector, *connector.record.scheduled);
}

}  // namespace ocpp::features
