// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/core_profile.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::BootNotificationRequest>;
template struct MessageJson<wire::BootNotificationResponse>;
template struct MessageJson<wire::ChangeAvailabilityRequest>;
template struct MessageJson<wire::ChangeAvailabilityResponse>;
template struct MessageJson<wire::ChangeConfigurationRequest>;
template struct MessageJson<wire::ChangeConfigurationResponse>;
template struct MessageJson<wire::ClearCacheRequest>;
template struct MessageJson<wire::ClearCacheResponse>;
template struct MessageJson<wire::DataTransferRequest>;
template struct MessageJson<wire::DataTransferResponse>;
template struct MessageJson<wire::KeyValue>;
template struct MessageJson<wire::GetConfigurationRequest>;
template struct MessageJson<wire::GetConfigurationResponse>;
template struct MessageJson<wire::HeartbeatRequest>;
template struct MessageJson<wire::HeartbeatResponse>;
template struct MessageJson<wire::ResetRequest>;
template struct MessageJson<wire::ResetResponse>;
template struct MessageJson<wire::StatusNotificationRequest>;
template struct MessageJson<wire::StatusNotificationResponse>;
template struct MessageJson<wire::UnlockConnectorRequest>;
template struct MessageJson<wire::UnlockConnectorResponse>;

}  // namespace shared
