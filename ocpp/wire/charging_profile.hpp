// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 chapter 7: ChargingProfile, in SetChargingProfile and in RemoteStartTransaction.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/decimal.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

using shared::Field;
using shared::List;

enum class ChargingProfilePurposeType { ChargePointMaxProfile, TxDefaultProfile, TxProfile };
constexpr auto names(ChargingProfilePurposeType) {
    return std::array{"ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"};
}

enum class ChargingProfileKindType { Absolute, Recurring, Relative };
constexpr auto names(ChargingProfileKindType) {
    return std::array{"Absolute", "Recurring", "Relative"};
}

enum class RecurrencyKindType { Daily, Weekly };
constexpr auto names(RecurrencyKindType) { return std::array{"Daily", "Weekly"}; }

// A: per phase. W: the sum of the phases.
enum class ChargingRateUnitType { A, W };
constexpr auto names(ChargingRateUnitType) { return std::array{"A", "W"}; }

struct ChargingSchedulePeriod {
    std::int32_t start_period{};  // seconds from the start of the schedule
    Tenths limit{};
    std::optional<std::int32_t> number_phases{};  // absent: 3
    std::optional<std::int32_t> phase_to_use{};   // from OCPP 2.0.1; some send it with 1.6

    bool operator==(const ChargingSchedulePeriod&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"startPeriod", &ChargingSchedulePeriod::start_period},
                  Field{"limit", &ChargingSchedulePeriod::limit},
                  Field{"numberPhases", &ChargingSchedulePeriod::number_phases},
                  Field{"phaseToUse", &ChargingSchedulePeriod::phase_to_use});
    }
};

struct ChargingSchedule {
    std::optional<std::int32_t> duration{};  // seconds
    std::optional<DateTime> start_schedule{};
    ChargingRateUnitType charging_rate_unit{};
    List<ChargingSchedulePeriod, 1, max_schedule_periods> charging_schedule_period{};
    std::optional<Tenths> min_charging_rate{};

    bool operator==(const ChargingSchedule&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"duration", &ChargingSchedule::duration},
                  Field{"startSchedule", &ChargingSchedule::start_schedule},
                  Field{"chargingRateUnit", &ChargingSchedule::charging_rate_unit},
                  Field{"chargingSchedulePeriod", &ChargingSchedule::charging_schedule_period},
                  Field{"minChargingRate", &ChargingSchedule::min_charging_rate});
    }
};

struct ChargingProfile {
    std::int32_t charging_profile_id{};
    std::optional<TransactionId> transaction_id{};
    std::int32_t stack_level{};
    ChargingProfilePurposeType charging_profile_purpose{};
    ChargingProfileKindType charging_profile_kind{};
    std::optional<RecurrencyKindType> recurrency_kind{};
    std::optional<DateTime> valid_from{};
    std::optional<DateTime> valid_to{};
    ChargingSchedule charging_schedule{};

    bool operator==(const ChargingProfile&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"chargingProfileId", &ChargingProfile::charging_profile_id},
                  Field{"transactionId", &ChargingProfile::transaction_id},
                  Field{"stackLevel", &ChargingProfile::stack_level},
                  Field{"chargingProfilePurpose", &ChargingProfile::charging_profile_purpose},
                  Field{"chargingProfileKind", &ChargingProfile::charging_profile_kind},
                  Field{"recurrencyKind", &ChargingProfile::recurrency_kind},
                  Field{"validFrom", &ChargingProfile::valid_from},
                  Field{"validTo", &ChargingProfile::valid_to},
                  Field{"chargingSchedule", &ChargingProfile::charging_schedule});
    }
};

}  // namespace ocpp::wire
