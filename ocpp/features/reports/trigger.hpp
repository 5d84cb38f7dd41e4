// SPDX-License-Identifier: Apache-2.0
#pragma once
// TriggerMessage and ExtendedTriggerMessage: what may be asked for, and of which connectors.
// OCPP 1.6 5.17. The messages themselves belong to their features; the map in charge_point.cpp asks
// them.

#include "ocpp/core/context.hpp"
#include "ocpp/wire/remote_trigger.hpp"
#include "ocpp/wire/security.hpp"

#include <vector>

namespace ocpp::features {

struct TriggerVerdict {
    wire::TriggerMessageStatus status{};
    std::vector<int> connectors;  // for StatusNotification and MeterValues
};

TriggerVerdict judge(const core::State& state, const wire::TriggerMessageRequest& request);
TriggerVerdict judge(const core::State& state, const wire::ExtendedTriggerMessageRequest& request);

}  // namespace ocpp::features
