// SPDX-License-Identifier: Apache-2.0
#pragma once
// What charging profiles say at an instant, and until when they say it: OCPP 1.6 3.13, 7.8 to 7.14.
// Integers only; an instant has milliseconds, a boundary is exact.

#include "ocpp/core/change.hpp"
#include "ocpp/wire/charging_profile.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocpp::current {

using core::Instant;

// A profile as it was accepted.
struct Installed {
    std::int64_t number = 0;  // ours; its place in the store
    int connector = 0;
    wire::ChargingProfile profile;
    Instant since;  // when it was accepted
    // Of a TxProfile: the transaction that it belongs to, as TransactionRecord::id.
    std::optional<std::int64_t> transaction;

    bool operator==(const Installed&) const = default;
};

// What a period says.
struct Rate {
    wire::Tenths limit;
    wire::ChargingRateUnitType unit{};
    std::optional<int> phases;          // numberPhases
    std::optional<wire::Tenths> least;  // minChargingRate, in the same unit

    bool operator==(const Rate&) const = default;
};

// `rate` holds until `until`, or for ever.
struct Held {
    std::optional<Rate> rate;
    std::optional<Instant> until;
};

// An energy manager's startSchedule is its "now", which may be ahead of ours: one that is so little
// ahead of its receipt has begun, or a limit that is renewed would be lifted until then.
inline constexpr std::chrono::seconds early_start{2};

// Schedules that are relative, or absolute without a startSchedule, count from `beginning`. A
// recurring one says nothing before its first startSchedule, and no run of it outlasts the next.
Held rate_at(const Installed& installed, Instant beginning, Instant at);

constexpr std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

// The profiles of one purpose for one connector. Asked for instants that never go back.
class Stack {
public:
    // Highest stackLevel first.
    Stack(std::vector<const Installed*> profiles, std::optional<Instant> beginning);

    struct Top {
        const Installed* profile = nullptr;  // nothing: no profile says anything
        Rate rate;
        std::optional<Instant> until;

        std::optional<Rate> limit() const {
            return profile == nullptr ? std::nullopt : std::optional{rate};
        }
    };
    // The highest level that says anything (3.13.2): below it nothing counts.
    Top at(Instant at);

private:
    struct Level {
        const Installed* profile;
        Held held;
        bool asked = false;
    };
    std::vector<Level> levels_;
    std::optional<Instant> beginning_;  // nothing: each from when it was accepted
};

}  // namespace ocpp::current
