// SPDX-License-Identifier: Apache-2.0
#pragma once
// A list of measurands as MeterValuesSampledData and its sisters hold it: "Voltage.L1" restricts
// a measurand to a phase (OCPP 1.6 3.16.3).

#include "ocpp/wire/meter_value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::config {

struct MeasurandChoice {
    wire::Measurand measurand{};
    std::optional<wire::Phase> phase;  // absent: every value there is

    bool operator==(const MeasurandChoice&) const = default;
};

// Nothing when an element is unknown, or not one that this charge point measures.
std::optional<std::vector<MeasurandChoice>> measurands_from(std::string_view list);

// The list with each element once, in the order of their first mention.
std::string without_duplicates(std::string_view list);

// The measurand of a sample when the list is empty (TC_070, TC_071: the list's default).
std::vector<MeasurandChoice> default_measurands();

}  // namespace ocpp::config
