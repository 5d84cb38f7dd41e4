// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ocpp::current {

using std::chrono::seconds;
using wire::ChargingProfileKindType;
using wire::ChargingRateUnitType;
using wire::Tenths;

namespace {

constexpr seconds a_day{86'400};
constexpr seconds a_week{7 * 86'400};

// One run of a schedule.
struct Run {
    Instant from;
    Instant begins;               // when its first period is in force
    std::optional<Instant> end;   // says nothing from here on
    std::optional<Instant> next;  // the next run begins
};

// The schedule has a moment of its own to count from.
bool is_anchored(const wire::ChargingProfile& profile) {
    return profile.charging_schedule.start_schedule &&
           profile.charging_profile_kind != ChargingProfileKindType::Relative;
}

Run run_at(const Installed& installed, Instant beginning, Instant at) {
    const auto& profile = installed.profile;
    const auto& schedule = profile.charging_schedule;
    const bool anchored = is_anchored(profile);
    Run run;
    run.from = run.begins = anchored ? schedule.start_schedule->point : beginning;
    if (anchored && run.from <= installed.since + early_start)
        run.begins = std::min(run.from, installed.since);
    if (profile.charging_profile_kind == ChargingProfileKindType::Recurring) {
        const auto interval =
            profile.recurrency_kind == wire::RecurrencyKindType::Weekly ? a_week : a_day;
        if (at >= run.from + interval)
            run.begins = run.from += (at - run.from) / interval * interval;
        run.next = run.end = run.from + interval;
    }
    if (schedule.duration) run.end = earlier(run.end, run.from + seconds{*schedule.duration});
    return run;
}

// Within the run, without regard to validFrom and validTo.
RateUntil rate_in(const Run& run, const Installed& installed, Instant at) {
    if (at < run.begins) return {nullptr, {}, run.begins};
    if (run.end && at >= *run.end) return {nullptr, {}, run.next};
    const auto& schedule = installed.profile.charging_schedule;
    const auto& periods = schedule.charging_schedule_period;
    const auto after = std::upper_bound(
        periods.begin(), periods.end(), std::max(at, run.from) - run.from,
        [](auto offset, const auto& period) { return offset < seconds{period.start_period}; });
    auto until = run.end;
    if (after != periods.end()) until = earlier(until, run.from + seconds{after->start_period});
    if (after == periods.begin()) return {nullptr, {}, until};
    const auto& period = *std::prev(after);
    return {&installed,
            Rate{period.limit, schedule.charging_rate_unit, period.number_phases,
                 schedule.min_charging_rate},
            until};
}

}  // namespace

units::Milliamps current_of(const Rate& rate, int phases) {
    if (rate.unit == ChargingRateUnitType::A) return {rate.limit.count * 100};
    return {rate.limit.count * 100 / (nominal_volts * phases)};
}

Tenths in_unit(ChargingRateUnitType unit, const Rate& rate, int phases) {
    if (rate.unit == unit) return rate.limit;
    if (unit == ChargingRateUnitType::W) return {rate.limit.count * nominal_volts * phases};
    return {rate.limit.count / (nominal_volts * phases)};
}

Tenths in_unit(ChargingRateUnitType unit, units::Milliamps current, int phases) {
    if (unit == ChargingRateUnitType::W) return {current.count * nominal_volts * phases / 100};
    return {current.count / 100};
}

RateUntil rate_at(const Installed& installed, Instant beginning, Instant at) {
    const auto& profile = installed.profile;
    if (profile.valid_from && at < profile.valid_from->point)
        return {nullptr, {}, profile.valid_from->point};
    if (profile.valid_to && at >= profile.valid_to->point) return {};
    auto said = rate_in(run_at(installed, beginning, at), installed, at);
    if (profile.valid_to) said.until = earlier(said.until, profile.valid_to->point);
    return said;
}

std::optional<Instant> end_of(const Installed& installed, std::optional<Instant> beginning) {
    const auto& profile = installed.profile;
    const auto& schedule = profile.charging_schedule;
    std::optional<Instant> end;
    if (profile.valid_to) end = profile.valid_to->point;
    if (!schedule.duration || profile.charging_profile_kind == ChargingProfileKindType::Recurring)
        return end;
    auto from = beginning;
    if (is_anchored(profile))
        from = schedule.start_schedule->point;
    else if (profile.charging_profile_purpose ==
             wire::ChargingProfilePurposeType::ChargePointMaxProfile)
        from = installed.since;
    return from ? earlier(end, *from + seconds{*schedule.duration}) : end;
}

Stack::Stack(std::vector<const Installed*> profiles, std::optional<Instant> beginning)
    : beginning_(beginning) {
    levels_.reserve(profiles.size());
    for (const auto* profile : profiles) levels_.push_back({profile, {}});
}

RateUntil Stack::at(Instant at) {
    RateUntil top;
    for (auto& level : levels_) {
        if (!level.last || (level.last->until && *level.last->until <= at))
            level.last = rate_at(*level.profile, beginning_.value_or(level.profile->since), at);
        top.until = earlier(top.until, level.last->until);
        if (!level.last->rate) continue;
        top.profile = level.profile;
        top.rate = level.last->rate;
        break;
    }
    return top;
}

}  // namespace ocpp::current
