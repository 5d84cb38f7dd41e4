// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/transaction_messages.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/core_profile.hpp"

#include <algorithm>
#include <limits>

namespace ocpp::core {
namespace {

// A stop with all its values is longer than what a peer may send.
constexpr shared::JsonLimits stored_limits{16 * wire::max_frame_bytes, wire::max_json_depth};

std::int32_t register_value(units::WattHours energy) {
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(energy.count, 0, std::numeric_limits<std::int32_t>::max()));
}

wire::IdToken id_token(const std::string& text) { return wire::IdToken{shared::Text<20>{text}}; }

template <class T>
bool is(const std::string& payload) {
    const auto json = shared::parse_json(payload, stored_limits);
    return json && shared::parse<T>(*json);
}

// A vendor's message is a text, often with JSON inside.
bool is_data_transfer(const std::string& payload) {
    const auto json = shared::parse_json(payload, stored_limits);
    if (!json) return false;
    const auto request = shared::parse<wire::DataTransferRequest>(*json);
    return request && (!request->data || shared::parse_json(*request->data, stored_limits));
}

bool whole(const QueuedMessage& message) {
    switch (message.kind) {
        case QueuedKind::StartTransaction:
            return is<wire::StartTransactionRequest>(message.payload);
        case QueuedKind::MeterValues: return is<wire::MeterValuesRequest>(message.payload);
        case QueuedKind::StopTransaction: return is<wire::StopTransactionRequest>(message.payload);
        case QueuedKind::TransactionData: return is<wire::MeterValue>(message.payload);
        case QueuedKind::StatusNotification:
            return is<wire::StatusNotificationRequest>(message.payload);
        case QueuedKind::DataTransfer: return is_data_transfer(message.payload);
    }
    return false;
}

}  // namespace

wire::StartTransactionRequest start_request(const TransactionRecord& record) {
    return {.connector_id = record.connector,
            .id_tag = id_token(record.id_tag),
            .meter_start = register_value(record.meter_start),
            .reservation_id = record.reservation_id,
            .timestamp = {record.started}};
}

wire::StopTransactionRequest stop_request(const TransactionRecord& record) {
    wire::StopTransactionRequest request{
        .id_tag = {},
        .meter_stop = register_value(record.stop->meter),
        .timestamp = {record.stop->at},
        .transaction_id = unknown_transaction_id,
        .reason = shared::enum_from<wire::Reason>(record.stop_wish->reason),
        .transaction_data = {}};
    if (!record.stop_wish->id_tag.empty()) request.id_tag = id_token(record.stop_wish->id_tag);
    return request;
}

Stored mend(QueuedMessage& message, const TransactionRecord* record) {
    if (whole(message)) return Stored::Whole;
    if (record == nullptr) return Stored::Lost;
    if (message.kind == QueuedKind::StartTransaction)
        message.payload = shared::dump(shared::to_json(start_request(*record)));
    else if (message.kind == QueuedKind::StopTransaction && record->stop && record->stop_wish)
        message.payload = shared::dump(shared::to_json(stop_request(*record)));
    return whole(message) ? Stored::Rebuilt : Stored::Lost;
}

}  // namespace ocpp::core
