// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every bound of every outlet at one instant: where it comes from, which one binds, and when that
// can change. What is offered, and what a person is told about it, is this and nothing else.

#include "ocpp/current/composite.hpp"
#include "ocpp/current/sharing.hpp"

#include <array>
#include <optional>
#include <vector>

namespace ocpp::current {

enum class Source {
    MaxCurrent,                  // the rating plate
    InstallationCurrent,         // the fuse
    UserCurrentLimit,            // the driver
    AssignedCurrent,             // a load balancer
    InstallationOfflineCurrent,  // nobody manages the load at the moment
    TxProfile,
    TxDefaultProfile,
    ChargePointMaxProfile,
    Temperature,
    Cable,
    PowerUp,      // after the mains have returned
    SharedSupply  // what the other outlets leave
};
constexpr auto names(Source) {
    return std::array{"MaxCurrent",
                      "InstallationCurrent",
                      "UserCurrentLimit",
                      "AssignedCurrent",
                      "InstallationOfflineCurrent",
                      "TxProfile",
                      "TxDefaultProfile",
                      "ChargePointMaxProfile",
                      "Temperature",
                      "Cable",
                      "PowerUp",
                      "SharedSupply"};
}

struct Bound {
    Source source{};
    units::Milliamps current;  // per phase
    struct Name {
        std::int32_t id = 0;
        std::int32_t stack_level = 0;
    };
    std::optional<Name> profile{};
};

const Bound& least_of(const std::vector<Bound>& bounds);

// What is known about an outlet. Amps are per phase.
struct ConnectorSituation {
    int connector = 0;
    units::Milliamps rating;
    units::Milliamps installation;
    units::Milliamps user;
    units::Milliamps assigned;
    units::Milliamps offline;
    units::Milliamps temperature;
    units::Milliamps cable;
    int wired = 3;
    int installation_phases = 3;
    int assigned_phases = 3;
    Session session;        // the one that runs, or the one that would begin now
    bool charging = false;  // it takes part in the sharing
    bool draws = true;
    std::int64_t queue = 0;  // as in Claim
    bool has_pilot = true;
    units::Milliamps drawn;  // the most that was seen in this session
    units::Milliamps held;   // what it may still draw because of what it was offered
    int held_phases = 3;
};

struct Situation {
    Instant at;
    std::vector<ConnectorSituation> outlets;
    ConnectorSituation whole;  // connector 0: the supply of all of them
    bool offline = false;
    std::optional<units::Milliamps> power_up;
};

struct Verdict {
    std::vector<Bound> bounds;
    Bound binding;
    units::Milliamps share;  // 0: a pause
    units::Milliamps offer;  // at most the share, while others still come down
    int phases = 3;
    bool ruled = false;  // by a TxProfile or TxDefaultProfile
    // Until then the same situation gives the same verdict.
    std::optional<Instant> until;
};

struct Ruling {
    std::vector<Verdict> outlets;         // as in the situation
    std::vector<Bound> supply;            // of the whole charge point
    std::optional<Instant> supply_until;  // these are the same until then
    bool turns = false;                   // not everybody who draws fits
    std::optional<Instant> until;         // the same situation gives the same ruling until then
};

Ruling rule(const Profiles& profiles, const Situation& situation);

// What bounds an outlet in GetCompositeSchedule.
Place place_of(const ConnectorSituation& facts);
// What bounds all of them.
Whole whole_of(const ConnectorSituation& facts);

}  // namespace ocpp::current
