// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/configuration.hpp"

namespace ocpp::features {

using namespace core;

Answer<wire::GetConfigurationResponse> Configuration::handle(
    Context& ctx, const wire::GetConfigurationRequest& request) const {
    wire::GetConfigurationResponse response;
    auto& known = response.configuration_key.emplace();
    if (!request.key || request.key->empty()) {
        // All of them in one answer: clients rely on it.
        for (auto& value : ctx.state.config.all()) known.push_back(std::move(value));
        return response;
    }
    const auto most = static_cast<std::size_t>(ctx.state.config.get<"GetConfigurationMaxKeys">());
    if (request.key->size() > most)
        return shared::Failure{Refused{wire::ErrorCode::OccurenceConstraintViolation,
                                       "more than GetConfigurationMaxKeys keys"}};
    for (const auto& name : *request.key) {
        if (auto value = ctx.state.config.read(name.value)) {
            known.push_back(*std::move(value));
        } else {
            if (!response.unknown_key) response.unknown_key.emplace();
            response.unknown_key->push_back(name);
        }
    }
    return response;
}

wire::ConfigurationStatus Configuration::change(Context& ctx, std::string_view key,
                                                std::string_view value, std::string& changed) {
    const auto written = ctx.state.config.write(key, value);
    if (written.status != wire::ConfigurationStatus::Accepted) {
        ctx.note(Severity::Warning, "configuration", written.name + " refused: " + written.why,
                 {{"key", written.name}});
        return written.status;
    }
    // A load balancer writes it every few seconds: kept within a minute, and no news.
    const bool often = written.name == "AssignedCurrent";
    if (config::is_kept(written.name))
        ctx.out.changes.push_back(
            PutKey{written.name, written.value, often ? Durability::Relaxed : Durability::Now});
    ctx.note(often ? Severity::Debug : Severity::Info, "configuration",
             written.name + " = " + written.value,
             {{"key", written.name}, {"value", written.value}});
    changed = written.name;
    return written.status;
}

}  // namespace ocpp::features
