// SPDX-License-Identifier: Apache-2.0
#pragma once
// The interface of a board to the control loop; the board is copper or a model of it.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

namespace hal {

class Backend {
public:
    virtual ~Backend() = default;

    // Both are called by the control loop only, and neither allocates nor blocks.
    virtual void sample(Moment now, BoardInputs& inputs) = 0;
    virtual void apply(Moment now, const BoardOutputs& outputs) = 0;

    // Somebody may be harmed when the loop comes late. A model waits.
    virtual bool copper() const { return true; }

protected:
    Backend() = default;
    Backend(const Backend&) = default;
    Backend& operator=(const Backend&) = default;
};

}  // namespace hal
