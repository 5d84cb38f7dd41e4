// SPDX-License-Identifier: Apache-2.0
#pragma once
// GetConfiguration and ChangeConfiguration: OCPP 1.6 5.3, 5.8.

#include "ocpp/core/context.hpp"

#include <string_view>

namespace ocpp::features {

class Configuration {
public:
    core::Answer<wire::GetConfigurationResponse> handle(
        core::Context& ctx, const wire::GetConfigurationRequest& request) const;
    struct Change {
        wire::ConfigurationStatus status{};
        config::Changed changed = config::Changed::Nothing;  // further effect, when accepted
    };
    // From the central system or from a person on the spot; kept when accepted.
    Change change(core::Context& ctx, std::string_view key, std::string_view value) const;
};

}  // namespace ocpp::features
