// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which inputs can be believed in a tick. Nothing more is given in one in which an input can't:
// no offer begins or rises, no contactor closes, no fault is let go.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

namespace hal {

class Belief {
public:
    // Returns the inputs to judge by: lines and a cable that can't be read are as they last were,
    // and the coils count as without supply then.
    const Inputs& tick(const Inputs& inputs, bool has_pilot);

    // True: lines, pilot and meter were read in this tick and show what can be, for long enough
    // that the filters go by it.
    bool complete() const { return run_ >= timing::agreeing_samples; }
    bool meter() const { return meter_; }

private:
    Inputs inputs_;
    int run_ = 0;
    bool meter_ = false;
};

}  // namespace hal
