// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/smart_charging.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::SetChargingProfileRequest>;
template struct MessageJson<wire::SetChargingProfileResponse>;
template struct MessageJson<wire::ClearChargingProfileRequest>;
template struct MessageJson<wire::ClearChargingProfileResponse>;
template struct MessageJson<wire::GetCompositeScheduleRequest>;
template struct MessageJson<wire::GetCompositeScheduleResponse>;

}  // namespace shared
