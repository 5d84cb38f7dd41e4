// SPDX-License-Identifier: Apache-2.0
#pragma once
// GetCompositeSchedule: what the charge point expects to offer, second by second, from the profiles
// and from its own limits (OCPP 1.6 3.13.5, 5.7).

#include "hal-service/shared/units.hpp"
#include "ocpp/current/profiles.hpp"

#include <chrono>
#include <vector>

namespace ocpp::current {

// What an area calls its voltage; watts become amps with it, not with what is measured (7.12).
inline constexpr std::int64_t nominal_volts = units::nominal_voltage.count / 1000;

// What bounds a connector whatever the profiles say.
struct Place {
    int connector = 0;
    units::Milliamps current;   // per phase, the least of all its own limits
    units::Milliamps assigned;  // counts while no profile rules the session
    int wired = 3;              // phases there are, also of a schedule without numberPhases
    int chosen = 3;             // phases without a schedule
};

// Phases that charge under these rates; `session` is that of TxProfile or TxDefaultProfile.
int phases_under(const std::optional<Rate>& session, const std::optional<Rate>& whole,
                 const Place& place);
// In milliamps for each of the phases, rounded down.
units::Milliamps current_of(const Rate& rate, int phases);

// Bounds of connector 0, whatever the profiles say.
struct Whole {
    units::Milliamps current;   // per phase
    units::Milliamps assigned;  // counts while no ChargePointMaxProfile does
};

// The schedule begins with the second that `at` is in, because its periods have whole ones; its
// first period is what holds at `at`.
struct Inquiry {
    Instant at;
    std::chrono::seconds duration{0};
    wire::ChargingRateUnitType unit{};
};

struct Composite {
    std::vector<wire::ChargingSchedulePeriod> periods;
    std::chrono::seconds covered{0};  // less than asked for when there are too many periods
};

// The session of a connector counts as running whether there is one or not.
struct Outlet {
    Place place;
    Session session;
};
Composite composite(const Profiles& profiles, const Outlet& outlet, const Whole& supply,
                    const Inquiry& inquiry);
// Connector 0: what all outlets together are expected to draw.
Composite composite(const Profiles& profiles, const std::vector<Outlet>& outlets,
                    const Whole& supply, const Inquiry& inquiry);

}  // namespace ocpp::current
