// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 SmartCharging profile.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/charging_profile.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class ChargingProfileStatus { Accepted, Rejected, NotSupported };
constexpr auto names(ChargingProfileStatus) {
    return std::array{"Accepted", "Rejected", "NotSupported"};
}

struct SetChargingProfileRequest {
    std::int32_t connector_id{};
    ChargingProfile cs_charging_profiles{};  // one, despite the plural

    bool operator==(const SetChargingProfileRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &SetChargingProfileRequest::connector_id},
                  Field{"csChargingProfiles", &SetChargingProfileRequest::cs_charging_profiles});
    }
};

struct SetChargingProfileResponse {
    ChargingProfileStatus status{};

    bool operator==(const SetChargingProfileResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &SetChargingProfileResponse::status});
    }
};

enum class ClearChargingProfileStatus { Accepted, Unknown };
constexpr auto names(ClearChargingProfileStatus) { return std::array{"Accepted", "Unknown"}; }

struct ClearChargingProfileRequest {
    std::optional<std::int32_t> id{};
    std::optional<std::int32_t> connector_id{};
    std::optional<ChargingProfilePurposeType> charging_profile_purpose{};
    std::optional<std::int32_t> stack_level{};

    bool operator==(const ClearChargingProfileRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(
            Field{"id", &ClearChargingProfileRequest::id},
            Field{"connectorId", &ClearChargingProfileRequest::connector_id},
            Field{"chargingProfilePurpose", &ClearChargingProfileRequest::charging_profile_purpose},
            Field{"stackLevel", &ClearChargingProfileRequest::stack_level});
    }
};

struct ClearChargingProfileResponse {
    ClearChargingProfileStatus status{};

    bool operator==(const ClearChargingProfileResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ClearChargingProfileResponse::status});
    }
};

enum class GetCompositeScheduleStatus { Accepted, Rejected };
constexpr auto names(GetCompositeScheduleStatus) { return std::array{"Accepted", "Rejected"}; }

struct GetCompositeScheduleRequest {
    std::int32_t connector_id{};
    std::int32_t duration{};  // seconds
    std::optional<ChargingRateUnitType> charging_rate_unit{};

    bool operator==(const GetCompositeScheduleRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &GetCompositeScheduleRequest::connector_id},
                  Field{"duration", &GetCompositeScheduleRequest::duration},
                  Field{"chargingRateUnit", &GetCompositeScheduleRequest::charging_rate_unit});
    }
};

struct GetCompositeScheduleResponse {
    GetCompositeScheduleStatus status{};
    std::optional<std::int32_t> connector_id{};
    std::optional<DateTime> schedule_start{};
    std::optional<ChargingSchedule> charging_schedule{};

    bool operator==(const GetCompositeScheduleResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &GetCompositeScheduleResponse::status},
                  Field{"connectorId", &GetCompositeScheduleResponse::connector_id},
                  Field{"scheduleStart", &GetCompositeScheduleResponse::schedule_start},
                  Field{"chargingSchedule", &GetCompositeScheduleResponse::charging_schedule});
    }
};

}  // namespace ocpp::wire
