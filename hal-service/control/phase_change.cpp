// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/phase_change.hpp"

#include <algorithm>

namespace hal {

bool PhaseChange::due(int wished, Moment now) const {
    if (known_ == 0 || wished == known_) return false;
    if (wished < known_) return true;
    std::size_t lately = 0;
    for (std::size_t i = 0; i < std::min(count_, max_per_hour); ++i)
        if (now - changes_[i] < timing::phase_change_window) ++lately;
    // The way back must fit, too.
    return static_cast<int>(lately) + 1 <
           std::min(settings_.per_hour, static_cast<int>(max_per_hour));
}

void PhaseChange::energised(int phases) {
    known_ = phases;
    under_load_ = false;
}

void PhaseChange::changed(int phases, Moment now) {
    known_ = phases;
    changes_[count_++ % max_per_hour] = now;
}

void PhaseChange::unplugged() {
    known_ = 0;
    under_load_ = false;
}

Moment PhaseChange::pause() const {
    const Moment pause = settings_.pause;
    return under_load_ ? std::max<Moment>(pause, timing::phase_change_after_load) : pause;
}

}  // namespace hal
