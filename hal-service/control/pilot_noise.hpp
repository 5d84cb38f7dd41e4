// SPDX-License-Identifier: Apache-2.0
#pragma once
// How restless a pilot's levels are from sample to sample. A vehicle's states lie 3 V apart;
// only noise jumps further again and again.

#include "hal-service/control/pilot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hal {

class PilotNoise {
public:
    void add(const PilotSample& sample, Moment now);
    // Nothing could be read for a while: the next sample has none to be compared with.
    void restart() { known_ = 0; }
    // The low level follows what is driven.
    void driven(Moment now) { low_from_ = now + timing::pilot_settles; }

    // No state can be concluded. This ends when the pilot has been quiet for a while.
    bool too_noisy() const { return too_noisy_; }
    // Returns for how many samples, the latest included, the high level has stood still.
    int still() const { return still_; }

private:
    bool jumps(const PilotSample& sample, Moment now) const;
    void count_jump();

    std::array<PilotSample, 2> before_{};  // newest first
    std::size_t known_ = 0;                // so many of them
    bool too_noisy_ = false;
    int still_ = 0;
    Moment low_from_{0};
    // These count samples, which are a tick apart. A sample that couldn't be read does not count.
    std::int64_t samples_ = 0;
    std::array<std::int64_t, timing::noise_jumps> jumps_ = [] {
        std::array<std::int64_t, timing::noise_jumps> never{};
        never.fill(-(timing::noise_window / timing::tick));
        return never;
    }();
    std::size_t next_ = 0;
    std::int64_t newest_ = 0;
};

}  // namespace hal
