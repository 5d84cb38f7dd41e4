// SPDX-License-Identifier: Apache-2.0
#pragma once
// Checks that the keys of a board file fit together, and fit the connectors.

#include "hal-service/process/board_settings.hpp"
#include "hal-service/process/keys.hpp"

#include <vector>

namespace process {

// Nothing may be used twice; with the Linux backend nothing that is needed may be missing.
std::vector<Complaint> check_board(const BoardSettings& board,
                                   const std::vector<hal::ConnectorInfo>& connectors,
                                   BoardKind backend);

}  // namespace process
