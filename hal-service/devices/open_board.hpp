// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens the devices that a board file names. What is missing, held by another or forbidden is one
// error that names the file, the key and what the system said.

#include "hal-service/control/report.hpp"
#include "hal-service/devices/linux_board.hpp"
#include "hal-service/devices/metering.hpp"
#include "hal-service/devices/slow_devices.hpp"
#include "hal-service/process/board_settings.hpp"
#include "hal-service/shared/result.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace devices {

// An open board: first of all its outputs are inactive and its pilots at -12 V.
struct OpenBoard {
    std::unique_ptr<Metering> metering;
    std::unique_ptr<LinuxBoard> board;
    std::unique_ptr<SlowDevices> slow;
    // A vehicle was offered current by a predecessor that ended without taking it back: it has to
    // see state F for as long as IEC 61851-1 Table A.5 asks for.
    bool offered_before = false;
};

shared::Result<OpenBoard, std::string> open_board(const process::BoardSettings& board,
                                                  const std::vector<hal::ConnectorInfo>& connectors,
                                                  std::span<const hal::Registers> kept);

// All outputs inactive, all pilots at -12 V, and nothing else: for when there is no process that
// would look after them. Goes on after an error; what was wrong.
std::vector<std::string> make_safe(const process::BoardSettings& board,
                                   const std::vector<hal::ConnectorInfo>& connectors);

}  // namespace devices
