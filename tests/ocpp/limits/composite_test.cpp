// SPDX-License-Identifier: Apache-2.0
// Random sets of charging profiles: each second of the composite schedule is what the oracle says.
// CHARGEPOINT_PROFILE_SETS and CHARGEPOINT_PROFILE_SEED choose how many and which.

#include "ocpp/limits/composite.hpp"
#include "tests/ocpp/limits/oracle.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

using namespace ocpp;
using namespace std::chrono;
using limits::Instant;
using wire::ChargingProfileKindType;
using wire::ChargingProfilePurposeType;
using wire::ChargingRateUnitType;

namespace {

constexpr std::int64_t default_sets = 30'000;

std::int64_t number_from(const char* variable, std::int64_t fallback) {
    const char* text = std::getenv(variable);
    return text == nullptr ? fallback : std::stoll(text);
}

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
Instant near(Chance& chance, Instant start, std::int64_t length) {
    auto instant = start + seconds{chance.from(-length, 2 * length)};
    if (chance.once_in(4)) instant -= days{chance.from(0, 400)};
    if (chance.once_in(8)) instant -= days{7 * chance.from(0, 1000)};
    if (chance.once_in(6)) instant += milliseconds{chance.from(1, 999)};
    return instant;
}

void add_periods(Chance& chance, wire::ChargingSchedule& schedule, std::int64_t length) {
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

test::oracle::Profile some_profile(Chance& chance, Instant start, std::int64_t length) {
    test::oracle::Profile made{};
    auto& words = made.words;
    words.charging_profile_id = static_cast<std::int32_t>(chance.from(1, 6));
    words.stack_level = static_cast<std::int32_t>(chance.from(0, 3));
    words.charging_profile_purpose = static_cast<ChargingProfilePurposeType>(chance.from(0, 2));
    words.charging_profile_kind = static_cast<ChargingProfileKindType>(chance.from(0, 2));
    using enum ChargingProfilePurposeType;
    if (words.charging_profile_purpose == ChargePointMaxProfile) {
        made.connector = 0;
        if (words.charging_profile_kind == ChargingProfileKindType::Relative)
            words.charging_profile_kind = ChargingProfileKindType::Absolute;
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
    made.of_this_transaction = !chance.once_in(5);
    return made;
}

limits::Outlet outlet_of(const test::oracle::Connector& c) {
    return {{c.id, units::Milliamps{c.own_milliamps}, units::Milliamps{c.assigned_milliamps},
             c.wired_phases, c.installation_phases, c.assigned_phases},
            {Instant{milliseconds{c.session_ms}}, 1}};
}

test::oracle::Connector some_connector(Chance& chance, int id, Instant start, std::int64_t length) {
    const int wired = chance.once_in(3) ? 1 : 3;
    return {id,
            chance.from(0, 320) * 100,
            chance.from(0, 320) * 100,
            wired,
            chance.once_in(3) ? 1 : 3,
            chance.once_in(3) ? 1 : 3,
            near(chance, start, length).time_since_epoch().count()};
}

// One period after the other until the second.
struct Reader {
    const limits::Composite& composite;
    std::size_t next = 0;

    test::oracle::Answer at(std::int64_t second) {
        while (next < composite.periods.size() && composite.periods[next].start_period <= second)
            ++next;
        if (next == 0) return {-1, 0};
        const auto& period = composite.periods[next - 1];
        return {period.limit.count, period.number_phases.value_or(0)};
    }
};

bool merged(const limits::Composite& composite) {
    for (std::size_t i = 1; i < composite.periods.size(); ++i) {
        const auto& a = composite.periods[i - 1];
        const auto& b = composite.periods[i];
        if (a.limit == b.limit && a.number_phases == b.number_phases) return false;
    }
    return true;
}

// How many seconds differ from the oracle.
std::int64_t differences(Chance& chance) {
    const Instant start = sys_days{year{2026} / 2 / 27} + days{chance.from(0, 800)} +
                          seconds{chance.from(0, 86'399)} +
                          milliseconds{chance.once_in(3) ? chance.from(1, 999) : 0};
    const std::int64_t length = chance.from(1, 90);
    const std::vector connectors{some_connector(chance, 1, start, length),
                                 some_connector(chance, 2, start, length)};
    limits::Profiles profiles;
    std::vector<test::oracle::Profile> words;
    for (std::int64_t left = chance.from(0, 7); left > 0; --left) {
        const auto made = some_profile(chance, start, length);
        REQUIRE_FALSE(limits::complaint_about(made.words, made.connector));
        // The newest of the same identity counts.
        std::erase_if(words, [&](const test::oracle::Profile& old) {
            return old.connector == made.connector &&
                   (old.words.charging_profile_id == made.words.charging_profile_id ||
                    (old.words.stack_level == made.words.stack_level &&
                     old.words.charging_profile_purpose == made.words.charging_profile_purpose));
        });
        words.push_back(made);
        profiles.put({profiles.next_number(), made.connector, made.words,
                      Instant{milliseconds{made.accepted_ms}}, made.of_this_transaction ? 1 : 2});
    }
    const std::int64_t supply = chance.from(0, 600) * 100;
    const auto unit = static_cast<ChargingRateUnitType>(chance.from(0, 1));
    const limits::Inquiry inquiry{start, seconds{length}, unit};
    const bool watts = unit == ChargingRateUnitType::W;

    const auto first = limits::composite(profiles, outlet_of(connectors[0]), inquiry);
    const auto second = limits::composite(profiles, outlet_of(connectors[1]), inquiry);
    const auto both =
        limits::composite(profiles, {outlet_of(connectors[0]), outlet_of(connectors[1])},
                          units::Milliamps{supply}, inquiry);
    REQUIRE(first.covered == seconds{length});
    std::int64_t wrong = merged(first) && merged(second) && merged(both) ? 0 : 1;
    Reader of_first{first}, of_second{second}, of_both{both};
    for (std::int64_t s = 0; s < length; ++s) {
        const auto now = (start + seconds{s}).time_since_epoch().count();
        wrong += of_first.at(s) != test::oracle::at(words, connectors[0], now, watts);
        wrong += of_second.at(s) != test::oracle::at(words, connectors[1], now, watts);
        wrong += of_both.at(s) != test::oracle::sum_at(words, connectors, supply, now, watts);
    }
    return wrong;
}

}  // namespace

TEST_CASE("composite schedules of random profiles are what the specification's words give") {
    const auto sets = number_from("CHARGEPOINT_PROFILE_SETS", default_sets);
    const auto seed = number_from("CHARGEPOINT_PROFILE_SEED", 1);
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < sets; ++i) {
        Chance chance(static_cast<std::uint64_t>(seed * 1'000'000'007 + i));
        const auto found = differences(chance);
        if (found != 0 && ++different <= 3) {
            INFO("set " << i << " of seed " << seed);
            CHECK(found == 0);
        }
    }
    std::cout << "profile sets: " << sets << ", seed " << seed << ", different: " << different
              << '\n';
    CHECK(different == 0);
}
