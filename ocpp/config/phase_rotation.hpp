// SPDX-License-Identifier: Apache-2.0
#pragma once
// ConnectorPhaseRotation: which phase of the grid each phase of a connector is (OCPP 1.6 9.1.8).

#include <array>
#include <cstddef>
#include <string_view>

namespace ocpp::config {

// order[i] is the phase of the grid, 0 = L1, that phase i of the connector is connected to.
using PhaseOrder = std::array<std::size_t, 3>;
inline constexpr PhaseOrder reference_order{0, 1, 2};

// Elements such as "1.RST" or "0.Unknown", for connectors from 0 (the grid connection) to
// `connectors`, each once.
bool is_phase_rotation(std::string_view list, std::size_t connectors);

// The rotation that a legal list gives a connector: its own, and then that of the grid connection.
// A rotation that the list does not name or know counts as RST.
PhaseOrder phase_order(std::string_view list, int connector);

}  // namespace ocpp::config
