// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/management_interface.hpp"

#include "ocpp/config/keys/security.hpp"

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;

namespace {

constexpr int off = 0;
constexpr int on = 1;

constexpr int by_profile = static_cast<int>(ManagementInterface::under_profile.count());

}  // namespace

void ManagementInterface::use_factory_profile(config::Values& config) {
    if (config.get(keys::security_profile) > 0) config.set(keys::management_interface, by_profile);
}

void ManagementInterface::use_kept_profile(config::Values& config, bool kept) {
    const bool off_now = config.get(keys::management_interface) == off;
    if (config.get(keys::security_profile) > 0 && (!kept || off_now))
        config.set(keys::management_interface, by_profile);
}

void ManagementInterface::started(const Context& ctx) {
    since_ = ctx.now.steady;
    profile_ = ctx.state.security_profile();
}

std::optional<std::string_view> ManagementInterface::refused(std::string_view value, int profile) {
    if (profile > 0 && config::int_from(value) == off)
        return "0 would be off, and takes effect in security profile 0 only";
    return std::nullopt;
}

void ManagementInterface::advance(Context& ctx) {
    const int before = std::exchange(profile_, ctx.state.security_profile());
    if (before == 0 && profile_ > 0) {
        since_ = ctx.now.steady;
        ctx.state.config.set(keys::management_interface, by_profile);
        ctx.out.changes.push_back(Put{core::Kind::Key, std::string(keys::management_interface.name),
                                      config::text_of(by_profile), Durability::Now});
        ctx.note(
            Severity::Info, "configuration",
            std::string(keys::management_interface.name) + " = " + config::text_of(by_profile) +
                ", because of the security profile",
            {{"key", keys::management_interface.name}, {"value", config::text_of(by_profile)}});
    }
    door_ = door_at(ctx.state, ctx.now);
}

ManagementInterface::Door ManagementInterface::door_at(const State& state, const Now& now) const {
    const int value = state.config.get(keys::management_interface);
    if (value == off) return {};
    if (value == on) return {true, {}};
    const auto end = since_ + seconds{value};
    if (end <= now.steady) return {};
    return {true, end};
}

}  // namespace ocpp::features
