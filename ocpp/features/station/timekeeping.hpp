// SPDX-License-Identifier: Apache-2.0
#pragma once
// The time of day: the central system's once it has been heard, the machine's before, and made up
// from the latest known when the machine has lost its own. What was stamped with a time that was
// made up is corrected when the time is known. OCPP 1.6 4.2, 4.6.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

core::Clock clock_from(const core::Snapshot& snapshot);
core::TimeFloor time_floor_from(const core::Snapshot& snapshot);

// The first thing of each step. This and the next: how what was stamped must be corrected.
std::optional<core::Clock::Shift> notice_clock(core::Context& ctx);
std::optional<core::Clock::Shift> follow_clock(core::Context& ctx, core::Instant server);
// A time of day that this step has set by more than reported_time_change is a security event. It
// comes when earlier stamps have been moved.
void tell_time_set(core::Context& ctx);
// The last thing of each step: with what is kept go the time at which it was, and the floor. A
// floor that has moved far is kept by itself.
void keep_time(core::Context& ctx);

}  // namespace ocpp::features
