// SPDX-License-Identifier: Apache-2.0
#pragma once
// Notices the loss and the return of the supply. After a loss the energy of each session is kept at
// once. After the return the program restarts, because nobody knows what a dip has left behind, and
// the current returns by PowerUp.

#include "ocpp/features/current/power_up.hpp"

#include <string>

namespace ocpp::features {

class Mains {
public:
    void load(const core::Snapshot& snapshot);
    void started(const core::Context& ctx) { power_up_.started(ctx); }
    // A new start of the hardware process after the machine was off: the mains were gone.
    void hal_connected(core::Context& ctx, const std::string& instance);
    // Looks at the readings. True once, when the supply is back after a loss in this run.
    bool seen(core::Context& ctx);
    void restamp(core::Context& ctx, const core::Clock::Shift& shift) {
        power_up_.restamp(ctx, shift);
    }
    void advance(core::Context& ctx) { power_up_.advance(ctx, supply_ != Supply::Present); }
    core::Deadline wake_at() const { return power_up_.wake_at(); }
    const PowerUp& power_up() const { return power_up_; }

private:
    enum class Supply {
        Present,
        LostBefore,  // the run before this one ended without it; no reading has come yet
        Lost
    };

    void lost(core::Context& ctx);

    Supply supply_ = Supply::Present;
    PowerUp power_up_;
    bool had_run_ = false;      // this run is not the first
    std::string hal_instance_;  // the newest one known
    bool hal_met_ = false;      // in this run
};

}  // namespace ocpp::features
