// SPDX-License-Identifier: Apache-2.0
#pragma once
// One session as a list of steps with what must be read after each: the same list for the
// simulator on any machine, and for the real devices in the rig.

#include "tests/rig/scenarios/hardware.hpp"

namespace rig {

// `world`: the simulator's control socket, or the board's.
void play_session(Hardware& hardware, Connection& world);

}  // namespace rig
