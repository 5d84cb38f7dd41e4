// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says which limits bind a connector at an instant, and which of them counts instead of which.
//
// The charge point knows about a dozen limits of the current of a connector. Each of them is a
// Bound here: a current for each phase, and the source it comes from. The least bound wins; no
// source has more weight than another one. Precedence is only about which bounds are in the list.
//
// Some bounds are always in the list: the rating plate (MaxCurrent), the fuse
// (InstallationCurrent), the driver's choice (UserCurrentLimit), the temperature and the cable.
//
// The session has one bound of the following, the first that says anything at this instant:
//   1. the TxProfile of its transaction. It replaces the defaults, also upwards (OCPP 1.6 3.13.1).
//   2. the TxDefaultProfile of the connector; one on connector 0 counts where that of the connector
//      with the same stackLevel says nothing at this instant.
//   3. AssignedCurrent, the key of a load balancer, and beside it InstallationOfflineCurrent while
//      nobody manages the load.
// Among several profiles of one purpose the highest stackLevel that says anything at this instant
// counts, and all below it are silent (3.13.2).
//
// A ChargePointMaxProfile is a bound of each connector, and of the supply that all connectors
// share. On connector 0, the supply, it stands where a session profile stands on a connector:
// AssignedCurrent and InstallationOfflineCurrent of connector 0 count while there is none.
//
// PowerUp, the slow start after a loss of the mains, is one more bound of each connector.
//
// The number of phases is decided before a profile becomes a current, because watts are divided by
// it: numberPhases of the session's profile, else all phases that are wired; without a profile
// AssignedPhase. A ChargePointMaxProfile can only lower it. There are contactors for one phase and
// for three, so that two become one.
//
// Two questions are answered from this list. The offer of now (offers.hpp) takes the least of all
// bounds and then divides the supply among the connectors; what the others leave is shown as the
// bound SharedSupply. The composite schedule (composite.hpp) takes the bounds at one instant after
// the other, and leaves out those that only describe the present (only_now), because nobody knows
// the temperature of tomorrow. Both ask bounds_at(), so that a schedule never promises by another
// precedence than the one that rules the offer.
//
// `until` says how long the answer stays the same if no fact and no profile changes. Callers plan
// their next look with it, which is why it has to be the earliest end of everything that was asked,
// also of profiles that say nothing yet.

#include "ocpp/current/profiles.hpp"

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
    SharedSupply  // current that the other connectors leave
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
// A bound that describes the present alone: no schedule is made from it.
constexpr bool only_now(Source source) {
    return source == Source::Temperature || source == Source::Cable ||
           source == Source::InstallationOfflineCurrent || source == Source::PowerUp ||
           source == Source::SharedSupply;
}

struct Bound {
    Source source{};
    units::Milliamps current;  // per phase
    struct FromProfile {
        std::int32_t id = 0;
        std::int32_t stack_level = 0;
        Rate rate;
    };
    std::optional<FromProfile> profile{};

    // In tenths of the unit, rounded down once.
    wire::Tenths in(wire::ChargingRateUnitType unit, int phases) const {
        return profile ? in_unit(unit, profile->rate, phases) : in_unit(unit, current, phases);
    }
};

// Everything that bounds one connector, or the supply, at an instant.
struct Bounds {
    std::vector<Bound> all;
    int phases = 1;                // that charge under these bounds
    std::optional<Instant> until;  // nothing of this changes before
};

const Bound& least_of(const std::vector<Bound>& bounds);

// Facts about a connector; connector 0 is the supply of all of them. Amps are per phase.
struct ConnectorSituation {
    int connector = 0;
    units::Milliamps rating;
    units::Milliamps installation;
    units::Milliamps user;
    units::Milliamps assigned;
    std::optional<units::Milliamps> offline;  // while nobody manages the load
    units::Milliamps temperature;
    units::Milliamps cable;
    std::optional<units::Milliamps> power_up;
    int wired = 3;
    int installation_phases = 3;
    int assigned_phases = 3;
    Session session;        // the one that runs, or the one that would begin now
    bool charging = false;  // it takes part in the sharing
    bool draws = true;
    std::int64_t queue = 0;  // as in Claim
    bool has_pilot = true;
    units::Milliamps drawn;  // the most that was seen in this session
    units::Milliamps held;   // current it may still draw because of an earlier offer
    int held_phases = 3;
};

// True when a connector for which this is the least bound is offered nothing: less than 6 A can't
// be told, and to a vehicle without a pilot nothing less than the rating.
bool is_too_little(units::Milliamps current, const ConnectorSituation& facts);

// Everything that bounds a connector. `profiles` are those of the same connector.
Bounds bounds_at(ConnectorProfiles& profiles, const ConnectorSituation& facts, Instant at);
// Everything that bounds the supply of all connectors. Watts count as one phase has them alone.
Bounds supply_bounds_at(Stack& charge_point, const ConnectorSituation& supply, Instant at);

}  // namespace ocpp::current
