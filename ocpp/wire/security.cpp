// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/security.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::SignCertificateRequest>;
template struct MessageJson<wire::SignCertificateResponse>;
template struct MessageJson<wire::CertificateSignedRequest>;
template struct MessageJson<wire::CertificateSignedResponse>;
template struct MessageJson<wire::DeleteCertificateRequest>;
template struct MessageJson<wire::DeleteCertificateResponse>;
template struct MessageJson<wire::GetInstalledCertificateIdsRequest>;
template struct MessageJson<wire::GetInstalledCertificateIdsResponse>;
template struct MessageJson<wire::InstallCertificateRequest>;
template struct MessageJson<wire::InstallCertificateResponse>;
template struct MessageJson<wire::ExtendedTriggerMessageRequest>;
template struct MessageJson<wire::ExtendedTriggerMessageResponse>;
template struct MessageJson<wire::GetLogRequest>;
template struct MessageJson<wire::GetLogResponse>;
template struct MessageJson<wire::LogStatusNotificationRequest>;
template struct MessageJson<wire::LogStatusNotificationResponse>;
template struct MessageJson<wire::SecurityEventNotificationRequest>;
template struct MessageJson<wire::SecurityEventNotificationResponse>;
template struct MessageJson<wire::SignedFirmwareStatusNotificationRequest>;
template struct MessageJson<wire::SignedFirmwareStatusNotificationResponse>;
template struct MessageJson<wire::SignedUpdateFirmwareRequest>;
template struct MessageJson<wire::SignedUpdateFirmwareResponse>;

}  // namespace shared
