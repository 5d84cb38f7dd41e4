// SPDX-License-Identifier: Apache-2.0
#pragma once
// What to think of a control loop that comes late: the 100 ms to open leave room for little.

#include "hal-service/control/timing.hpp"

#include <algorithm>
#include <array>

namespace hal {

class Lateness {
public:
    void add(Moment lateness, Moment now) {
        if (lateness > timing::late) {
            times_[next_++ % times_.size()] = now;
            worst_ = lateness;
        }
        if (lateness > timing::overrun) overrun_at_ = now;
    }
    // So late that nobody was watching.
    bool overrun(Moment now) const { return overrun_at_ == now; }
    // Late, again and again.
    bool late(Moment now) const {
        return std::all_of(times_.begin(), times_.end(), [&](Moment time) {
            return time >= Moment{0} && now - time < timing::late_within;
        });
    }
    Moment worst() const { return worst_; }  // the latest of them

private:
    std::array<Moment, timing::late_times> times_ = [] {
        std::array<Moment, timing::late_times> never{};
        never.fill(Moment{-1});
        return never;
    }();
    std::size_t next_ = 0;
    Moment overrun_at_{-1};
    Moment worst_{0};
};

}  // namespace hal
