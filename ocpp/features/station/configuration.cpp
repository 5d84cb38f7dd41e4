// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/configuration.hpp"

#include "ocpp/config/keys/station.hpp"

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
    const auto most =
        static_cast<std::size_t>(ctx.state.config.get(keys::get_configuration_max_keys));
    if (request.key->size() > most)
        return shared::Failure{
            Refused{wire::ErrorCode::OccurenceConstraintViolation,
                    "more than " + std::to_string(most) + " keys (GetConfigurationMaxKeys)"}};
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

Configuration::Change Configuration::change(Context& ctx, std::string_view name,
                                            std::string_view value) const {
    using config::Keep;
    const auto written = ctx.state.config.write(name, value);
    if (written.status != wire::ConfigurationStatus::Accepted) {
        ctx.refuse_key(written.name, written.why);
        return {written.status};
    }
    const auto& rules = written.key->rules;
    const bool often = rules.keep == Keep::Relaxed;
    if (rules.keep != Keep::ThisRun)
        ctx.out.changes.push_back(Put{Kind::Key, written.name, written.value,
                                      often ? Durability::Relaxed : Durability::Now});
    const std::string shown = rules.secret ? "(secret)" : written.value;
    ctx.note(often ? Severity::Debug : Severity::Info, "configuration",
             written.name + " = " + shown, {{"key", written.name}, {"value", shown}});
    return {written.status, rules.changed};
}

}  // namespace ocpp::features
