// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/catalogue.hpp"

#include "ocpp/wire/action_name.hpp"

namespace ocpp::wire {

template <class Request>
std::string_view action_name() {
    static_assert(may_send(sender_of<Request>, Sender::ChargePoint));
    return action_of<Request>().name;
}

template std::string_view action_name<AuthorizeRequest>();
template std::string_view action_name<BootNotificationRequest>();
template std::string_view action_name<DataTransferRequest>();
template std::string_view action_name<DiagnosticsStatusNotificationRequest>();
template std::string_view action_name<FirmwareStatusNotificationRequest>();
template std::string_view action_name<HeartbeatRequest>();
template std::string_view action_name<LogStatusNotificationRequest>();
template std::string_view action_name<MeterValuesRequest>();
template std::string_view action_name<SecurityEventNotificationRequest>();
template std::string_view action_name<SignCertificateRequest>();
template std::string_view action_name<SignedFirmwareStatusNotificationRequest>();
template std::string_view action_name<StartTransactionRequest>();
template std::string_view action_name<StatusNotificationRequest>();
template std::string_view action_name<StopTransactionRequest>();

}  // namespace ocpp::wire
