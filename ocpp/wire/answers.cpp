// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/answers.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::StartTransactionAnswer>;
template struct MessageJson<wire::BootNotificationAnswer>;

}  // namespace shared
