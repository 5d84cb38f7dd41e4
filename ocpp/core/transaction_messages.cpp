// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/transaction_messages.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/core_profile.hpp"
#include "ocpp/wire/security.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace ocpp::core {
namespace {

std::int32_t register_value(units::WattHours energy) {
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(energy.count, 0, std::numeric_limits<std::int32_t>::max()));
}

template <class T>
bool is(const std::string& payload) {
    return bool(shared::parse_text<T>(payload, stored_bounds));
}

// A vendor's message is a text, often with JSON inside.
bool is_data_transfer(const std::string& payload) {
    const auto request = shared::parse_text<wire::DataTransferRequest>(payload, stored_bounds);
    return request && (!request->data || shared::parse_json(*request->data, stored_bounds));
}

// Each member "timestamp", as deep as it may be.
bool shift_times(shared::Json& json, const Clock::Shift& shift) {
    bool moved = false;
    for (auto it = json.begin(); it != json.end(); ++it) {
        if (it->is_structured()) {
            moved = shift_times(*it, shift) || moved;
        } else if (json.is_object() && it.key() == "timestamp" && it->is_string()) {
            auto time = wire::DateTime::from_text(it->get_ref<const std::string&>());
            if (!time || !shift_time(time->point, shift)) continue;
            *it = time->to_text();
            moved = true;
        }
    }
    return moved;
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
        case QueuedKind::SecurityEventNotification:
            return is<wire::SecurityEventNotificationRequest>(message.payload);
    }
    return false;
}

}  // namespace

bool shift_time(Instant& at, const Clock::Shift& shift) {
    return std::exchange(at, shift.applied(at)) != at;
}

bool nameless(const TransactionRecord& record) {
    return record.server_id ? *record.server_id == unknown_transaction_id : record.start_given_up;
}

bool means(wire::TransactionId id, const TransactionRecord& record) {
    if (id == 0 || id == unknown_transaction_id) return nameless(record);
    return record.server_id == id;
}

wire::StartTransactionRequest start_request(const TransactionRecord& record) {
    return {.connector_id = record.connector,
            .id_tag = wire::IdToken::kept(record.id_tag),
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
    if (!record.stop_wish->id_tag.empty())
        request.id_tag = wire::IdToken::kept(record.stop_wish->id_tag);
    return request;
}

std::string with_transaction_id(const std::string& payload, wire::TransactionId transaction_id) {
    auto json = shared::Json::parse(payload, nullptr, false);
    json["transactionId"] = transaction_id;
    return shared::dump(json);
}

bool carries_data(const QueuedMessage& message) {
    if (message.kind != QueuedKind::StopTransaction) return false;
    return shared::Json::parse(message.payload, nullptr, false).contains("transactionData");
}

std::string without_data(const std::string& payload) {
    auto json = shared::Json::parse(payload, nullptr, false);
    json.erase("transactionData");
    return shared::dump(json);
}

bool shift_times(QueuedMessage& message, const Clock::Shift& shift) {
    auto payload = shared::Json::parse(message.payload, nullptr, false);
    bool moved = shift_times(payload, shift);
    // A vendor's message is a text with its time inside.
    const auto text = payload.find("data");
    if (message.kind == QueuedKind::DataTransfer && text != payload.end()) {
        auto data = shared::Json::parse(text->get_ref<const std::string&>(), nullptr, false);
        if (shift_times(data, shift)) {
            *text = shared::dump(data);
            moved = true;
        }
    }
    if (moved) message.payload = shared::dump(payload);
    return moved;
}

Mended mend(QueuedMessage& message, const TransactionRecord* record) {
    if (whole(message)) return Mended::Whole;
    if (record == nullptr) return Mended::Lost;
    if (message.kind == QueuedKind::StartTransaction)
        message.payload = shared::to_text(start_request(*record));
    else if (message.kind == QueuedKind::StopTransaction && record->stop && record->stop_wish)
        message.payload = shared::to_text(stop_request(*record));
    return whole(message) ? Mended::Rebuilt : Mended::Lost;
}

}  // namespace ocpp::core
