// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every action of OCPP 1.6 and its security extension, once: its name, its two payloads, and who
// may send it.

#include "ocpp/wire/core_profile.hpp"
#include "ocpp/wire/firmware.hpp"
#include "ocpp/wire/local_auth_list.hpp"
#include "ocpp/wire/remote_trigger.hpp"
#include "ocpp/wire/reservation.hpp"
#include "ocpp/wire/security.hpp"
#include "ocpp/wire/smart_charging.hpp"

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ocpp::wire {

enum class Sender { ChargePoint, CentralSystem, Both };

template <class RequestType, class ResponseType>
struct Action {
    using Request = RequestType;
    using Response = ResponseType;
    std::string_view name;
    Sender sender;
};

inline constexpr std::tuple catalogue{
    Action<AuthorizeRequest, AuthorizeResponse>{"Authorize", Sender::ChargePoint},
    Action<BootNotificationRequest, BootNotificationResponse>{"BootNotification",
                                                              Sender::ChargePoint},
    Action<CancelReservationRequest, CancelReservationResponse>{"CancelReservation",
                                                                Sender::CentralSystem},
    Action<CertificateSignedRequest, CertificateSignedResponse>{"CertificateSigned",
                                                                Sender::CentralSystem},
    Action<ChangeAvailabilityRequest, ChangeAvailabilityResponse>{"ChangeAvailability",
                                                                  Sender::CentralSystem},
    Action<ChangeConfigurationRequest, ChangeConfigurationResponse>{"ChangeConfiguration",
                                                                    Sender::CentralSystem},
    Action<ClearCacheRequest, ClearCacheResponse>{"ClearCache", Sender::CentralSystem},
    Action<ClearChargingProfileRequest, ClearChargingProfileResponse>{"ClearChargingProfile",
                                                                      Sender::CentralSystem},
    Action<DataTransferRequest, DataTransferResponse>{"DataTransfer", Sender::Both},
    Action<DeleteCertificateRequest, DeleteCertificateResponse>{"DeleteCertificate",
                                                                Sender::CentralSystem},
    Action<DiagnosticsStatusNotificationRequest, DiagnosticsStatusNotificationResponse>{
        "DiagnosticsStatusNotification", Sender::ChargePoint},
    Action<ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse>{"ExtendedTriggerMessage",
                                                                          Sender::CentralSystem},
    Action<FirmwareStatusNotificationRequest, FirmwareStatusNotificationResponse>{
        "FirmwareStatusNotification", Sender::ChargePoint},
    Action<GetCompositeScheduleRequest, GetCompositeScheduleResponse>{"GetCompositeSchedule",
                                                                      Sender::CentralSystem},
    Action<GetConfigurationRequest, GetConfigurationResponse>{"GetConfiguration",
                                                              Sender::CentralSystem},
    Action<GetDiagnosticsRequest, GetDiagnosticsResponse>{"GetDiagnostics", Sender::CentralSystem},
    Action<GetInstalledCertificateIdsRequest, GetInstalledCertificateIdsResponse>{
        "GetInstalledCertificateIds", Sender::CentralSystem},
    Action<GetLocalListVersionRequest, GetLocalListVersionResponse>{"GetLocalListVersion",
                                                                    Sender::CentralSystem},
    Action<GetLogRequest, GetLogResponse>{"GetLog", Sender::CentralSystem},
    Action<HeartbeatRequest, HeartbeatResponse>{"Heartbeat", Sender::ChargePoint},
    Action<InstallCertificateRequest, InstallCertificateResponse>{"InstallCertificate",
                                                                  Sender::CentralSystem},
    Action<LogStatusNotificationRequest, LogStatusNotificationResponse>{"LogStatusNotification",
                                                                        Sender::ChargePoint},
    Action<MeterValuesRequest, MeterValuesResponse>{"MeterValues", Sender::ChargePoint},
    Action<RemoteStartTransactionRequest, RemoteStartTransactionResponse>{"RemoteStartTransaction",
                                                                          Sender::CentralSystem},
    Action<RemoteStopTransactionRequest, RemoteStopTransactionResponse>{"RemoteStopTransaction",
                                                                        Sender::CentralSystem},
    Action<ReserveNowRequest, ReserveNowResponse>{"ReserveNow", Sender::CentralSystem},
    Action<ResetRequest, ResetResponse>{"Reset", Sender::CentralSystem},
    Action<SecurityEventNotificationRequest, SecurityEventNotificationResponse>{
        "SecurityEventNotification", Sender::ChargePoint},
    Action<SendLocalListRequest, SendLocalListResponse>{"SendLocalList", Sender::CentralSystem},
    Action<SetChargingProfileRequest, SetChargingProfileResponse>{"SetChargingProfile",
                                                                  Sender::CentralSystem},
    Action<SignCertificateRequest, SignCertificateResponse>{"SignCertificate", Sender::ChargePoint},
    Action<SignedFirmwareStatusNotificationRequest, SignedFirmwareStatusNotificationResponse>{
        "SignedFirmwareStatusNotification", Sender::ChargePoint},
    Action<SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse>{"SignedUpdateFirmware",
                                                                      Sender::CentralSystem},
    Action<StartTransactionRequest, StartTransactionResponse>{"StartTransaction",
                                                              Sender::ChargePoint},
    Action<StatusNotificationRequest, StatusNotificationResponse>{"StatusNotification",
                                                                  Sender::ChargePoint},
    Action<StopTransactionRequest, StopTransactionResponse>{"StopTransaction", Sender::ChargePoint},
    Action<TriggerMessageRequest, TriggerMessageResponse>{"TriggerMessage", Sender::CentralSystem},
    Action<UnlockConnectorRequest, UnlockConnectorResponse>{"UnlockConnector",
                                                            Sender::CentralSystem},
    Action<UpdateFirmwareRequest, UpdateFirmwareResponse>{"UpdateFirmware", Sender::CentralSystem},
};

namespace detail {

template <class Request, class... Rows>
constexpr std::size_t row_of(const std::tuple<Rows...>&) {
    std::size_t row = 0;
    static_cast<void>(((std::is_same_v<typename Rows::Request, Request> || (++row, false)) || ...));
    return row;
}

}  // namespace detail

// The row of a request; a request without a row does not compile.
template <class Request>
constexpr const auto& action_of() {
    return std::get<detail::row_of<Request>(catalogue)>(catalogue);
}

template <class Request>
using ResponseTo = typename std::remove_cvref_t<decltype(action_of<Request>())>::Response;

template <class Request>
inline constexpr Sender sender_of = action_of<Request>().sender;

constexpr bool may_send(Sender sender, Sender who) {
    return sender == who || sender == Sender::Both;
}

// Calls visit(row) with the row of that name, whose type tells the payloads:
//
//     template <class Request, class Response>
//     void operator()(const Action<Request, Response>& row);
//
// False if there is none.
template <class Visitor>
constexpr bool visit_action(std::string_view name, Visitor&& visit) {
    return std::apply(
        [&](const auto&... row) {
            return ((row.name == name && (static_cast<void>(visit(row)), true)) || ...);
        },
        catalogue);
}

// Visits the actions in the order of the catalogue.
template <class Visitor>
constexpr void for_each_action(Visitor&& visit) {
    std::apply([&](const auto&... row) { (static_cast<void>(visit(row)), ...); }, catalogue);
}

}  // namespace ocpp::wire
