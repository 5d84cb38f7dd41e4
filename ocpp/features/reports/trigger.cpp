// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/trigger.hpp"

namespace ocpp::features {

using namespace core;
using wire::MessageTrigger;
using wire::TriggerMessageStatus;

namespace {

TriggerVerdict judge(const State& state, MessageTrigger message,
                     const std::optional<std::int32_t>& connector) {
    const bool per_connector =
        message == MessageTrigger::StatusNotification || message == MessageTrigger::MeterValues;
    if (!per_connector) return {TriggerMessageStatus::Accepted, {}};

    // Connector 0 has a status; meter values come from connectors.
    const int first = message == MessageTrigger::StatusNotification ? 0 : 1;
    const int last = static_cast<int>(state.connectors.size());
    if (!connector) {
        TriggerVerdict verdict{TriggerMessageStatus::Accepted, {}};
        for (int id = first; id <= last; ++id) verdict.connectors.push_back(id);
        return verdict;
    }
    if (*connector < first || *connector > last) return {TriggerMessageStatus::Rejected, {}};
    return {TriggerMessageStatus::Accepted, {*connector}};
}

}  // namespace

TriggerVerdict judge(const State& state, const wire::TriggerMessageRequest& request) {
    return judge(state, request.requested_message, request.connector_id);
}

TriggerVerdict judge(const State& state, const wire::ExtendedTriggerMessageRequest& request) {
    const auto same = shared::enum_from<MessageTrigger>(shared::name_of(request.requested_message));
    if (!same) return {TriggerMessageStatus::Accepted, {}};
    return judge(state, *same, request.connector_id);
}

}  // namespace ocpp::features
