// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/security/enclosure.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

namespace {

bool shows_tampering(const Connector& connector) {
    const auto& reading = connector.reading();
    if (!reading || connector.hal_lost()) return false;
    return std::ranges::any_of(reading->faults, [](const hal::Fault& fault) {
        return fault.code == hal::FaultCode::Tamper;
    });
}

bool seen(const Connector& connector) {
    return connector.reading().has_value() && !connector.hal_lost();
}

}  // namespace

void Enclosure::advance(Context& ctx) {
    auto& events = ctx.state.security_events;
    if (std::ranges::any_of(ctx.state.connectors, shows_tampering)) {
        closed_since_.reset();
        return events.cause_began(ctx, SecurityEvent::TamperDetectionActivated,
                                  "the enclosure is open");
    }
    const bool closed = std::ranges::all_of(ctx.state.connectors, seen);
    if (!closed || !events.lasts(SecurityEvent::TamperDetectionActivated))
        return closed_since_.reset();
    if (!closed_since_) closed_since_ = ctx.now.steady;
    if (*closed_since_ + closed_for > ctx.now.steady) return;
    closed_since_.reset();
    events.cause_ended(ctx, SecurityEvent::TamperDetectionActivated);
}

Deadline Enclosure::wake_at() const {
    return closed_since_ ? Deadline{*closed_since_ + closed_for} : std::nullopt;
}

}  // namespace ocpp::features
