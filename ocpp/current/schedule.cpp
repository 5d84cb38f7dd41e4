// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ocpp::current {

using std::chrono::seconds;
using wire::ChargingProfileKindType;

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

Run run_at(const Installed& installed, Instant beginning, Instant at) {
    const auto& profile = installed.profile;
    const auto& schedule = profile.charging_schedule;
    const bool anchored = schedule.start_schedule &&
                          profile.charging_profile_kind != ChargingProfileKindType::Relative;
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
Held rate_in(const Run& run, const wire::ChargingSchedule& schedule, Instant at) {
    if (at < run.begins) return {{}, run.begins};
    if (run.end && at >= *run.end) return {{}, run.next};
    const auto& periods = schedule.charging_schedule_period;
    const auto after = std::upper_bound(
        periods.begin(), periods.end(), std::max(at, run.from) - run.from,
        [](auto offset, const auto& period) { return offset < seconds{period.start_period}; });
    auto until = run.end;
    if (after != periods.end()) until = earlier(until, run.from + seconds{after->start_period});
    if (after == periods.begin()) return {{}, until};
    const auto& period = *std::prev(after);
    return {Rate{period.limit, schedule.charging_rate_unit, period.number_phases,
                 schedule.min_charging_rate},
            until};
}

}  // namespace

Held rate_at(const Installed& installed, Instant beginning, Instant at) {
    const auto& profile = installed.profile;
    if (profile.valid_from && at < profile.valid_from->point)
        return {{}, profile.valid_from->point};
    if (profile.valid_to && at >= profile.valid_to->point) return {};
    auto held = rate_in(run_at(installed, beginning, at), profile.charging_schedule, at);
    if (profile.valid_to) held.until = earlier(held.until, profile.valid_to->point);
    return held;
}

Stack::Stack(std::vector<const Installed*> profiles, std::optional<Instant> beginning)
    : beginning_(beginning) {
    levels_.reserve(profiles.size());
    for (const auto* profile : profiles) levels_.push_back({profile, {}, false});
}

Stack::Top Stack::at(Instant at) {
    Top top;
    for (auto& level : levels_) {
        const bool stale = !level.asked || (level.held.until && *level.held.until <= at);
        if (stale)
            level.held = rate_at(*level.profile, beginning_.value_or(level.profile->since), at);
        level.asked = true;
        top.until = earlier(top.until, level.held.until);
        if (!level.held.rate) continue;
        top.profile = level.profile;
        top.rate = *level.held.rate;
        break;
    }
    return top;
}

}  // namespace ocpp::current
