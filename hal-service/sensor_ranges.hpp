// SPDX-License-Identifier: Apache-2.0
#pragma once
// A protection that can't see its threshold protects nobody: each rule's threshold is compared with
// the range of the sensor that the board file puts before it.

#include "hal-service/process/board_file.hpp"

#include <vector>

namespace hal {

// Returns what the sensors of this board can't show of these connectors. Pure.
std::vector<process::Complaint> check_sensor_ranges(const process::BoardSettings& board,
                                                    const std::vector<ConnectorInfo>& connectors);

}  // namespace hal
