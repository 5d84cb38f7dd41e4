// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys with a value for each connector, written "0.32,1.16.5,2.10"; connector 0 is the whole charge
// point. A connector that is not named keeps its value.

#include "hal-service/shared/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::config {

enum class Each {
    Amps,        // "16" or "16.5"; from 0 to the rating of the connector
    PhaseCount,  // "1" or "3", at most those of the connector
    PhaseSet,    // "L1" or "L123"; the contactors can't switch L2 or L3 alone
    Switch       // "true" or "false"
};

class PerConnector {
public:
    // Each connector's rating, or false.
    PerConnector(Each each, const std::vector<hal::ConnectorInfo>& connectors);

    // 0..n; Amps in milliamps, phases as their number, a switch as 0 or 1.
    std::int32_t operator[](int connector) const {
        return values_[static_cast<std::size_t>(connector)];
    }
    // The complaint, and then nothing has changed.
    std::optional<std::string> write(std::string_view text);
    std::string text() const;

    bool operator==(const PerConnector&) const = default;

private:
    std::optional<std::int32_t> value_from(std::string_view text, std::size_t connector) const;
    // The values that the connector takes, for people.
    std::string taken_by(std::size_t connector) const;

    Each each_;
    std::vector<std::int32_t> values_;
    std::vector<std::int32_t> most_;
};

}  // namespace ocpp::config
