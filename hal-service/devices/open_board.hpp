// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens the devices that a board file names. A device that is missing, busy or forbidden is an
// error that names the file, the key and the error of the system.

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

// A board that has been opened, with inactive outputs and pilots at -12 V.
struct OpenBoard {
    std::unique_ptr<Metering> metering;
    std::unique_ptr<LinuxBoard> board;
    std::unique_ptr<SlowDevices> slow;
    // True: a process before this one ended while it offered current. The vehicle has to see state
    // F for the time of IEC 61851-1 Table A.5.
    bool offered_before = false;
};

shared::Result<OpenBoard, std::string> open_board(const process::BoardSettings& board,
                                                  const std::vector<hal::ConnectorInfo>& connectors,
                                                  std::span<const hal::Registers> kept);

// Sets all outputs inactive and all pilots to -12 V, for a time without a process that looks after
// them. Goes on after an error and returns all errors.
std::vector<std::string> make_safe(const process::BoardSettings& board,
                                   const std::vector<hal::ConnectorInfo>& connectors);

}  // namespace devices
