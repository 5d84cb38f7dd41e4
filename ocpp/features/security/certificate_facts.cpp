// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/security/certificate_facts.hpp"

#include "hal-service/shared/json.hpp"

namespace ocpp::features {

shared::Json facts_of(const security::Certificate& certificate) {
    const auto& facts = certificate.facts();
    const auto time = [](core::Instant at) { return wire::DateTime{at}.to_text(); };
    return {{"subject", facts.subject},
            {"issuer", facts.issuer},
            {"serial", facts.serial},
            {"not_before", time(facts.not_before)},
            {"not_after", time(facts.not_after)},
            {"key", facts.key_kind + ' ' + std::to_string(facts.key_bits)},
            {"fingerprint", certificate.fingerprint()}};
}

bool time_is_known(const core::Context& ctx) { return !ctx.state.clock.doubted_since(); }

security::JudgedAt judged_now(const core::Context& ctx) { return {ctx.utc(), time_is_known(ctx)}; }

}  // namespace ocpp::features
