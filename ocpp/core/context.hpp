// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state that features share, and the context that one of them gets for a step. A feature never
// keeps a reference to either.

#include "ocpp/config/keys/drivers.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/config/values.hpp"
#include "ocpp/core/authorization_cache.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/connector.hpp"
#include "ocpp/core/ledger.hpp"
#include "ocpp/core/local_list.hpp"
#include "ocpp/core/mailbox.hpp"
#include "ocpp/core/reservations.hpp"
#include "ocpp/core/security_events.hpp"
#include "ocpp/core/setup.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/error_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::core {

struct State {
    Setup setup;
    config::Values config;
    Clock clock;
    TimeFloor time_floor{};
    std::vector<Connector> connectors;  // 1..n at 0..n-1
    ConnectorRecord whole;              // connector 0
    LocalList local_list;
    Reservations reservations;
    AuthorizationCache cache;
    Ledger ledger;
    Mailbox mailbox;
    SecurityEvents security_events{};
    bool connected = false;
    // As Connected has it, while connected.
    std::optional<Instant> proven_until{};
    // The central system's word on BootNotification; none in this run yet.
    std::optional<wire::RegistrationStatus> registration;
    bool restarting = false;     // a reset was accepted: nothing new begins
    bool ended_cleanly = false;  // how the run before this one ended
    // The run before this one was cut off, and the machine has been off since.
    bool power_was_lost = false;
    std::string hal_instance;  // from the newest Hello

    bool accepted() const { return registration == wire::RegistrationStatus::Accepted; }
    bool online() const { return connected && accepted(); }
    // The security profile in force, 0 to 3.
    int security_profile() const { return config.get(keys::security_profile); }
    bool uses_local_list() const { return config.get(keys::local_auth_list_enabled); }
    // FreeCharging: whoever plugs in charges.
    bool charges_freely(int connector) const {
        const auto& free = config.get(keys::free_charging);
        return free[0] != 0 || free[connector] != 0;
    }
    // A vehicle that leaves does not end its transaction. One that came without a tag has no other
    // way to end it.
    bool outlives_vehicle(int connector) const {
        return !config.get(keys::stop_transaction_on_ev_side_disconnect) &&
               !charges_freely(connector);
    }
    // The record of the transaction that runs on the connector, if one does.
    const TransactionRecord* running(const Connector& connector) const {
        return connector.stage() == Stage::Running && connector.transaction
                   ? ledger.find(*connector.transaction)
                   : nullptr;
    }
    const TransactionRecord* running(int id) const {
        return has_connector(id) ? running(connectors[static_cast<std::size_t>(id) - 1]) : nullptr;
    }
    bool has_connector(int id) const {
        return id >= 1 && static_cast<std::size_t>(id) <= connectors.size();
    }
    Connector* connector(int id) {
        return has_connector(id) ? &connectors[static_cast<std::size_t>(id) - 1] : nullptr;
    }
};

// How the attempt to connect with a new certificate of the charge point has ended.
struct TriedCertificate {
    std::int64_t number = 0;
    bool proven = false;  // else it was given up
    std::string why;      // that
};

// Facts of this step, for the features that come later in it.
struct StepFacts {
    bool heard = false;               // the central system has called, or has answered a call
    std::vector<std::int64_t> begun;  // transactions that began
    bool registers_anew = false;  // over the next connection, as if it were another charge point
    std::optional<TriedCertificate> tried_certificate;
    std::chrono::milliseconds time_set{0};  // the time of day has jumped so far ahead
};

struct Context {
    const Now& now;
    State& state;
    Outcome& out;
    StepFacts facts{};

    Instant utc() const { return state.clock.at(now); }
    void note(Severity severity, std::string kind, std::string text, NoteFields fields = {}) const {
        out.notes.push_back({severity, std::move(kind), std::move(text), std::move(fields)});
    }
    // The answer to a change of a key that is not made, and the note about it. `why` holds no value
    // that may be a secret.
    wire::ConfigurationStatus refuse_key(std::string_view key, std::string_view why) {
        note(Severity::Warning, "configuration", std::string(key) + " refused: " + std::string(why),
             {{"key", key}});
        return wire::ConfigurationStatus::Rejected;
    }
};

// Why a CALL is answered with a CALLERROR.
struct Refused {
    wire::ErrorCode code{};
    std::string why;
};

template <class Response>
using Answer = shared::Result<Response, Refused>;

}  // namespace ocpp::core
