// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the rate of a charging profile at an instant, and until when it holds: OCPP 1.6 3.13, 7.8
// to 7.14.
// Integers only; an instant has milliseconds, a boundary is exact.

#include "hal-service/shared/units.hpp"
#include "ocpp/core/change.hpp"
#include "ocpp/core/earlier.hpp"
#include "ocpp/wire/charging_profile.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocpp::current {

using core::earlier;
using core::Instant;

// A profile as it was accepted.
struct Installed {
    std::int64_t number = 0;  // ours; its place in the store
    int connector = 0;
    wire::ChargingProfile profile;
    Instant since;                            // when it was accepted
    std::optional<std::int64_t> transaction;  // TransactionRecord::id, for a TxProfile

    bool operator==(const Installed&) const = default;
};

// The limit of a period of a schedule.
struct Rate {
    wire::Tenths limit;
    wire::ChargingRateUnitType unit{};
    std::optional<int> phases;          // numberPhases
    std::optional<wire::Tenths> least;  // minChargingRate, in the same unit

    bool operator==(const Rate&) const = default;
};

// Watts become amps with what an area calls its voltage, not with what is measured (7.12).
inline constexpr std::int64_t nominal_volts = units::nominal_voltage.count / 1000;
// In milliamps for each of the phases, rounded down.
units::Milliamps current_of(const Rate& rate, int phases);
// In tenths of the unit, rounded down.
wire::Tenths in_unit(wire::ChargingRateUnitType unit, const Rate& rate, int phases);
wire::Tenths in_unit(wire::ChargingRateUnitType unit, units::Milliamps current, int phases);

// A rate, the profile that says it, and until when it says it. Both are missing where no profile
// says anything; without `until` that never changes.
struct RateUntil {
    const Installed* profile = nullptr;
    std::optional<Rate> rate;
    std::optional<Instant> until;
};

// An energy manager's startSchedule is its "now", which may be ahead of ours: one that is so little
// ahead of its receipt has begun, or a limit that is renewed would be lifted until then.
inline constexpr std::chrono::seconds early_start{2};

// Schedules that are relative, or absolute without a startSchedule, count from `beginning`. A
// recurring one says nothing before its first startSchedule, and no run of it outlasts the next.
RateUntil rate_at(const Installed& installed, Instant beginning, Instant at);

// When a profile has said its last word; nothing while it may still count. Only then can it be
// forgotten. A schedule that counts from a session has no end of its own, unless that session is
// the only one: `beginning` is that of a TxProfile's transaction.
std::optional<Instant> end_of(const Installed& installed, std::optional<Instant> beginning);

// The profiles of one purpose for one connector. Asked for instants that never go back.
class Stack {
public:
    // Highest stackLevel first. Without a beginning each profile counts from when it was accepted.
    Stack(std::vector<const Installed*> profiles, std::optional<Instant> beginning);

    // The highest level that says anything (3.13.2): below it nothing counts.
    RateUntil at(Instant at);

private:
    struct Level {
        const Installed* profile;
        std::optional<RateUntil> last;  // the answer to the last question
    };
    std::vector<Level> levels_;
    std::optional<Instant> beginning_;
};

}  // namespace ocpp::current
