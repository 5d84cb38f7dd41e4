// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random sets of charging profiles, as the product and as the oracle know them: near the window
// that is looked at, at its edges, days and weeks off.

#include "ocpp/current/profiles.hpp"
#include "tests/ocpp/current/oracle.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/number_from.hpp"

#include <random>
#include <string>
#include <utility>

namespace test::oracle {

using namespace ocpp;
using namespace std::chrono;
using current::Instant;
using wire::ChargingProfileKindType;
using wire::ChargingProfilePurposeType;
using wire::ChargingRateUnitType;

class Chance {
public:
    explicit Chance(std::uint64_t seed) : bits_(seed) {}
    std::int64_t from(std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool once_in(std::int64_t times) { return from(1, times) == 1; }

private:
    std::mt19937_64 bits_;
};

// Somewhere in the window or near it, or whole days and weeks off; rarely at odd milliseconds.
inline Instant near(Chance& chance, Instant start, std::int64_t length) {
    auto instant = start + seconds{chance.from(-length, 2 * length)};
    if (chance.once_in(4)) instant -= days{chance.from(0, 400)};
    if (chance.once_in(8)) instant -= days{7 * chance.from(0, 1000)};
    if (chance.once_in(6)) instant += milliseconds{chance.from(1, 999)};
    return instant;
}

inline void add_periods(Chance& chance, wire::ChargingSchedule& schedule, std::int64_t length) {
    const bool watts = schedule.charging_rate_unit == ChargingRateUnitType::W;
    std::int64_t start = 0;
    for (std::int64_t left = chance.from(1, 5); left > 0; --left) {
        wire::ChargingSchedulePeriod period;
        period.start_period = static_cast<std::int32_t>(start);
        period.limit.count = chance.once_in(8) ? 0
                             : watts           ? chance.from(0, 240'000)
                                               : chance.from(0, 350);
        if (chance.once_in(2)) period.number_phases = static_cast<std::int32_t>(chance.from(1, 3));
        schedule.charging_schedule_period.push_back(period);
        start += chance.from(1, length);
        // Near and beyond the end of a day.
        if (chance.once_in(10)) start = std::max(start, 86'400 + chance.from(-length, length));
    }
}

inline Profile some_profile(Chance& chance, Instant start, std::int64_t length) {
    Profile made{};
    auto& words = made.words;
    words.charging_profile_id = static_cast<std::int32_t>(chance.from(1, 6));
    words.stack_level = static_cast<std::int32_t>(chance.from(0, 3));
    words.charging_profile_purpose = static_cast<ChargingProfilePurposeType>(chance.from(0, 2));
    words.charging_profile_kind = static_cast<ChargingProfileKindType>(chance.from(0, 2));
    using enum ChargingProfilePurposeType;
    if (words.charging_profile_purpose == ChargePointMaxProfile) {
        made.connector = 0;
    } else {
        made.connector =
            static_cast<int>(chance.from(words.charging_profile_purpose == TxProfile ? 1 : 0, 2));
    }
    auto& schedule = words.charging_schedule;
    const bool recurring = words.charging_profile_kind == ChargingProfileKindType::Recurring;
    if (recurring) words.recurrency_kind = static_cast<wire::RecurrencyKindType>(chance.from(0, 1));
    if (recurring || !chance.once_in(3))
        schedule.start_schedule = wire::DateTime{near(chance, start, length)};
    if (chance.once_in(2))
        schedule.duration = static_cast<std::int32_t>(
            chance.once_in(6) ? 86'400 * chance.from(1, 8) : chance.from(1, 2 * length));
    if (chance.once_in(3)) words.valid_from = wire::DateTime{near(chance, start, length)};
    if (chance.once_in(3)) words.valid_to = wire::DateTime{near(chance, start, length)};
    if (words.valid_from && words.valid_to && *words.valid_to <= *words.valid_from)
        words.valid_to = wire::DateTime{words.valid_from->point + seconds{1}};
    schedule.charging_rate_unit = static_cast<ChargingRateUnitType>(chance.from(0, 1));
    add_periods(chance, schedule, length);
    made.accepted_ms = near(chance, start, length).time_since_epoch().count();
    // An energy manager's "now" is near its receipt.
    if (schedule.start_schedule && chance.once_in(4))
        made.accepted_ms =
            schedule.start_schedule->point.time_since_epoch().count() - chance.from(-500, 2'500);
    made.of_this_transaction = !chance.once_in(5);
    return made;
}

inline Connector some_connector(Chance& chance, int id, Instant start, std::int64_t length) {
    const int wired = chance.once_in(3) ? 1 : 3;
    const auto own = chance.from(0, 320) * 100;
    return {id,
            !chance.once_in(4),
            chance.once_in(2) ? own : own + chance.from(0, 100) * 100,
            own,
            chance.from(0, 320) * 100,
            wired,
            chance.once_in(3) ? 1 : 3,
            chance.once_in(3) ? 1 : 3,
            near(chance, start, length).time_since_epoch().count()};
}

inline Supply some_supply(Chance& chance) {
    return {chance.from(0, 600) * 100, chance.from(0, 600) * 100};
}

inline Instant some_start(Chance& chance) {
    return sys_days{year{2026} / 2 / 27} + days{chance.from(0, 800)} +
           seconds{chance.from(0, 86'399)} +
           milliseconds{chance.once_in(3) ? chance.from(1, 999) : 0};
}

// Installs some profiles, and returns the words of them that count. Transaction 1 is meant.
inline std::pair<current::Profiles, std::vector<Profile>> some_profiles(Chance& chance,
                                                                        Instant start,
                                                                        std::int64_t length) {
    current::Profiles profiles;
    std::vector<Profile> words;
    for (std::int64_t left = chance.from(0, 7); left > 0; --left) {
        const auto made = some_profile(chance, start, length);
        REQUIRE_FALSE(current::complaint_about(made.words, made.connector));
        // The newest of the same identity counts.
        std::erase_if(words, [&](const Profile& old) {
            return old.connector == made.connector &&
                   (old.words.charging_profile_id == made.words.charging_profile_id ||
                    (old.words.stack_level == made.words.stack_level &&
                     old.words.charging_profile_purpose == made.words.charging_profile_purpose));
        });
        words.push_back(made);
        profiles.put({profiles.next_number(), made.connector, made.words,
                      Instant{milliseconds{made.accepted_ms}}, made.of_this_transaction ? 1 : 2});
    }
    return {std::move(profiles), std::move(words)};
}

}  // namespace test::oracle
