// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/unlocking.hpp"

#include "ocpp/wire/frame.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using wire::UnlockStatus;

namespace {

bool lock_fails(const Connector& connector) {
    const auto& reading = connector.reading();
    return reading &&
           std::any_of(reading->faults.begin(), reading->faults.end(), [](const hal::Fault& fault) {
               return fault.code == hal::FaultCode::ConnectorLock;
           });
}

}  // namespace

std::optional<wire::UnlockConnectorResponse> Unlocking::handle(
    Context& ctx, const std::string& id, const wire::UnlockConnectorRequest& request) {
    auto* connector = ctx.state.connector(request.connector_id);
    // Nothing to unlock: a transaction there goes on.
    if (connector == nullptr || !connector->has_socket())
        return wire::UnlockConnectorResponse{UnlockStatus::NotSupported};
    if (asked_.size() >= max_waiting)
        return wire::UnlockConnectorResponse{UnlockStatus::UnlockFailed};
    if (connector->stage() == Stage::Running)
        connector->ask_stop(wire::Reason::UnlockCommand);
    else if (connector->stage() == Stage::Preparing && connector->authorization())
        connector->pull(Trigger::Deauthorized, ctx.now);
    connector->release();
    asked_.push_back({id, connector->id(), ctx.now.steady + patience, !lock_fails(*connector)});
    return std::nullopt;
}

void Unlocking::advance(Context& ctx) {
    std::erase_if(asked_, [&ctx](Asked& asked) {
        const auto& connector = *ctx.state.connector(asked.connector);
        const bool open = connector.reading() && !connector.hal_lost() &&
                          !connector.reading()->locked && !connector.transaction;
        const bool fails = lock_fails(connector);
        if (!open && !(fails && asked.was_sound) && ctx.now.steady < asked.deadline) {
            asked.was_sound = asked.was_sound || !fails;
            return false;
        }
        const auto status = open ? UnlockStatus::Unlocked : UnlockStatus::UnlockFailed;
        ctx.note(open ? Severity::Info : Severity::Warning, "lock",
                 "connector " + std::to_string(asked.connector) + ": " +
                     std::string(shared::name_of(status)),
                 {{"connector", asked.connector}});
        const wire::UnlockConnectorResponse response{status};
        ctx.out.frames.push_back(
            {wire::encode_result(asked.id, shared::to_text(response)), "UnlockConnector"});
        return true;
    });
}

std::set<int> Unlocking::waiting() const {
    std::set<int> connectors;
    for (const auto& asked : asked_) connectors.insert(asked.connector);
    return connectors;
}

Deadline Unlocking::wake_at() const {
    Deadline next;
    for (const auto& asked : asked_) next = earlier(next, asked.deadline);
    return next;
}

}  // namespace ocpp::features
