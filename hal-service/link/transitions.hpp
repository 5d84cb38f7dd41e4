// SPDX-License-Identifier: Apache-2.0
#pragma once
// Logs each change of a connector's condition: the pilot, the contactors, each fault as it comes
// and goes, with structured fields.

#include "hal-service/control/report.hpp"
#include "hal-service/shared/messages.hpp"

namespace hal {

void log_transition(ConnectorId connector, const Condition& before, const Condition& now);

}  // namespace hal
