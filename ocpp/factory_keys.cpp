// SPDX-License-Identifier: Apache-2.0
// Judges the factory values of keys, which the configuration file gives.

#include "ocpp/charge_point.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/config/values.hpp"

namespace ocpp {

std::optional<shared::ValueType> factory_type(std::string_view key) {
    return config::written_as(key);
}

std::vector<std::string> check_factory_keys(const std::map<std::string, std::string>& keys,
                                            const std::vector<hal::ConnectorInfo>& connectors) {
    config::Values values(connectors, {});
    std::vector<std::string> complaints;
    for (const auto& [key, value] : keys)
        if (auto complaint = values.load(key, value)) complaints.push_back(*std::move(complaint));
    return complaints;
}

}  // namespace ocpp
