// SPDX-License-Identifier: Apache-2.0
#pragma once
// The charge point as one pure object: an event and the time in, everything that must happen out.

#include "hal-service/shared/levels.hpp"
#include "hal-service/shared/value_type.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/setup.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/security/x509.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp {

struct Parts;

class ChargePoint {
public:
    // The factory keys of the setup have been judged by check_factory_keys().
    ChargePoint(core::Setup setup, core::Snapshot snapshot);
    ~ChargePoint();
    // A twin that goes its own way from here.
    ChargePoint(const ChargePoint&);
    ChargePoint(ChargePoint&&) noexcept;

    core::Outcome step(const core::Event& event, const core::Now& now);

    // Everything that must be kept, for a store that has lost something.
    core::Snapshot snapshot() const;

    core::LinkSettings link() const;
    // The time by which certificates are judged.
    core::KnownTime known_time(const core::Now& now) const;
    // The lines of our own log that shall come back as LogHeard.
    const shared::Levels& log_wanted() const;
    // The number of further attempts when a reset of the machine fails.
    int reset_retries() const;
    // Registration, connectors, transactions and queue, for `chargepointctl status`.
    shared::Json overview(const core::Now& now) const;
    // The current that each connector may be offered, every bound with its source, and which one
    // binds, for `chargepointctl limits`.
    shared::Json limits(const core::Now& now) const;
    // The CentralSystemRootCertificates that are installed.
    std::vector<security::Certificate> anchors() const;
    // The private keys that must be kept, as security::Certificate::key_id(): of the installed
    // certificates of the charge point, and of the request for another. Right after the step that
    // took Started, and after each further one; a key that was made counts from KeyMade on.
    std::set<std::string> key_ids() const;
    // Every installed certificate, for `chargepointctl certificates`.
    shared::Json certificates() const;
    // The security log, oldest first: [{"time":..,"type":..,"techInfo":..}].
    shared::Json security_log() const;
    // GetConfiguration for a person on the spot: [{"key":..,"readonly":..,"value":..}]; secrets
    // have no value.
    shared::Json configuration() const;

private:
    std::unique_ptr<Parts> parts_;
};

// Nothing when every key exists and has a legal value, else "MeterValueSampleInterval: ...".
// Names are those of OCPP, values as on the wire. Each complaint names its key first. The security
// profile is the factory value.
std::vector<std::string> check_factory_keys(const std::map<std::string, std::string>& keys,
                                            const std::vector<hal::ConnectorInfo>& connectors,
                                            int security_profile);

// How the factory value of a key is written in a settings file; nothing for an unknown key.
std::optional<shared::ValueType> factory_type(std::string_view key);

}  // namespace ocpp
