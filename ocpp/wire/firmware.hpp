// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 FirmwareManagement profile.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class DiagnosticsStatus { Idle, Uploaded, UploadFailed, Uploading };
constexpr auto names(DiagnosticsStatus) {
    return std::array{"Idle", "Uploaded", "UploadFailed", "Uploading"};
}

struct GetDiagnosticsRequest {
    std::string location{};  // URI of a directory
    std::optional<std::int32_t> retries{};
    std::optional<std::int32_t> retry_interval{};  // seconds
    std::optional<DateTime> start_time{};
    std::optional<DateTime> stop_time{};

    bool operator==(const GetDiagnosticsRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"location", &GetDiagnosticsRequest::location},
                  Field{"retries", &GetDiagnosticsRequest::retries},
                  Field{"retryInterval", &GetDiagnosticsRequest::retry_interval},
                  Field{"startTime", &GetDiagnosticsRequest::start_time},
                  Field{"stopTime", &GetDiagnosticsRequest::stop_time});
    }
};

struct GetDiagnosticsResponse {
    std::optional<Text<255>> file_name{};  // absent: nothing to upload

    bool operator==(const GetDiagnosticsResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"fileName", &GetDiagnosticsResponse::file_name});
    }
};

struct DiagnosticsStatusNotificationRequest {
    DiagnosticsStatus status{};

    bool operator==(const DiagnosticsStatusNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &DiagnosticsStatusNotificationRequest::status});
    }
};

struct DiagnosticsStatusNotificationResponse {
    bool operator==(const DiagnosticsStatusNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct UpdateFirmwareRequest {
    std::string location{};  // URI of the file
    std::optional<std::int32_t> retries{};
    DateTime retrieve_date{};
    std::optional<std::int32_t> retry_interval{};  // seconds

    bool operator==(const UpdateFirmwareRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"location", &UpdateFirmwareRequest::location},
                  Field{"retries", &UpdateFirmwareRequest::retries},
                  Field{"retrieveDate", &UpdateFirmwareRequest::retrieve_date},
                  Field{"retryInterval", &UpdateFirmwareRequest::retry_interval});
    }
};

struct UpdateFirmwareResponse {
    bool operator==(const UpdateFirmwareResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

enum class FirmwareStatus {
    Downloaded,
    DownloadFailed,
    Downloading,
    Idle,
    InstallationFailed,
    Installing,
    Installed
};
constexpr auto names(FirmwareStatus) {
    return std::array{"Downloaded",         "DownloadFailed", "Downloading", "Idle",
                      "InstallationFailed", "Installing",     "Installed"};
}

struct FirmwareStatusNotificationRequest {
    FirmwareStatus status{};

    bool operator==(const FirmwareStatusNotificationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &FirmwareStatusNotificationRequest::status});
    }
};

struct FirmwareStatusNotificationResponse {
    bool operator==(const FirmwareStatusNotificationResponse&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

}  // namespace ocpp::wire
