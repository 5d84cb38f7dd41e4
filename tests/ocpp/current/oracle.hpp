// SPDX-License-Identifier: Apache-2.0
#pragma once
// A second reading of OCPP 1.6 3.13 and 7.8 to 7.14, as plain as can be: it looks at each second by
// itself and shares no code with the product but the messages. Slow, and therefore easy to check.

#include "ocpp/wire/charging_profile.hpp"

#include <optional>
#include <vector>

namespace test::oracle {

struct Profile {
    int connector;  // as in SetChargingProfile
    ocpp::wire::ChargingProfile words;
    std::int64_t accepted_ms;
    bool of_this_transaction;  // a TxProfile of the transaction that is asked about
};

struct Connector {
    int id;
    bool pilot;                       // the vehicle can be told how much
    std::int64_t rated_milliamps;     // at least the next one
    std::int64_t own_milliamps;       // the least of rating, fuse and driver's wish
    std::int64_t assigned_milliamps;  // of a load balancer
    int wired_phases;
    int installation_phases;
    int assigned_phases;
    std::int64_t session_ms;  // when charging began
};

// Connector 0.
struct Supply {
    std::int64_t own_milliamps;
    std::int64_t assigned_milliamps;
};

struct Answer {
    std::int64_t tenths = 0;
    int phases = 0;
    bool operator==(const Answer&) const = default;
};

struct Said {
    std::int64_t tenths;
    bool watts;
    std::optional<int> phases;
};

inline std::optional<std::int64_t> start_of(const Profile& p, const Connector& c,
                                            std::int64_t now) {
    using ocpp::wire::ChargingProfileKindType;
    const auto& given = p.words.charging_schedule.start_schedule;
    if (p.words.charging_profile_kind == ChargingProfileKindType::Recurring) {
        std::int64_t start = given->point.time_since_epoch().count();
        if (now < start) return std::nullopt;
        const std::int64_t step =
            (*p.words.recurrency_kind == ocpp::wire::RecurrencyKindType::Daily ? 1 : 7) *
            86'400'000LL;
        // One repetition after the other, the long way made short by whole years.
        while (start + 364 * 86'400'000LL <= now) start += 364 * 86'400'000LL;
        while (start + step <= now) start += step;
        return start;
    }
    if (p.words.charging_profile_kind == ChargingProfileKindType::Absolute && given)
        return given->point.time_since_epoch().count();
    // Relative, and "absolute" without a start: to the start of charging. The whole charge point
    // has no such start; there it is the moment of the request, for both kinds.
    if (p.words.charging_profile_purpose ==
        ocpp::wire::ChargingProfilePurposeType::ChargePointMaxProfile)
        return p.accepted_ms;
    return c.session_ms;
}

inline std::optional<Said> said_by(const Profile& p, const Connector& c, std::int64_t now) {
    const auto& words = p.words;
    if (words.valid_from && now < words.valid_from->point.time_since_epoch().count())
        return std::nullopt;
    if (words.valid_to && now >= words.valid_to->point.time_since_epoch().count())
        return std::nullopt;
    auto start = start_of(p, c, now);
    // The sender's clock may be ahead: up to two seconds after the receipt is now.
    const auto& given = words.charging_schedule.start_schedule;
    const auto ahead = given ? given->point.time_since_epoch().count() - p.accepted_ms : 0;
    const bool anchored =
        words.charging_profile_kind != ocpp::wire::ChargingProfileKindType::Relative;
    if (anchored && ahead > 0 && ahead <= 2'000 && now >= p.accepted_ms &&
        now < p.accepted_ms + ahead)
        start = now;
    if (!start || now < *start) return std::nullopt;
    const std::int64_t elapsed_ms = now - *start;
    const auto& schedule = words.charging_schedule;
    if (schedule.duration && elapsed_ms >= *schedule.duration * 1000LL) return std::nullopt;
    std::optional<Said> said;
    for (const auto& period : schedule.charging_schedule_period)
        if (period.start_period * 1000LL <= elapsed_ms)
            said = Said{period.limit.count,
                        schedule.charging_rate_unit == ocpp::wire::ChargingRateUnitType::W,
                        period.number_phases};
    return said;
}

inline std::optional<Said> highest(const std::vector<Profile>& profiles, const Connector& c,
                                   std::int64_t now,
                                   ocpp::wire::ChargingProfilePurposeType purpose) {
    using enum ocpp::wire::ChargingProfilePurposeType;
    for (int level = 100; level >= 0; --level) {
        std::optional<Said> own, general;
        for (const auto& p : profiles) {
            if (p.words.charging_profile_purpose != purpose || p.words.stack_level != level)
                continue;
            if (purpose == TxProfile && (p.connector != c.id || !p.of_this_transaction)) continue;
            if (purpose == TxDefaultProfile && p.connector != c.id && p.connector != 0) continue;
            (p.connector == c.id ? own : general) = said_by(p, c, now);
        }
        // The connector's own default stands in the place of the general one while it says
        // anything.
        if (own) return own;
        if (general) return general;
    }
    return std::nullopt;
}

inline std::int64_t in_unit(const Said& said, bool watts, int phases) {
    if (said.watts == watts) return said.tenths;
    return watts ? said.tenths * 230 * phases : said.tenths / (230 * phases);
}

inline std::int64_t in_unit(std::int64_t milliamps, bool watts, int phases) {
    return watts ? milliamps * 230 * phases / 100 : milliamps / 100;
}

// What one connector is offered at this very moment.
inline Answer at(const std::vector<Profile>& profiles, const Connector& c, const Supply& supply,
                 std::int64_t now, bool watts) {
    using enum ocpp::wire::ChargingProfilePurposeType;
    auto session = highest(profiles, c, now, TxProfile);
    if (!session) session = highest(profiles, c, now, TxDefaultProfile);
    const auto whole = highest(profiles, c, now, ChargePointMaxProfile);

    int phases = c.assigned_phases;
    if (session) phases = session->phases ? *session->phases : c.installation_phases;
    if (whole && whole->phases && *whole->phases < phases) phases = *whole->phases;
    if (c.wired_phases < phases) phases = c.wired_phases;
    if (c.installation_phases < phases) phases = c.installation_phases;
    if (phases == 2) phases = 1;

    const auto least_in = [&](bool in_watts) {
        std::int64_t least = in_unit(c.own_milliamps, in_watts, phases);
        const auto bound = [&least](std::int64_t other) { least = other < least ? other : least; };
        if (session)
            bound(in_unit(*session, in_watts, phases));
        else
            bound(in_unit(c.assigned_milliamps, in_watts, phases));
        if (whole) bound(in_unit(*whole, in_watts, phases));
        // No outlet gets more than all of them together.
        bound(in_unit(supply.own_milliamps, in_watts, phases));
        if (!whole) bound(in_unit(supply.assigned_milliamps, in_watts, phases));
        return least;
    };
    // IEC 61851-1 can't offer less than 6 A, and without a pilot it is all or nothing.
    const auto milliamps = least_in(false) * 100;
    if (milliamps < 6'000 || (!c.pilot && milliamps < c.rated_milliamps)) return {0, phases};
    return {least_in(watts), phases};
}

// What all of them are expected to draw together.
inline Answer sum_at(const std::vector<Profile>& profiles, const std::vector<Connector>& all,
                     const Supply& supply, std::int64_t now, bool watts) {
    Answer sum{0, 1};
    for (const auto& c : all) {
        const auto one = at(profiles, c, supply, now, watts);
        sum.tenths += one.tenths;
        sum.phases = one.phases > sum.phases ? one.phases : sum.phases;
    }
    const auto bound = [&sum](std::int64_t other) {
        sum.tenths = other < sum.tenths ? other : sum.tenths;
    };
    bound(in_unit(supply.own_milliamps, watts, sum.phases));
    if (const auto whole = highest(profiles, all.front(), now,
                                   ocpp::wire::ChargingProfilePurposeType::ChargePointMaxProfile))
        bound(in_unit(*whole, watts, sum.phases));
    else
        bound(in_unit(supply.assigned_milliamps, watts, sum.phases));
    return sum;
}

}  // namespace test::oracle
