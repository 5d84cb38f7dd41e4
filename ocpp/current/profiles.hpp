// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the charging profiles that are installed, decides which replaces which, and selects those
// that count for a connector: OCPP 1.6 3.13.1, 3.13.2, 5.5, 5.16.

#include "ocpp/current/schedule.hpp"
#include "ocpp/wire/smart_charging.hpp"

#include <functional>
#include <string>

namespace ocpp::current {

inline constexpr int max_stack_level = 100;
inline constexpr std::size_t max_periods = 100;
inline constexpr std::size_t max_profiles = 100;

// Returns why a profile can never be right, whatever the moment; nothing when it can.
std::optional<std::string> complaint_about(const wire::ChargingProfile& profile, int connector);

// A session that runs, or the one that would begin now.
struct Session {
    Instant beginning;
    std::optional<std::int64_t> transaction;  // TransactionRecord::id
};

// The profiles that can bind one connector, by purpose.
struct ConnectorProfiles {
    Stack transaction;   // TxProfile
    Stack defaults;      // TxDefaultProfile
    Stack charge_point;  // ChargePointMaxProfile
};

class Profiles {
public:
    using Numbers = std::vector<std::int64_t>;
    using Predicate = std::function<bool(const Installed&)>;

    // Finds the profiles that it replaces: on the same connector those with the same
    // chargingProfileId, or with the same purpose and stackLevel. Two connectors may use the same
    // chargingProfileId: energy managers do.
    Numbers replaced_by(const Installed& profile) const;
    void put(Installed profile);
    // Removes the profiles that match; returns their numbers.
    Numbers remove(const Predicate& predicate);

    const std::vector<Installed>& all() const { return all_; }
    std::size_t size() const { return all_.size(); }
    std::int64_t next_number() const { return next_; }

    ConnectorProfiles of(int connector, const Session& session) const;
    // ChargePointMaxProfile: the whole charge point.
    Stack of_charge_point() const;

private:
    // At one stackLevel the connector's own comes first. It hides that of connector 0 while it says
    // something.
    Stack defaults(int connector, const Session& session) const;
    Stack of_transaction(int connector, const Session& session) const;

    std::vector<Installed> all_;  // by purpose, stackLevel downwards, connector downwards
    std::int64_t next_ = 1;
};

// ClearChargingProfile: an id alone counts; what is given must all hold (errata 4.0, 3.25, 3.26).
bool matches(const Installed& installed, const wire::ClearChargingProfileRequest& request);

}  // namespace ocpp::current
