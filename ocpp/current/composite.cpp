// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/composite.hpp"

#include <algorithm>
#include <limits>

namespace ocpp::current {

using std::chrono::seconds;
using units::Milliamps;
using wire::ChargingRateUnitType;
using wire::Tenths;

namespace {

// Neither does a question for a century keep the charge point busy.
constexpr int max_evaluations = 100'000;

// Rounded down, in tenths of the unit asked for.
Tenths tenths_of(const Rate& rate, int phases, ChargingRateUnitType unit) {
    if (rate.unit == unit) return rate.limit;
    if (unit == ChargingRateUnitType::W) return {rate.limit.count * nominal_volts * phases};
    return {rate.limit.count / (nominal_volts * phases)};
}

Tenths tenths_of(units::Milliamps current, int phases, ChargingRateUnitType unit) {
    if (unit == ChargingRateUnitType::W) return {current.count * nominal_volts * phases / 100};
    return {current.count / 100};
}

Milliamps current_of(const Whole& supply, const Stack::Top& whole) {
    return whole.profile == nullptr ? std::min(supply.current, supply.assigned) : supply.current;
}

struct Expected {
    Tenths limit;
    int phases = 1;
    std::optional<Instant> until;
};

// The stacks that bear on one connector.
class Course {
public:
    Course(const Profiles& profiles, const Outlet& outlet, const Whole& supply)
        : place_(outlet.place),
          supply_(supply),
          transaction_(profiles.of_transaction(outlet.place.connector, outlet.session)),
          defaults_(profiles.defaults(outlet.place.connector, outlet.session)) {}

    Expected at(Instant at, ChargingRateUnitType unit, const Stack::Top& whole_top) {
        const auto whole = whole_top.limit();
        const auto own = transaction_.at(at);
        Expected expected{{}, 1, earlier(whole_top.until, own.until)};
        auto session = own.limit();
        // A TxProfile overrules the defaults, also upwards (3.13.1).
        if (!session) {
            const auto fallback = defaults_.at(at);
            session = fallback.limit();
            expected.until = earlier(expected.until, fallback.until);
        }
        expected.phases = phases_under(session, whole, place_);
        const auto own_limit = std::min(place_.current, current_of(supply_, whole_top));
        expected.limit = tenths_of(own_limit, expected.phases, unit);
        const auto bound = [&expected](Tenths limit) {
            expected.limit = std::min(expected.limit, limit);
        };
        if (!session) bound(tenths_of(place_.assigned, expected.phases, unit));
        if (session) bound(tenths_of(*session, expected.phases, unit));
        if (whole) bound(tenths_of(*whole, expected.phases, unit));
        return expected;
    }

private:
    Place place_;
    Whole supply_;
    Stack transaction_;
    Stack defaults_;
};

// Asks at each second at which the answer can differ.
template <class Ask>
Composite sampled(const Inquiry& inquiry, Ask ask) {
    Composite result;
    const auto start = std::chrono::floor<seconds>(inquiry.at);
    seconds at{0};
    for (int evaluations = 0; at < inquiry.duration && evaluations < max_evaluations;
         ++evaluations) {
        const Expected expected = ask(std::max(Instant{start + at}, inquiry.at));
        const bool same = !result.periods.empty() &&
                          result.periods.back().limit == expected.limit &&
                          result.periods.back().number_phases == expected.phases;
        if (!same && result.periods.size() == wire::max_schedule_periods) break;
        if (!same)
            result.periods.push_back(
                {static_cast<std::int32_t>(at.count()), expected.limit, expected.phases});
        at = expected.until
                 ? std::min(inquiry.duration,
                            std::max(at + seconds{1},
                                     std::chrono::ceil<seconds>(*expected.until - start)))
                 : inquiry.duration;
    }
    result.covered = at;
    return result;
}

}  // namespace

int phases_under(const std::optional<Rate>& session, const std::optional<Rate>& whole,
                 const Place& place) {
    int phases = session ? session->phases.value_or(place.wired) : place.chosen;
    if (whole && whole->phases) phases = std::min(phases, *whole->phases);
    // There are contactors for one phase and for all.
    return phases < 3 ? 1 : std::min(phases, place.wired);
}

units::Milliamps current_of(const Rate& rate, int phases) {
    if (rate.unit == ChargingRateUnitType::A) return {rate.limit.count * 100};
    return {rate.limit.count * 100 / (nominal_volts * phases)};
}

Composite composite(const Profiles& profiles, const Outlet& outlet, const Whole& supply,
                    const Inquiry& inquiry) {
    Course course(profiles, outlet, supply);
    auto whole = profiles.of_charge_point();
    return sampled(inquiry, [&](Instant at) { return course.at(at, inquiry.unit, whole.at(at)); });
}

Composite composite(const Profiles& profiles, const std::vector<Outlet>& outlets,
                    const Whole& supply, const Inquiry& inquiry) {
    std::vector<Course> courses;
    for (const auto& outlet : outlets) courses.emplace_back(profiles, outlet, supply);
    auto whole = profiles.of_charge_point();
    return sampled(inquiry, [&](Instant at) {
        const auto top = whole.at(at);
        Expected sum{{}, 1, top.until};
        for (auto& course : courses) {
            const auto one = course.at(at, inquiry.unit, top);
            sum.limit.count += one.limit.count;
            sum.phases = std::max(sum.phases, one.phases);
            sum.until = earlier(sum.until, one.until);
        }
        sum.limit =
            std::min(sum.limit, tenths_of(current_of(supply, top), sum.phases, inquiry.unit));
        if (top.profile != nullptr)
            sum.limit = std::min(sum.limit, tenths_of(top.rate, sum.phases, inquiry.unit));
        return sum;
    });
}

}  // namespace ocpp::current
