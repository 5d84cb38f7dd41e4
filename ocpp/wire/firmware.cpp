// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/firmware.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::GetDiagnosticsRequest>;
template struct MessageJson<wire::GetDiagnosticsResponse>;
template struct MessageJson<wire::DiagnosticsStatusNotificationRequest>;
template struct MessageJson<wire::DiagnosticsStatusNotificationResponse>;
template struct MessageJson<wire::UpdateFirmwareRequest>;
template struct MessageJson<wire::UpdateFirmwareResponse>;
template struct MessageJson<wire::FirmwareStatusNotificationRequest>;
template struct MessageJson<wire::FirmwareStatusNotificationResponse>;

}  // namespace shared
