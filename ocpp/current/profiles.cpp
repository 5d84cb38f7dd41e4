// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/profiles.hpp"

#include <algorithm>
#include <tuple>

namespace ocpp::current {

using wire::ChargingProfileKindType;
using wire::ChargingProfilePurposeType;

namespace {

std::optional<std::string> complaint_about(const wire::ChargingSchedule& schedule) {
    const auto& periods = schedule.charging_schedule_period;
    if (periods.size() > max_periods)
        return "it has more than " + std::to_string(max_periods) +
               " periods (ChargingScheduleMaxPeriods)";
    if (schedule.duration && *schedule.duration <= 0) return "its duration is not above 0";
    if (schedule.min_charging_rate && schedule.min_charging_rate->count < 0)
        return "its minChargingRate is negative";
    if (periods.begin()->start_period != 0) return "its first startPeriod is not 0";
    const wire::ChargingSchedulePeriod* before = nullptr;
    for (const auto& period : periods) {
        if (before != nullptr && period.start_period <= before->start_period)
            return "its startPeriods do not ascend";
        if (period.limit.count < 0) return "a limit is negative";
        if (period.number_phases && (*period.number_phases < 1 || *period.number_phases > 3))
            return "a numberPhases is not 1 to 3";
        // One phase alone is always the first.
        if (period.phase_to_use && (period.number_phases != 1 || *period.phase_to_use != 1))
            return "a phaseToUse is not 1, with numberPhases 1";
        before = &period;
    }
    return std::nullopt;
}

auto order(const Installed& installed) {
    return std::tuple{installed.profile.charging_profile_purpose, -installed.profile.stack_level,
                      -installed.connector};
}

}  // namespace

std::optional<std::string> complaint_about(const wire::ChargingProfile& profile, int connector) {
    using enum ChargingProfilePurposeType;
    const bool recurring = profile.charging_profile_kind == ChargingProfileKindType::Recurring;
    if (profile.charging_profile_purpose == ChargePointMaxProfile && connector != 0)
        return "a ChargePointMaxProfile belongs on connector 0";
    if (profile.charging_profile_purpose == TxProfile && connector == 0)
        return "a TxProfile belongs on a connector";
    if (profile.stack_level < 0 || profile.stack_level > max_stack_level)
        return "its stackLevel is not 0 to " + std::to_string(max_stack_level) +
               " (ChargeProfileMaxStackLevel)";
    if (recurring && (!profile.recurrency_kind || !profile.charging_schedule.start_schedule))
        return "a recurring profile needs recurrencyKind and startSchedule";
    if (!recurring && profile.recurrency_kind) return "only a recurring profile has recurrencyKind";
    if (profile.valid_from && profile.valid_to && *profile.valid_to <= *profile.valid_from)
        return "its validTo is not after its validFrom";
    return complaint_about(profile.charging_schedule);
}

Profiles::Numbers Profiles::replaced_by(const Installed& profile) const {
    Numbers numbers;
    for (const auto& other : all_) {
        if (other.connector != profile.connector || other.number == profile.number) continue;
        const auto& a = other.profile;
        const auto& b = profile.profile;
        if (a.charging_profile_id == b.charging_profile_id ||
            (a.charging_profile_purpose == b.charging_profile_purpose &&
             a.stack_level == b.stack_level))
            numbers.push_back(other.number);
    }
    return numbers;
}

void Profiles::put(Installed profile) {
    const auto replaced = replaced_by(profile);
    remove([&](const Installed& other) {
        return other.number == profile.number ||
               std::find(replaced.begin(), replaced.end(), other.number) != replaced.end();
    });
    next_ = std::max(next_, profile.number + 1);
    const auto place =
        std::upper_bound(all_.begin(), all_.end(), profile,
                         [](const auto& a, const auto& b) { return order(a) < order(b); });
    all_.insert(place, std::move(profile));
}

Profiles::Numbers Profiles::remove(const Predicate& predicate) {
    Numbers numbers;
    std::erase_if(all_, [&](const Installed& installed) {
        if (!predicate(installed)) return false;
        numbers.push_back(installed.number);
        return true;
    });
    return numbers;
}

Stack Profiles::defaults(int connector, const Session& session) const {
    std::vector<const Installed*> stack;
    for (const auto& installed : all_) {
        if (installed.profile.charging_profile_purpose !=
                ChargingProfilePurposeType::TxDefaultProfile ||
            (installed.connector != connector && installed.connector != 0))
            continue;
        stack.push_back(&installed);
    }
    return {std::move(stack), session.beginning};
}

Stack Profiles::of_transaction(int connector, const Session& session) const {
    std::vector<const Installed*> stack;
    for (const auto& installed : all_)
        if (installed.profile.charging_profile_purpose == ChargingProfilePurposeType::TxProfile &&
            installed.connector == connector && session.transaction &&
            installed.transaction == session.transaction)
            stack.push_back(&installed);
    return {std::move(stack), session.beginning};
}

ConnectorProfiles Profiles::of(int connector, const Session& session) const {
    return {of_transaction(connector, session), defaults(connector, session), of_charge_point()};
}

Stack Profiles::of_charge_point() const {
    std::vector<const Installed*> stack;
    for (const auto& installed : all_)
        if (installed.profile.charging_profile_purpose ==
            ChargingProfilePurposeType::ChargePointMaxProfile)
            stack.push_back(&installed);
    return {std::move(stack), std::nullopt};
}

bool matches(const Installed& installed, const wire::ClearChargingProfileRequest& request) {
    const auto& profile = installed.profile;
    if (request.id) return *request.id == profile.charging_profile_id;
    const auto fits = [](const auto& wanted, const auto& value) {
        return !wanted || *wanted == value;
    };
    return fits(request.connector_id, installed.connector) &&
           fits(request.charging_profile_purpose, profile.charging_profile_purpose) &&
           fits(request.stack_level, profile.stack_level);
}

}  // namespace ocpp::current
