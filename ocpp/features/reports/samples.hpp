// SPDX-License-Identifier: Apache-2.0
#pragma once
// A reading as the MeterValue of OCPP 1.6 7.28: pure.

#include "hal-service/shared/messages.hpp"
#include "ocpp/config/measurands.hpp"
#include "ocpp/config/values.hpp"
#include "ocpp/core/change.hpp"
#include "ocpp/wire/meter_value.hpp"

#include <optional>
#include <vector>

namespace ocpp::features {

// Which message carries the sample: the official schema of StopTransaction has no "Celsius", so
// that temperatures go there in kelvin.
enum class Carrier { MeterValues, StopTransaction };

// Nothing when the reading has none of the chosen values. Phases are those of the grid, as
// ConnectorPhaseRotation says.
std::optional<wire::MeterValue> sample(const config::Values& config, const hal::Reading& reading,
                                       const std::vector<config::MeasurandChoice>& choices,
                                       wire::ReadingContext context, core::Instant at,
                                       Carrier carrier = Carrier::MeterValues);

// The measurands of begin and end in StopTransaction: those of both of its lists, each once.
std::vector<config::MeasurandChoice> data_choices(const config::Values& config);

}  // namespace ocpp::features
