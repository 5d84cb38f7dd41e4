// SPDX-License-Identifier: Apache-2.0
// The charge point as it begins: from its settings, from what was kept, and from the factory.

#include "ocpp/config/key_table.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/features/station/timekeeping.hpp"
#include "ocpp/parts.hpp"

namespace ocpp {

using namespace core;

namespace {

bool mark_is(const Snapshot& snapshot, const char* name, std::string_view value) {
    const auto found = snapshot.texts[Kind::Mark].find(name);
    return found != snapshot.texts[Kind::Mark].end() && found->second == value;
}

config::Values configured(const Setup& setup) {
    config::Values values(setup.connectors, {.firmware_version = setup.firmware_version,
                                             .hardware_version = setup.hardware_version,
                                             .identity = setup.identity,
                                             .transfer_protocols = setup.transfer_protocols});
    values.set(keys::security_profile, setup.security_profile);
    features::ManagementInterface::use_factory_profile(values);
    values.set(keys::authorization_key, setup.authorization_key);
    for (const auto& [key, value] : setup.factory_keys) static_cast<void>(values.load(key, value));
    return values;
}

std::vector<Connector> connectors_of(const Setup& setup) {
    return {setup.connectors.begin(), setup.connectors.end()};
}

State state_from(Setup setup, Snapshot snapshot) {
    const bool clean = mark_is(snapshot, marks::clean_stop, "1");
    // A machine that does not tell its boots apart may have been off.
    const bool same_boot =
        !setup.boot_id.empty() && mark_is(snapshot, marks::boot_id, setup.boot_id);
    auto config = configured(setup);
    auto connectors = connectors_of(setup);
    auto mailbox = Mailbox(setup.message_prefix);
    const Clock clock = features::clock_from(snapshot);
    const TimeFloor time_floor = features::time_floor_from(snapshot);
    auto tags = std::move(snapshot.tags);
    return {.setup = std::move(setup),
            .config = std::move(config),
            .clock = clock,
            .time_floor = time_floor,
            .connectors = std::move(connectors),
            .whole = {},
            .local_list = {},
            .reservations = {},
            .cache = AuthorizationCache(std::move(tags)),
            .ledger = Ledger(std::move(snapshot)),
            .mailbox = std::move(mailbox),
            .registration = {},
            .ended_cleanly = clean,
            .power_was_lost = !clean && !same_boot,
            .hal_instance = {}};
}

}  // namespace

Parts::Parts(Setup setup, Snapshot snapshot)
    : FeatureList(setup.connectors.size()),
      core(state_from(std::move(setup), snapshot)),
      kept(snapshot.texts) {
    for (const auto& [key, value] : snapshot.texts[Kind::Key])
        if (auto complaint = core.config.load(key, value))
            complaints.push_back(*std::move(complaint));
    features::ManagementInterface::use_kept_profile(
        core.config,
        core.setup.security_profile > 0 ||
            snapshot.texts[Kind::Key].contains(std::string(keys::management_interface.name)));
    core.local_list.load(snapshot, complaints);
    core.reservations.load(snapshot, complaints);
    core.security_events.load(snapshot, complaints);
    visits.load(snapshot, complaints);
    smart_charging.load(snapshot, complaints);
    mains.load(snapshot);
    candidate.load(snapshot, complaints);
    wifi.load(snapshot, complaints);
    certificates.load(snapshot, complaints);
    own_certificate.load(snapshot, complaints);
    signing_request.load(snapshot, complaints);
    for (const auto& record : snapshot.connectors) {
        if (record.connector == 0)
            core.whole = record;
        else if (auto* connector = core.connector(record.connector))
            connector->record = record;
    }
}

bool Parts::reset_to_factory(Context& ctx) {
    if (!factory_reset.begin(ctx)) return false;
    clear_to_factory(ctx);
    reset.begin(ctx, RestartKind::Soft, "back to factory values");
    return true;
}

void Parts::clear_to_factory(Context& ctx) {
    factory_reset.clear(ctx);
    candidate.clear(ctx);
    smart_charging.clear_all(ctx);
    certificates.clear(ctx);
    own_certificate.clear(ctx);
    signing_request.clear(ctx);
    for (const auto& [name, value] : kept[Kind::Key]) {
        const auto* key = config::key_of(name);
        if (key == nullptr || !key->rules.outlives_factory_reset)
            ctx.out.changes.push_back(Remove{Kind::Key, name, Durability::Now});
    }
    auto factory = configured(core.setup);
    factory.keep_what_outlives_factory_reset(core.config);
    core.config = std::move(factory);
    management_interface.started(ctx);
    wifi.clear(ctx);
    remote_debug.key_changed(ctx);
}

}  // namespace ocpp
