// SPDX-License-Identifier: Apache-2.0
#pragma once
// Judges a control loop that comes late: the 100 ms to open the contactors leave room for little.

#include "hal-service/control/timing.hpp"

#include <algorithm>
#include <array>
#include <optional>

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
    // The loop was so late that nothing was watched meanwhile.
    bool overrun(Moment now) const { return overrun_at_ == now; }
    // The loop was late again and again.
    bool late(Moment now) const {
        return std::all_of(times_.begin(), times_.end(), [&](const auto& time) {
            return time && now - *time < timing::late_within;
        });
    }
    Moment worst() const { return worst_; }  // lateness of the newest late tick

private:
    std::array<std::optional<Moment>, timing::late_times> times_{};
    std::size_t next_ = 0;
    std::optional<Moment> overrun_at_;
    Moment worst_{0};
};

}  // namespace hal
