// SPDX-License-Identifier: Apache-2.0
// The configuration keys as others see them: who changes one, what the link and the settings file
// want to know of them.

#include "hal-service/shared/authorization_key.hpp"
#include "hal-service/shared/json.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/config/keys/wifi.hpp"
#include "ocpp/parts.hpp"

namespace ocpp {

using namespace core;

features::Candidate::Installed Parts::installed(const Context& ctx) const {
    // Or those of the machine count.
    const bool root =
        core.setup.trust_system_roots ||
        !certificates.installed(wire::CertificateUse::CentralSystemRootCertificate).empty();
    return {root, own_certificate.has_valid(ctx)};
}

std::vector<security::Certificate> Parts::presented_chain() const {
    if (!presents_certificate()) return {};
    return own_certificate.chain(candidate.certificate());
}

void Parts::use_certificate(Context& ctx, std::int64_t number) {
    if (own_certificate.chosen() != number)
        return ctx.note(Severity::Warning, "certificate",
                        "the new certificate of the charge point is not presented: the one in use "
                        "begins later");
    if (!presents_certificate() || !core.setup.supervised)
        return own_certificate.tell_changed(ctx, number);
    // The newer one of two that nothing has proven yet stays.
    if (const auto before = candidate.certificate()) own_certificate.withdraw(ctx, *before);
    if (own_certificate.has_other_valid(ctx, number))
        return candidate.change_certificate(ctx, number);
    own_certificate.tell_changed(ctx, number);
    ctx.out.reconnect = true;
}

wire::ConfigurationStatus Parts::change_key(Context& ctx, std::string_view key,
                                            std::string_view value) {
    using config::Changed;
    const auto* row = config::key_of(key);
    if (row == config::row(keys::authorization_key)) return candidate.change_key(ctx, value);
    if (row == config::row(keys::security_profile))
        return candidate.change_profile(ctx, value, installed(ctx));
    if (row == config::row(keys::management_interface))
        if (const auto why = features::ManagementInterface::refused(value, candidate.profile(core)))
            return ctx.refuse_key(row->name, *why);
    if (row == config::row(keys::wifi_ssid) || row == config::row(keys::wifi_password) ||
        row == config::row(keys::wifi_hidden))
        return wifi.change(ctx, *row, value);
    const std::string identity = core.config.get(keys::charge_point_id);
    const auto result = configuration.change(ctx, key, value);
    switch (result.changed) {
        case Changed::Nothing: break;
        case Changed::HeartbeatInterval: registration.heartbeat_interval_changed(ctx); break;
        case Changed::AuthorizationCacheEnabled: authorization.cache_enabled_changed(ctx); break;
        case Changed::RemoteDebug: remote_debug.key_changed(ctx); break;
        case Changed::ChargePointID:
            if (core.config.get(keys::charge_point_id) == identity) break;
            // Under another name it is another charge point, which must register.
            core.registration.reset();
            registration.renamed();
            ctx.out.reconnect = true;
            break;
    }
    return result.status;
}

LinkSettings ChargePoint::link() const {
    const auto& config = parts_->core.config;
    const auto& candidate = parts_->candidate;
    const bool certificate = parts_->presents_certificate();
    return {.identity = config.get(keys::charge_point_id),
            .ping_interval = config.get(keys::web_socket_ping_interval),
            .back_off_minimum = config.get(keys::retry_back_off_wait_minimum),
            .back_off_random_range = config.get(keys::retry_back_off_random_range),
            .back_off_repeat_times = config.get(keys::retry_back_off_repeat_times),
            .security_profile = candidate.profile(parts_->core),
            // A00.FR.402: profile 3 never sends it.
            .authorization_key =
                certificate ? "" : shared::authorization_key_bytes(candidate.key(parts_->core)),
            .client_chain =
                certificate ? parts_->own_certificate.chain_pem(candidate.certificate()) : ""};
}

std::set<std::string> ChargePoint::key_ids() const {
    auto ids = parts_->own_certificate.key_ids();
    if (const auto waiting = parts_->signing_request.key_id(); !waiting.empty())
        ids.emplace(waiting);
    return ids;
}

int ChargePoint::reset_retries() const { return parts_->core.config.get(keys::reset_retries); }

shared::Json ChargePoint::configuration() const {
    auto list = shared::Json::array();
    for (const auto& value : parts_->core.config.all()) list.push_back(shared::to_json(value));
    return list;
}

std::optional<shared::ValueType> factory_type(std::string_view key) {
    return config::written_as(key);
}

std::vector<std::string> check_factory_keys(const std::map<std::string, std::string>& keys,
                                            const std::vector<hal::ConnectorInfo>& connectors,
                                            int security_profile) {
    config::Values values(connectors, {});
    std::vector<std::string> complaints;
    for (const auto& [key, value] : keys) {
        const auto* row = config::key_of(key);
        if (row != nullptr && !row->rules.setting.empty())
            complaints.push_back(key + ": is given by " + std::string(row->rules.setting));
        else if (row != nullptr && row->rules.secret)
            complaints.push_back(key + ": is a secret, which does not stand in this file");
        else if (auto complaint = values.load(key, value))
            complaints.push_back(*std::move(complaint));
        else if (row == config::row(keys::management_interface))
            if (const auto why = features::ManagementInterface::refused(value, security_profile))
                complaints.push_back(key + ": " + std::string(*why));
    }
    return complaints;
}

}  // namespace ocpp
