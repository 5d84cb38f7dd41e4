// SPDX-License-Identifier: Apache-2.0
#pragma once
// Certificates as people see them, and the time by which features judge them.

#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/security/x509.hpp"

namespace ocpp::features {

// {"subject":..,"issuer":..,"serial":..,"not_before":..,"not_after":..,"key":"EC 256",
// "fingerprint":..}
shared::Json facts_of(const security::Certificate& certificate);

bool time_is_known(const core::Context& ctx);
// A certificate that begins later counts as one that has not begun only when the time is known.
security::JudgedAt judged_now(const core::Context& ctx);

}  // namespace ocpp::features
