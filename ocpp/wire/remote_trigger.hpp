// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 RemoteTrigger profile.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class MessageTrigger {
    BootNotification,
    DiagnosticsStatusNotification,
    FirmwareStatusNotification,
    Heartbeat,
    MeterValues,
    StatusNotification
};
constexpr auto names(MessageTrigger) {
    return std::array{"BootNotification",
                      "DiagnosticsStatusNotification",
                      "FirmwareStatusNotification",
                      "Heartbeat",
                      "MeterValues",
                      "StatusNotification"};
}

enum class TriggerMessageStatus { Accepted, Rejected, NotImplemented };
constexpr auto names(TriggerMessageStatus) {
    return std::array{"Accepted", "Rejected", "NotImplemented"};
}

struct TriggerMessageRequest {
    MessageTrigger requested_message{};
    std::optional<std::int32_t> connector_id{};

    bool operator==(const TriggerMessageRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"requestedMessage", &TriggerMessageRequest::requested_message},
                  Field{"connectorId", &TriggerMessageRequest::connector_id});
    }
};

struct TriggerMessageResponse {
    TriggerMessageStatus status{};

    bool operator==(const TriggerMessageResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &TriggerMessageResponse::status});
    }
};

}  // namespace ocpp::wire
