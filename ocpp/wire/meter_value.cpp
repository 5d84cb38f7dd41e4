// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/meter_value.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::MeterValue>;

}  // namespace shared
