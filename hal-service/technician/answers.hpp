// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answers to a service technician, as JSON: readings, pilot samples, faults, the punctuality of
// the control loop. They are in volts, amps and degrees, as an instrument shows them.

#include "hal-service/loop/control_loop.hpp"
#include "hal-service/shared/json.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/technician/calibration.hpp"

#include <vector>

namespace hal {

shared::Json readings_answer(const std::vector<ConnectorInfo>& connectors, const LoopState& state);
shared::Json pilot_answer(const ConnectorInfo& connector, const Report& report,
                          const PilotView& view);
// With `all` every rule of the table is added.
shared::Json faults_answer(const std::vector<ConnectorInfo>& connectors, const LoopState& state,
                           bool all);
// Shows the words and values of the outlet's meter, and with a reference better words.
shared::Json calibration_answer(ConnectorId connector, const process::BoardSettings& board,
                                const Report& report, const Reference& reference);
// Answers for a test that has ended.
shared::Json proof_answer(ConnectorId connector, const Proof& proof);
shared::Json stats_answer(const LoopState& state, bool real_time);

}  // namespace hal
