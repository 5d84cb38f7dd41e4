// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens the meter that a [[meter]] of the board file describes, whichever chip it is.

#include "hal-service/devices/meter.hpp"
#include "hal-service/process/wiring.hpp"
#include "hal-service/shared/result.hpp"

#include <memory>
#include <string>

namespace devices {

shared::Result<std::unique_ptr<Meter>, std::string> open_meter(const process::MeterWiring& wiring,
                                                               Meter::Channels used,
                                                               Meter::Pause pause);

}  // namespace devices
