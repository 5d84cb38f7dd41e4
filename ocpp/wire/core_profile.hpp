// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 Core profile: chapter 6 for the messages, chapter 7 for their types. Those of a
// transaction are in transactions.hpp.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/transactions.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class RegistrationStatus { Accepted, Pending, Rejected };
constexpr auto names(RegistrationStatus) { return std::array{"Accepted", "Pending", "Rejected"}; }

struct BootNotificationRequest {
    Text<20> charge_point_vendor{};
    Text<20> charge_point_model{};
    std::optional<Text<25>> charge_point_serial_number{};
    std::optional<Text<25>> charge_box_serial_number{};  // deprecated
    std::optional<Text<50>> firmware_version{};
    std::optional<Text<20>> iccid{};
    std::optional<Text<20>> imsi{};
    std::optional<Text<25>> meter_type{};
    std::optional<Text<25>> meter_serial_number{};

    bool operator==(const BootNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(
            Field{"chargePointVendor", &BootNotificationRequest::charge_point_vendor},
            Field{"chargePointModel", &BootNotificationRequest::charge_point_model},
            Field{"chargePointSerialNumber", &BootNotificationRequest::charge_point_serial_number},
            Field{"chargeBoxSerialNumber", &BootNotificationRequest::charge_box_serial_number},
            Field{"firmwareVersion", &BootNotificationRequest::firmware_version},
            Field{"iccid", &BootNotificationRequest::iccid},
            Field{"imsi", &BootNotificationRequest::imsi},
            Field{"meterType", &BootNotificationRequest::meter_type},
            Field{"meterSerialNumber", &BootNotificationRequest::meter_serial_number});
    }
};

struct BootNotificationResponse {
    RegistrationStatus status{};
    DateTime current_time{};
    std::int32_t interval{};  // seconds between heartbeats; unless accepted, until the next try

    bool operator==(const BootNotificationResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &BootNotificationResponse::status},
                  Field{"currentTime", &BootNotificationResponse::current_time},
                  Field{"interval", &BootNotificationResponse::interval});
    }
};

enum class AvailabilityType { Inoperative, Operative };
constexpr auto names(AvailabilityType) { return std::array{"Inoperative", "Operative"}; }

enum class AvailabilityStatus { Accepted, Rejected, Scheduled };
constexpr auto names(AvailabilityStatus) { return std::array{"Accepted", "Rejected", "Scheduled"}; }

struct ChangeAvailabilityRequest {
    std::int32_t connector_id{};  // 0: the charge point and all its connectors
    AvailabilityType type{};

    bool operator==(const ChangeAvailabilityRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &ChangeAvailabilityRequest::connector_id},
                  Field{"type", &ChangeAvailabilityRequest::type});
    }
};

struct ChangeAvailabilityResponse {
    AvailabilityStatus status{};

    bool operator==(const ChangeAvailabilityResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ChangeAvailabilityResponse::status});
    }
};

enum class ConfigurationStatus { Accepted, Rejected, RebootRequired, NotSupported };
constexpr auto names(ConfigurationStatus) {
    return std::array{"Accepted", "Rejected", "RebootRequired", "NotSupported"};
}

struct ChangeConfigurationRequest {
    Text<50> key{};
    Text<500> value{};

    bool operator==(const ChangeConfigurationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"key", &ChangeConfigurationRequest::key},
                  Field{"value", &ChangeConfigurationRequest::value});
    }
};

struct ChangeConfigurationResponse {
    ConfigurationStatus status{};

    bool operator==(const ChangeConfigurationResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ChangeConfigurationResponse::status});
    }
};

enum class ClearCacheStatus { Accepted, Rejected };
constexpr auto names(ClearCacheStatus) { return std::array{"Accepted", "Rejected"}; }

struct ClearCacheRequest {
    bool operator==(const ClearCacheRequest&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct ClearCacheResponse {
    ClearCacheStatus status{};

    bool operator==(const ClearCacheResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ClearCacheResponse::status});
    }
};

enum class DataTransferStatus { Accepted, Rejected, UnknownMessageId, UnknownVendorId };
constexpr auto names(DataTransferStatus) {
    return std::array{"Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"};
}

struct DataTransferRequest {
    Text<255> vendor_id{};
    std::optional<Text<50>> message_id{};
    std::optional<std::string> data{};

    bool operator==(const DataTransferRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"vendorId", &DataTransferRequest::vendor_id},
                  Field{"messageId", &DataTransferRequest::message_id},
                  Field{"data", &DataTransferRequest::data});
    }
};

struct DataTransferResponse {
    DataTransferStatus status{};
    std::optional<std::string> data{};

    bool operator==(const DataTransferResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &DataTransferResponse::status},
                  Field{"data", &DataTransferResponse::data});
    }
};

struct KeyValue {
    Text<50> key{};
    bool readonly{};
    std::optional<Text<500>> value{};

    bool operator==(const KeyValue&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"key", &KeyValue::key}, Field{"readonly", &KeyValue::readonly},
                  Field{"value", &KeyValue::value});
    }
};

struct GetConfigurationRequest {
    std::optional<List<Text<50>, 0, max_configuration_keys>> key{};  // absent or empty: every key

    bool operator==(const GetConfigurationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"key", &GetConfigurationRequest::key});
    }
};

struct GetConfigurationResponse {
    std::optional<List<KeyValue, 0, max_configuration_keys>> configuration_key{};
    std::optional<List<Text<50>, 0, max_configuration_keys>> unknown_key{};

    bool operator==(const GetConfigurationResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"configurationKey", &GetConfigurationResponse::configuration_key},
                  Field{"unknownKey", &GetConfigurationResponse::unknown_key});
    }
};

struct HeartbeatRequest {
    bool operator==(const HeartbeatRequest&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct HeartbeatResponse {
    DateTime current_time{};

    bool operator==(const HeartbeatResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"currentTime", &HeartbeatResponse::current_time});
    }
};

enum class ResetType { Hard, Soft };
constexpr auto names(ResetType) { return std::array{"Hard", "Soft"}; }

enum class ResetStatus { Accepted, Rejected };
constexpr auto names(ResetStatus) { return std::array{"Accepted", "Rejected"}; }

struct ResetRequest {
    ResetType type{};

    bool operator==(const ResetRequest&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"type", &ResetRequest::type}); }
};

struct ResetResponse {
    ResetStatus status{};

    bool operator==(const ResetResponse&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"status", &ResetResponse::status}); }
};

enum class ChargePointErrorCode {
    ConnectorLockFailure,
    EVCommunicationError,
    GroundFailure,
    HighTemperature,
    InternalError,
    LocalListConflict,
    NoError,
    OtherError,
    OverCurrentFailure,
    OverVoltage,
    PowerMeterFailure,
    PowerSwitchFailure,
    ReaderFailure,
    ResetFailure,
    UnderVoltage,
    WeakSignal
};
constexpr auto names(ChargePointErrorCode) {
    return std::array{
        "ConnectorLockFailure", "EVCommunicationError", "GroundFailure",     "HighTemperature",
        "InternalError",        "LocalListConflict",    "NoError",           "OtherError",
        "OverCurrentFailure",   "OverVoltage",          "PowerMeterFailure", "PowerSwitchFailure",
        "ReaderFailure",        "ResetFailure",         "UnderVoltage",      "WeakSignal"};
}

enum class ChargePointStatus {
    Available,
    Preparing,
    Charging,
    SuspendedEVSE,
    SuspendedEV,
    Finishing,
    Reserved,
    Unavailable,
    Faulted
};
constexpr auto names(ChargePointStatus) {
    return std::array{"Available", "Preparing", "Charging",    "SuspendedEVSE", "SuspendedEV",
                      "Finishing", "Reserved",  "Unavailable", "Faulted"};
}

struct StatusNotificationRequest {
    std::int32_t connector_id{};
    ChargePointErrorCode error_code{};
    std::optional<Text<50>> info{};
    ChargePointStatus status{};
    std::optional<DateTime> timestamp{};
    std::optional<Text<255>> vendor_id{};
    std::optional<Text<50>> vendor_error_code{};

    bool operator==(const StatusNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &StatusNotificationRequest::connector_id},
                  Field{"errorCode", &StatusNotificationRequest::error_code},
                  Field{"info", &StatusNotificationRequest::info},
                  Field{"status", &StatusNotificationRequest::status},
                  Field{"timestamp", &StatusNotificationRequest::timestamp},
                  Field{"vendorId", &StatusNotificationRequest::vendor_id},
                  Field{"vendorErrorCode", &StatusNotificationRequest::vendor_error_code});
    }
};

struct StatusNotificationResponse {
    bool operator==(const StatusNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

enum class UnlockStatus { Unlocked, UnlockFailed, NotSupported };
constexpr auto names(UnlockStatus) {
    return std::array{"Unlocked", "UnlockFailed", "NotSupported"};
}

struct UnlockConnectorRequest {
    std::int32_t connector_id{};

    bool operator==(const UnlockConnectorRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &UnlockConnectorRequest::connector_id});
    }
};

struct UnlockConnectorResponse {
    UnlockStatus status{};

    bool operator==(const UnlockConnectorResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &UnlockConnectorResponse::status});
    }
};

}  // namespace ocpp::wire
