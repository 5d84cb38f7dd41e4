// SPDX-License-Identifier: Apache-2.0
#pragma once
// "Improved security for OCPP 1.6-J", edition 3, sections 5 and 6.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/remote_trigger.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class HashAlgorithm { SHA256, SHA384, SHA512 };
constexpr auto names(HashAlgorithm) { return std::array{"SHA256", "SHA384", "SHA512"}; }

struct CertificateHashData {
    HashAlgorithm hash_algorithm{};
    Text<128> issuer_name_hash{};  // hex
    Text<128> issuer_key_hash{};   // hex
    Text<40> serial_number{};      // hex without leading zeros

    bool operator==(const CertificateHashData&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"hashAlgorithm", &CertificateHashData::hash_algorithm},
                  Field{"issuerNameHash", &CertificateHashData::issuer_name_hash},
                  Field{"issuerKeyHash", &CertificateHashData::issuer_key_hash},
                  Field{"serialNumber", &CertificateHashData::serial_number});
    }
};

enum class CertificateUse { CentralSystemRootCertificate, ManufacturerRootCertificate };
constexpr auto names(CertificateUse) {
    return std::array{"CentralSystemRootCertificate", "ManufacturerRootCertificate"};
}

enum class GenericStatus { Accepted, Rejected };
constexpr auto names(GenericStatus) { return std::array{"Accepted", "Rejected"}; }

struct SignCertificateRequest {
    Text<5500> csr{};  // PEM, PKCS#10

    bool operator==(const SignCertificateRequest&) const = default;
    static constexpr auto fields(auto of) { return of(Field{"csr", &SignCertificateRequest::csr}); }
};

struct SignCertificateResponse {
    GenericStatus status{};

    bool operator==(const SignCertificateResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &SignCertificateResponse::status});
    }
};

struct CertificateSignedRequest {
    Text<10000> certificate_chain{};  // PEM

    bool operator==(const CertificateSignedRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"certificateChain", &CertificateSignedRequest::certificate_chain});
    }
};

struct CertificateSignedResponse {
    GenericStatus status{};

    bool operator==(const CertificateSignedResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &CertificateSignedResponse::status});
    }
};

enum class DeleteCertificateStatus { Accepted, Failed, NotFound };
constexpr auto names(DeleteCertificateStatus) {
    return std::array{"Accepted", "Failed", "NotFound"};
}

struct DeleteCertificateRequest {
    CertificateHashData certificate_hash_data{};

    bool operator==(const DeleteCertificateRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"certificateHashData", &DeleteCertificateRequest::certificate_hash_data});
    }
};

struct DeleteCertificateResponse {
    DeleteCertificateStatus status{};

    bool operator==(const DeleteCertificateResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &DeleteCertificateResponse::status});
    }
};

enum class GetInstalledCertificateStatus { Accepted, NotFound };
constexpr auto names(GetInstalledCertificateStatus) { return std::array{"Accepted", "NotFound"}; }

struct GetInstalledCertificateIdsRequest {
    CertificateUse certificate_type{};

    bool operator==(const GetInstalledCertificateIdsRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"certificateType", &GetInstalledCertificateIdsRequest::certificate_type});
    }
};

struct GetInstalledCertificateIdsResponse {
    GetInstalledCertificateStatus status{};
    std::optional<List<CertificateHashData, 1, max_certificates>>
        certificate_hash_data{};  // absent: none

    bool operator==(const GetInstalledCertificateIdsResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &GetInstalledCertificateIdsResponse::status},
                  Field{"certificateHashData",
                        &GetInstalledCertificateIdsResponse::certificate_hash_data});
    }
};

enum class InstallCertificateStatus { Accepted, Failed, Rejected };
constexpr auto names(InstallCertificateStatus) {
    return std::array{"Accepted", "Failed", "Rejected"};
}

struct InstallCertificateRequest {
    CertificateUse certificate_type{};
    Text<5500> certificate{};  // PEM

    bool operator==(const InstallCertificateRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"certificateType", &InstallCertificateRequest::certificate_type},
                  Field{"certificate", &InstallCertificateRequest::certificate});
    }
};

struct InstallCertificateResponse {
    InstallCertificateStatus status{};

    bool operator==(const InstallCertificateResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &InstallCertificateResponse::status});
    }
};

// Here FirmwareStatusNotification asks for SignedFirmwareStatusNotification.
enum class ExtendedMessageTrigger {
    BootNotification,
    LogStatusNotification,
    FirmwareStatusNotification,
    Heartbeat,
    MeterValues,
    SignChargePointCertificate,
    StatusNotification
};
constexpr auto names(ExtendedMessageTrigger) {
    return std::array{"BootNotification",  "LogStatusNotification", "FirmwareStatusNotification",
                      "Heartbeat",         "MeterValues",           "SignChargePointCertificate",
                      "StatusNotification"};
}

struct ExtendedTriggerMessageRequest {
    ExtendedMessageTrigger requested_message{};
    std::optional<std::int32_t> connector_id{};

    bool operator==(const ExtendedTriggerMessageRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"requestedMessage", &ExtendedTriggerMessageRequest::requested_message},
                  Field{"connectorId", &ExtendedTriggerMessageRequest::connector_id});
    }
};

struct ExtendedTriggerMessageResponse {
    TriggerMessageStatus status{};

    bool operator==(const ExtendedTriggerMessageResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ExtendedTriggerMessageResponse::status});
    }
};

enum class LogType { DiagnosticsLog, SecurityLog };
constexpr auto names(LogType) { return std::array{"DiagnosticsLog", "SecurityLog"}; }

struct LogParameters {
    Text<512> remote_location{};  // URI of a directory
    std::optional<DateTime> oldest_timestamp{};
    std::optional<DateTime> latest_timestamp{};

    bool operator==(const LogParameters&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"remoteLocation", &LogParameters::remote_location},
                  Field{"oldestTimestamp", &LogParameters::oldest_timestamp},
                  Field{"latestTimestamp", &LogParameters::latest_timestamp});
    }
};

enum class LogStatus { Accepted, Rejected, AcceptedCanceled };
constexpr auto names(LogStatus) { return std::array{"Accepted", "Rejected", "AcceptedCanceled"}; }

struct GetLogRequest {
    LogParameters log{};
    LogType log_type{};
    std::int32_t request_id{};
    std::optional<std::int32_t> retries{};
    std::optional<std::int32_t> retry_interval{};  // seconds

    bool operator==(const GetLogRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"log", &GetLogRequest::log}, Field{"logType", &GetLogRequest::log_type},
                  Field{"requestId", &GetLogRequest::request_id},
                  Field{"retries", &GetLogRequest::retries},
                  Field{"retryInterval", &GetLogRequest::retry_interval});
    }
};

struct GetLogResponse {
    LogStatus status{};
    std::optional<Text<255>> filename{};  // lower case, unlike fileName of GetDiagnostics

    bool operator==(const GetLogResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &GetLogResponse::status},
                  Field{"filename", &GetLogResponse::filename});
    }
};

enum class UploadLogStatus {
    BadMessage,
    Idle,
    NotSupportedOperation,
    PermissionDenied,
    Uploaded,
    UploadFailure,
    Uploading
};
constexpr auto names(UploadLogStatus) {
    return std::array{"BadMessage",       "Idle",     "NotSupportedOperation",
                      "PermissionDenied", "Uploaded", "UploadFailure",
                      "Uploading"};
}

struct LogStatusNotificationRequest {
    UploadLogStatus status{};
    std::optional<std::int32_t> request_id{};  // absent only when Idle

    bool operator==(const LogStatusNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &LogStatusNotificationRequest::status},
                  Field{"requestId", &LogStatusNotificationRequest::request_id});
    }
};

struct LogStatusNotificationResponse {
    bool operator==(const LogStatusNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct SecurityEventNotificationRequest {
    Text<50> type{};
    DateTime timestamp{};
    std::optional<Text<255>> tech_info{};

    bool operator==(const SecurityEventNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"type", &SecurityEventNotificationRequest::type},
                  Field{"timestamp", &SecurityEventNotificationRequest::timestamp},
                  Field{"techInfo", &SecurityEventNotificationRequest::tech_info});
    }
};

struct SecurityEventNotificationResponse {
    bool operator==(const SecurityEventNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

enum class SignedFirmwareStatus {
    Downloaded,
    DownloadFailed,
    Downloading,
    DownloadScheduled,
    DownloadPaused,
    Idle,
    InstallationFailed,
    Installing,
    Installed,
    InstallRebooting,
    InstallScheduled,
    InstallVerificationFailed,
    InvalidSignature,
    SignatureVerified
};
constexpr auto names(SignedFirmwareStatus) {
    return std::array{"Downloaded",         "DownloadFailed",   "Downloading",
                      "DownloadScheduled",  "DownloadPaused",   "Idle",
                      "InstallationFailed", "Installing",       "Installed",
                      "InstallRebooting",   "InstallScheduled", "InstallVerificationFailed",
                      "InvalidSignature",   "SignatureVerified"};
}

struct SignedFirmwareStatusNotificationRequest {
    SignedFirmwareStatus status{};
    std::optional<std::int32_t> request_id{};  // absent only when Idle

    bool operator==(const SignedFirmwareStatusNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &SignedFirmwareStatusNotificationRequest::status},
                  Field{"requestId", &SignedFirmwareStatusNotificationRequest::request_id});
    }
};

struct SignedFirmwareStatusNotificationResponse {
    bool operator==(const SignedFirmwareStatusNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct Firmware {
    Text<512> location{};  // URI of the file
    DateTime retrieve_date_time{};
    std::optional<DateTime> install_date_time{};
    Text<5500> signing_certificate{};  // PEM
    Text<800> signature{};             // base64

    bool operator==(const Firmware&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"location", &Firmware::location},
                  Field{"retrieveDateTime", &Firmware::retrieve_date_time},
                  Field{"installDateTime", &Firmware::install_date_time},
                  Field{"signingCertificate", &Firmware::signing_certificate},
                  Field{"signature", &Firmware::signature});
    }
};

enum class UpdateFirmwareStatus {
    Accepted,
    Rejected,
    AcceptedCanceled,
    InvalidCertificate,
    RevokedCertificate
};
constexpr auto names(UpdateFirmwareStatus) {
    return std::array{"Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate",
                      "RevokedCertificate"};
}

struct SignedUpdateFirmwareRequest {
    std::optional<std::int32_t> retries{};
    std::optional<std::int32_t> retry_interval{};  // seconds
    std::int32_t request_id{};
    Firmware firmware{};

    bool operator==(const SignedUpdateFirmwareRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"retries", &SignedUpdateFirmwareRequest::retries},
                  Field{"retryInterval", &SignedUpdateFirmwareRequest::retry_interval},
                  Field{"requestId", &SignedUpdateFirmwareRequest::request_id},
                  Field{"firmware", &SignedUpdateFirmwareRequest::firmware});
    }
};

struct SignedUpdateFirmwareResponse {
    UpdateFirmwareStatus status{};

    bool operator==(const SignedUpdateFirmwareResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &SignedUpdateFirmwareResponse::status});
    }
};

}  // namespace ocpp::wire
