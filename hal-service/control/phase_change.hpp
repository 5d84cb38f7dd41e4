// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a vehicle gets from one phase to three and back: some join their inputs while they charge on
// one, so they have to notice that everything was off before others are switched on.

#include "hal-service/control/timing.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <cstddef>

namespace hal {

class PhaseChange {
public:
    PhaseChange(const process::PhaseChangeSettings& settings, int energised)
        : settings_(settings), known_(energised) {}

    // The phases the vehicle was energised with in this visit; 0: none yet, any number will do.
    int known() const { return known_; }
    // A change is due. To more phases only while that and the way back are among so many an hour:
    // until then the session goes on with fewer. To fewer always: a limit that is too little on
    // more would strand it.
    bool due(int wished, Moment now) const;
    void energised(int phases);
    // The poles had to be opened under load: the vehicle did not follow.
    void opened_under_load() { under_load_ = true; }
    void changed(int phases, Moment now);
    void unplugged();
    Moment pause() const;

private:
    static constexpr std::size_t max_per_hour = 60;

    process::PhaseChangeSettings settings_;
    int known_;
    bool under_load_ = false;
    std::array<Moment, max_per_hour> changes_{};
    std::size_t count_ = 0;  // counts all changes; the newest are kept
};

}  // namespace hal
