// SPDX-License-Identifier: Apache-2.0
#pragma once
// ReserveNow and CancelReservation, and what ends a reservation by itself: OCPP 1.6 5.2, 5.13. Who
// may use one is in ocpp/core/reservations.hpp; its transaction uses it up.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Reserving {
public:
    core::Answer<wire::ReserveNowResponse> handle(core::Context& ctx,
                                                  const wire::ReserveNowRequest& request);
    core::Answer<wire::CancelReservationResponse> handle(
        core::Context& ctx, const wire::CancelReservationRequest& request);
    // Ends what has expired or can't be kept any more, and marks the connectors that are kept.
    void advance(core::Context& ctx);
    core::Deadline wake_at() const { return wake_at_; }

private:
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
