// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 Core profile, the messages of a transaction: who may charge, start, meter values, stop.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/charging_profile.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/meter_value.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

struct AuthorizeRequest {
    IdToken id_tag{};

    bool operator==(const AuthorizeRequest&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"idTag", &AuthorizeRequest::id_tag}); }
};

struct AuthorizeResponse {
    IdTagInfo id_tag_info{};

    bool operator==(const AuthorizeResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTagInfo", &AuthorizeResponse::id_tag_info});
    }
};

struct StartTransactionRequest {
    std::int32_t connector_id{};
    IdToken id_tag{};
    std::int32_t meter_start{};  // Wh
    std::optional<std::int32_t> reservation_id{};
    DateTime timestamp{};

    bool operator==(const StartTransactionRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &StartTransactionRequest::connector_id},
                  Field{"idTag", &StartTransactionRequest::id_tag},
                  Field{"meterStart", &StartTransactionRequest::meter_start},
                  Field{"reservationId", &StartTransactionRequest::reservation_id},
                  Field{"timestamp", &StartTransactionRequest::timestamp});
    }
};

struct StartTransactionResponse {
    IdTagInfo id_tag_info{};
    TransactionId transaction_id{};

    bool operator==(const StartTransactionResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTagInfo", &StartTransactionResponse::id_tag_info},
                  Field{"transactionId", &StartTransactionResponse::transaction_id});
    }
};

enum class Reason {
    DeAuthorized,
    EmergencyStop,
    EVDisconnected,
    HardReset,
    Local,
    Other,
    PowerLoss,
    Reboot,
    Remote,
    SoftReset,
    UnlockCommand
};
constexpr auto names(Reason) {
    return std::array{"DeAuthorized", "EmergencyStop", "EVDisconnected", "HardReset",
                      "Local",        "Other",         "PowerLoss",      "Reboot",
                      "Remote",       "SoftReset",     "UnlockCommand"};
}

struct StopTransactionRequest {
    std::optional<IdToken> id_tag{};
    std::int32_t meter_stop{};  // Wh
    DateTime timestamp{};
    TransactionId transaction_id{};
    std::optional<Reason> reason{};  // absent: Local
    std::optional<List<MeterValue, 0, max_meter_values>> transaction_data{};

    bool operator==(const StopTransactionRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTag", &StopTransactionRequest::id_tag},
                  Field{"meterStop", &StopTransactionRequest::meter_stop},
                  Field{"timestamp", &StopTransactionRequest::timestamp},
                  Field{"transactionId", &StopTransactionRequest::transaction_id},
                  Field{"reason", &StopTransactionRequest::reason},
                  Field{"transactionData", &StopTransactionRequest::transaction_data});
    }
};

struct StopTransactionResponse {
    std::optional<IdTagInfo> id_tag_info{};

    bool operator==(const StopTransactionResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTagInfo", &StopTransactionResponse::id_tag_info});
    }
};

struct MeterValuesRequest {
    std::int32_t connector_id{};
    std::optional<TransactionId> transaction_id{};
    List<MeterValue, 1, max_meter_values> meter_value{};

    bool operator==(const MeterValuesRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &MeterValuesRequest::connector_id},
                  Field{"transactionId", &MeterValuesRequest::transaction_id},
                  Field{"meterValue", &MeterValuesRequest::meter_value});
    }
};

struct MeterValuesResponse {
    bool operator==(const MeterValuesResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

enum class RemoteStartStopStatus { Accepted, Rejected };
constexpr auto names(RemoteStartStopStatus) { return std::array{"Accepted", "Rejected"}; }

struct RemoteStartTransactionRequest {
    std::optional<std::int32_t> connector_id{};
    IdToken id_tag{};
    std::optional<ChargingProfile> charging_profile{};

    bool operator==(const RemoteStartTransactionRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &RemoteStartTransactionRequest::connector_id},
                  Field{"idTag", &RemoteStartTransactionRequest::id_tag},
                  Field{"chargingProfile", &RemoteStartTransactionRequest::charging_profile});
    }
};

struct RemoteStartTransactionResponse {
    RemoteStartStopStatus status{};

    bool operator==(const RemoteStartTransactionResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &RemoteStartTransactionResponse::status});
    }
};

struct RemoteStopTransactionRequest {
    TransactionId transaction_id{};

    bool operator==(const RemoteStopTransactionRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"transactionId", &RemoteStopTransactionRequest::transaction_id});
    }
};

struct RemoteStopTransactionResponse {
    RemoteStartStopStatus status{};

    bool operator==(const RemoteStopTransactionResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &RemoteStopTransactionResponse::status});
    }
};

}  // namespace ocpp::wire
