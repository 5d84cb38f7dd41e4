// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/reservation.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::ReserveNowRequest>;
template struct MessageJson<wire::ReserveNowResponse>;
template struct MessageJson<wire::CancelReservationRequest>;
template struct MessageJson<wire::CancelReservationResponse>;

}  // namespace shared
