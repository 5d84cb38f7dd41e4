// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/charging_profile.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::ChargingProfile>;
template struct MessageJson<wire::ChargingSchedulePeriod>;

}  // namespace shared
