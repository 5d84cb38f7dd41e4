// SPDX-License-Identifier: Apache-2.0
// Routes each frame of the central system, and each of its calls, to its feature.

#include "hal-service/shared/json.hpp"
#include "ocpp/features/drivers/local_list.hpp"
#include "ocpp/features/reports/trigger.hpp"
#include "ocpp/features/station/data_transfer.hpp"
#include "ocpp/parts.hpp"
#include "ocpp/wire/catalogue.hpp"
#include "ocpp/wire/frame.hpp"

#include <algorithm>

namespace ocpp {

using namespace core;

namespace {

// --- calls: one function for each action that is served here. What a charge point without the
// feature answers is for each action its own: OCPP 1.6 4.3, 5.4, 5.10, 5.13, 5.15, 5.18.

Answer<wire::ChangeAvailabilityResponse> handle(Parts& parts, Context& ctx,
                                                const wire::ChangeAvailabilityRequest& request) {
    return parts.availability.handle(ctx, request);
}

Answer<wire::ChangeConfigurationResponse> handle(Parts& parts, Context& ctx,
                                                 const wire::ChangeConfigurationRequest& request) {
    return wire::ChangeConfigurationResponse{
        parts.change_key(ctx, request.key.value, request.value.value)};
}

Answer<wire::GetConfigurationResponse> handle(Parts& parts, Context& ctx,
                                              const wire::GetConfigurationRequest& request) {
    return parts.configuration.handle(ctx, request);
}

Answer<wire::RemoteStartTransactionResponse> handle(
    Parts& parts, Context& ctx, const wire::RemoteStartTransactionRequest& request) {
    auto* connector = parts.remote_control.target(
        ctx, request, features::Authorization::known_parent(ctx, request.id_tag));
    if (connector == nullptr)
        return wire::RemoteStartTransactionResponse{wire::RemoteStartStopStatus::Rejected};
    if (request.charging_profile) {
        if (const auto why = parts.smart_charging.complaint(ctx, *request.charging_profile)) {
            ctx.note(Severity::Warning, "profile", "remote start refused for its profile: " + *why);
            return wire::RemoteStartTransactionResponse{wire::RemoteStartStopStatus::Rejected};
        }
    }
    parts.smart_charging.remote_start(ctx, connector->id(), request.id_tag,
                                      request.charging_profile);
    parts.authorization.remote_start(ctx, *connector, request.id_tag);
    return wire::RemoteStartTransactionResponse{wire::RemoteStartStopStatus::Accepted};
}

Answer<wire::RemoteStopTransactionResponse> handle(
    Parts& parts, Context& ctx, const wire::RemoteStopTransactionRequest& request) {
    return parts.remote_control.handle(ctx, request);
}

Answer<wire::ResetResponse> handle(Parts& parts, Context& ctx, const wire::ResetRequest& request) {
    return parts.reset.handle(ctx, request);
}

// False: there is nothing to send, or no room for it.
bool trigger(Parts& parts, Context& ctx, wire::MessageTrigger message,
             const std::vector<int>& connectors) {
    auto& mailbox = ctx.state.mailbox;
    const auto any = [&](auto send) {
        return std::count_if(connectors.begin(), connectors.end(), send) > 0;
    };
    switch (message) {
        case wire::MessageTrigger::BootNotification: return parts.registration.send_boot(ctx);
        case wire::MessageTrigger::Heartbeat:
            return mailbox.put(wire::HeartbeatRequest{}, Permit::WhenTriggered);
        // Nothing is ever uploaded or installed in this version, which is what Idle says.
        case wire::MessageTrigger::DiagnosticsStatusNotification:
            return mailbox.put(
                wire::DiagnosticsStatusNotificationRequest{wire::DiagnosticsStatus::Idle},
                Permit::WhenTriggered);
        case wire::MessageTrigger::FirmwareStatusNotification:
            return mailbox.put(wire::FirmwareStatusNotificationRequest{wire::FirmwareStatus::Idle},
                               Permit::WhenTriggered);
        case wire::MessageTrigger::MeterValues:
            return any(
                [&](int id) { return parts.metering.triggered(ctx, *ctx.state.connector(id)); });
        case wire::MessageTrigger::StatusNotification:
            return any([&](int id) { return parts.status.triggered(ctx, id); });
    }
    return false;
}

Answer<wire::TriggerMessageResponse> handle(Parts& parts, Context& ctx,
                                            const wire::TriggerMessageRequest& request) {
    auto verdict = features::judge(ctx.state, request);
    if (verdict.status == wire::TriggerMessageStatus::Accepted &&
        !trigger(parts, ctx, request.requested_message, verdict.connectors))
        verdict.status = wire::TriggerMessageStatus::Rejected;
    return wire::TriggerMessageResponse{verdict.status};
}

bool trigger(Parts& parts, Context& ctx, wire::ExtendedMessageTrigger message,
             const std::vector<int>& connectors) {
    auto& mailbox = ctx.state.mailbox;
    switch (message) {
        // Nothing is ever uploaded or installed in this version, which is what Idle says.
        case wire::ExtendedMessageTrigger::LogStatusNotification:
            return mailbox.put(wire::LogStatusNotificationRequest{wire::UploadLogStatus::Idle, {}},
                               Permit::WhenTriggered);
        case wire::ExtendedMessageTrigger::FirmwareStatusNotification:
            return mailbox.put(
                wire::SignedFirmwareStatusNotificationRequest{wire::SignedFirmwareStatus::Idle, {}},
                Permit::WhenTriggered);
        case wire::ExtendedMessageTrigger::SignChargePointCertificate:
            return !parts.signing_request.begin(ctx, true);
        default: break;
    }
    const auto same = shared::enum_from<wire::MessageTrigger>(shared::name_of(message));
    return same && trigger(parts, ctx, *same, connectors);
}

Answer<wire::ExtendedTriggerMessageResponse> handle(
    Parts& parts, Context& ctx, const wire::ExtendedTriggerMessageRequest& request) {
    auto verdict = features::judge(ctx.state, request);
    if (verdict.status == wire::TriggerMessageStatus::Accepted &&
        !trigger(parts, ctx, request.requested_message, verdict.connectors))
        verdict.status = wire::TriggerMessageStatus::Rejected;
    return wire::ExtendedTriggerMessageResponse{verdict.status};
}

Answer<wire::ClearCacheResponse> handle(Parts& parts, Context& ctx,
                                        const wire::ClearCacheRequest&) {
    parts.authorization.clear_cache(ctx);
    return wire::ClearCacheResponse{wire::ClearCacheStatus::Accepted};
}

Answer<wire::GetLocalListVersionResponse> handle(Parts&, Context& ctx,
                                                 const wire::GetLocalListVersionRequest&) {
    return features::local_list_version(ctx.state);
}

Answer<wire::SendLocalListResponse> handle(Parts&, Context& ctx,
                                           const wire::SendLocalListRequest& request) {
    return features::update_local_list(ctx, request);
}

Answer<wire::InstallCertificateResponse> handle(Parts& parts, Context& ctx,
                                                const wire::InstallCertificateRequest& request) {
    return parts.certificates.handle(ctx, request);
}

Answer<wire::DeleteCertificateResponse> handle(Parts& parts, Context& ctx,
                                               const wire::DeleteCertificateRequest& request) {
    return parts.certificates.handle(ctx, request, parts.presented_chain());
}

Answer<wire::CertificateSignedResponse> handle(Parts& parts, Context& ctx,
                                               const wire::CertificateSignedRequest& request) {
    const auto taken = parts.own_certificate.take(
        ctx, request.certificate_chain.value, parts.signing_request.key_id(),
        parts.certificates.installed(wire::CertificateUse::CentralSystemRootCertificate));
    if (taken.number) {
        parts.signing_request.fulfilled(ctx);
        parts.use_certificate(ctx, *taken.number);
    }
    return wire::CertificateSignedResponse{taken.accepted ? wire::GenericStatus::Accepted
                                                          : wire::GenericStatus::Rejected};
}

Answer<wire::GetInstalledCertificateIdsResponse> handle(
    Parts& parts, Context& ctx, const wire::GetInstalledCertificateIdsRequest& request) {
    return parts.certificates.handle(ctx, request);
}

Answer<wire::ReserveNowResponse> handle(Parts& parts, Context& ctx,
                                        const wire::ReserveNowRequest& request) {
    return parts.reserving.handle(ctx, request);
}

Answer<wire::CancelReservationResponse> handle(Parts& parts, Context& ctx,
                                               const wire::CancelReservationRequest& request) {
    return parts.reserving.handle(ctx, request);
}

Answer<wire::SetChargingProfileResponse> handle(Parts& parts, Context& ctx,
                                                const wire::SetChargingProfileRequest& request) {
    return parts.smart_charging.handle(ctx, request);
}

Answer<wire::ClearChargingProfileResponse> handle(
    Parts& parts, Context& ctx, const wire::ClearChargingProfileRequest& request) {
    return parts.smart_charging.handle(ctx, request);
}

Answer<wire::GetCompositeScheduleResponse> handle(
    Parts& parts, Context& ctx, const wire::GetCompositeScheduleRequest& request) {
    return parts.current_limit.handle(ctx, parts.smart_charging.profiles(), request);
}

std::optional<wire::UnlockConnectorResponse> handle_later(
    Parts& parts, Context& ctx, const std::string& id,
    const wire::UnlockConnectorRequest& request) {
    return parts.unlocking.handle(ctx, id, request);
}

std::optional<wire::DataTransferResponse> handle_later(Parts& parts, Context& ctx,
                                                       const std::string& id,
                                                       const wire::DataTransferRequest& request) {
    const auto message = features::judge(ctx.state, request);
    if (!message) return message.error();
    switch (*message) {
        case features::VendorMessage::chargingLimitations:
            return features::charging_limitations(request,
                                                  parts.current_limit.describe(ctx.state, ctx.now));
        case features::VendorMessage::networkStatus:
            ctx.out.ask = Ask{id, std::string(shared::name_of(*message))};
            break;
    }
    return std::nullopt;
}

template <class Request>
concept Served = requires(Parts& parts, Context& ctx, const Request& request) {
    handle(parts, ctx, request);
};

// The answer may take more than this step; the feature sends it then.
template <class Request>
concept ServedLater = requires(Parts& parts, Context& ctx, const std::string& id,
                               const Request& request) {
    handle_later(parts, ctx, id, request);
};

}  // namespace

void Parts::on(Context& ctx, const FrameReceived& received) {
    supervision.heard(ctx);
    auto frame = wire::parse_frame(received.text);
    if (const auto* call = std::get_if<wire::Call>(&frame)) return called(ctx, *call);
    if (const auto* result = std::get_if<wire::CallResult>(&frame)) return answered(ctx, *result);
    if (const auto* error = std::get_if<wire::CallError>(&frame)) return answered(ctx, *error);
    const auto& bad = std::get<wire::BadFrame>(frame);
    ctx.note(Severity::Warning, "frame", "the central system sent a bad frame: " + bad.reason);
    core.security_events.happened(ctx, SecurityEvent::InvalidMessages, "bad frame: " + bad.reason);
    if (bad.answer) ctx.out.frames.push_back({wire::encode(*bad.answer), "CALLERROR"});
}

void Parts::on(Context& ctx, const Answered& answer) {
    if (!core.connected) return;
    const wire::DataTransferResponse response{wire::DataTransferStatus::Accepted, answer.json};
    ctx.out.frames.push_back(
        {wire::encode_result(answer.call, shared::to_text(response)), "DataTransfer"});
}

void Parts::called(Context& ctx, const wire::Call& call) {
    ctx.facts.heard = true;
    ctx.out.received = call.action;
    // OCPP 1.6 4.2: while rejected, nothing is answered.
    if (core.registration == wire::RegistrationStatus::Rejected)
        return ctx.note(
            Severity::Warning, "frame",
            call.action + " not answered: the central system has rejected this charge point");

    auto refuse = [&](wire::CallError error) {
        ctx.note(Severity::Warning, "frame",
                 call.action + " refused: " + std::string(shared::name_of(error.code)) + ", " +
                     error.description);
        ctx.out.frames.push_back({wire::encode(error), call.action});
    };
    const auto invalid = [&](const shared::FieldError& error) {
        core.security_events.happened(ctx, SecurityEvent::InvalidMessages,
                                      call.action + ": " + error.path + ' ' + error.reason);
        refuse(wire::refusal(call.id, error));
    };
    const auto respond = [&](const auto& response) {
        ctx.out.frames.push_back(
            {wire::encode_result(call.id, shared::to_text(response)), call.action});
    };
    const bool known = wire::visit_action(call.action, [&]<class Request, class Response>(
                                                           const wire::Action<Request, Response>&) {
        if constexpr (ServedLater<Request>) {
            const auto request = shared::parse<Request>(*call.payload);
            if (!request) return invalid(request.error());
            if (const auto answer = handle_later(*this, ctx, call.id, *request)) respond(*answer);
        } else if constexpr (Served<Request>) {
            const auto request = shared::parse<Request>(*call.payload);
            if (!request) return invalid(request.error());
            const auto answer = handle(*this, ctx, *request);
            if (!answer) return refuse({call.id, answer.error().code, answer.error().why, {}});
            respond(*answer);
        } else {
            refuse(
                {call.id, wire::ErrorCode::NotSupported, "not supported by this charge point", {}});
        }
    });
    if (!known)
        refuse({call.id, wire::ErrorCode::NotImplemented, "no such action in OCPP 1.6", {}});
}

}  // namespace ocpp
