// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bounds of everything that a peer may make us hold. OCPP 1.6 itself sets no such limits; where a
// configuration key promises less (SendLocalListMaxLength, ChargingScheduleMaxPeriods), its feature
// refuses more.

#include "hal-service/shared/json_bounds.hpp"

#include <cstddef>

namespace ocpp::wire {

inline constexpr std::size_t max_frame_bytes = 256UL * 1024;
inline constexpr std::size_t max_json_depth = 32;  // the deepest message of OCPP 1.6 needs 8
inline constexpr shared::JsonBounds frame_bounds{max_frame_bytes, max_json_depth};

inline constexpr std::size_t max_message_id = 36;          // OCPP-J 1.6 4.1.4
inline constexpr std::size_t max_error_description = 255;  // none in 1.6; that of OCPP 2.0.1

inline constexpr std::size_t max_configuration_keys = 500;
inline constexpr std::size_t max_meter_values = 1000;
inline constexpr std::size_t max_sampled_values = 200;
inline constexpr std::size_t max_local_list_entries = 1000;
inline constexpr std::size_t max_schedule_periods = 1000;
inline constexpr std::size_t max_certificates = 100;

}  // namespace ocpp::wire
