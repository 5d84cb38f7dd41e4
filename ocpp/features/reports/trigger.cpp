// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/trigger.hpp"

namespace ocpp::features {

using namespace core;
using wire::MessageTrigger;
using wire::TriggerMessageStatus;

TriggerVerdict judge(const State& state, const wire::TriggerMessageRequest& request) {
    const bool per_connector = request.requested_message == MessageTrigger::StatusNotification ||
                               request.requested_message == MessageTrigger::MeterValues;
    if (!per_connector) return {TriggerMessageStatus::Accepted, {}};

    // Connector 0 has a status; meter values come from connectors.
    const int first = request.requested_message == MessageTrigger::StatusNotification ? 0 : 1;
    const int last = static_cast<int>(state.connectors.size());
    if (!request.connector_id) {
        TriggerVerdict verdict{TriggerMessageStatus::Accepted, {}};
        for (int id = first; id <= last; ++id) verdict.connectors.push_back(id);
        return verdict;
    }
    if (*request.connector_id < first || *request.connector_id > last)
        return {TriggerMessageStatus::Rejected, {}};
    return {TriggerMessageStatus::Accepted, {*request.connector_id}};
}

}  // namespace ocpp::features
