// SPDX-License-Identifier: Apache-2.0
// Makes, imports and removes the keys of the charge point's own certificates, as the charge point
// wishes.

#include "daemon/runner.hpp"

namespace charge_daemon {

using ocpp::core::Severity;

void Runner::make_key(const ocpp::core::MakeKey& wish) {
    key_maker_.make({wish.organization, wish.common_name});
}

void Runner::key_made(KeyMaking made) {
    // Another key is there now, and the charge point may have lost interest in it.
    kept_keys_.reset();
    if (made)
        handle(ocpp::core::KeyMade{made->request, made->id});
    else
        handle(ocpp::core::KeyFailed{made.error()});
}

// The charge point has taken the certificate of the configuration file: a kill between the two
// leaves a certificate without its key, which the next start imports.
void Runner::import_key() {
    const auto key = std::exchange(given_key_, std::nullopt);
    if (!key || !point_.key_ids().contains(key->id()) || keys_.load(key->id())) return;
    if (const auto problem = keys_.keep(*key); problem.empty())
        journal_.note({Severity::Info, "keys", "central_system.client_key is imported", {}});
    else
        journal_.note(
            {Severity::Error, "keys", "central_system.client_key is not imported: " + problem, {}});
}

// A key that is being made belongs to nobody yet; and a step that is not on the disk may be undone.
void Runner::remove_keys(const ocpp::core::Outcome& outcome) {
    if (kept_keys_ && outcome.changes.empty()) return;
    if (key_maker_.busy() || !keeper_.durable()) return;
    auto wanted = point_.key_ids();
    if (wanted == kept_keys_) return;
    if (const auto problem = keys_.keep_only(wanted); !problem.empty())
        journal_.note(
            {Severity::Error, "keys", "keys that are not needed can't be removed: " + problem, {}});
    kept_keys_ = std::move(wanted);
}

}  // namespace charge_daemon
