// SPDX-License-Identifier: Apache-2.0
#pragma once
// Formats answers of the hardware process for a technician.

#include "hal-service/shared/json.hpp"

#include <string>

namespace charge_daemon::ctl {

std::string readings_text(const shared::Json& answer);
std::string pilot_text(const shared::Json& answer);
std::string faults_text(const shared::Json& answer);
std::string calibration_text(const shared::Json& answer);
std::string proof_text(const shared::Json& answer);
std::string stats_text(const shared::Json& answer);

}  // namespace charge_daemon::ctl
