// SPDX-License-Identifier: Apache-2.0
// The checks that rows of the key table name.

#include "hal-service/shared/levels.hpp"
#include "ocpp/config/keys/key.hpp"
#include "ocpp/config/measurands.hpp"
#include "ocpp/config/phase_rotation.hpp"

#include <algorithm>

namespace ocpp::config {
namespace {

constexpr std::string_view unknown_part = "has a part that this charge point does not know";

Judged judged(bool good, std::string text) {
    if (!good) return shared::Failure{unknown_part};
    return text;
}

}  // namespace

Judged check_measurands(std::string text, const Installation&) {
    if (!measurands_from(text)) return shared::Failure{unknown_part};
    return without_duplicates(text);
}

Judged check_phase_rotation(std::string text, const Installation& installation) {
    const bool good = is_phase_rotation(text, installation.connectors);
    return judged(good, std::move(text));
}

// The user of Basic authentication ends at a ':' (RFC 7617, 2).
Judged check_identity(std::string text, const Installation&) {
    const bool good = std::all_of(text.begin(), text.end(),
                                  [](char c) { return c >= ' ' && c <= '~' && c != ':'; });
    return judged(good, std::move(text));
}

Judged check_log_levels(std::string text, const Installation&) {
    const bool good(shared::parse_levels(text, shared::remote_levels));
    return judged(good, std::move(text));
}

}  // namespace ocpp::config
