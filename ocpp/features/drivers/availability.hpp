// SPDX-License-Identifier: Apache-2.0
#pragma once
// ChangeAvailability: at once, or behind the transaction; kept over restarts. OCPP 1.6 5.2.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Availability {
public:
    core::Answer<wire::ChangeAvailabilityResponse> handle(
        core::Context& ctx, const wire::ChangeAvailabilityRequest& request);
    // Carries out what was scheduled and can happen now.
    void advance(core::Context& ctx);
};

}  // namespace ocpp::features
