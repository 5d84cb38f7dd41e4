// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/remote_trigger.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::TriggerMessageRequest>;
template struct MessageJson<wire::TriggerMessageResponse>;

}  // namespace shared
