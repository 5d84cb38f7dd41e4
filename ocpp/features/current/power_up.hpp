// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lets the current return late and slowly after a loss of the mains, so that a whole street does
// not switch on at once: PowerUpRandomDelay, then PowerUpRamp.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class PowerUp {
public:
    void load(const core::Snapshot& snapshot);
    // True when the mains were lost as the run before this one ended.
    bool interrupted() const { return interrupted_; }
    void started(const core::Context& ctx);
    void restamp(core::Context& ctx, const core::Clock::Shift& shift);
    // The mains are back: the delay begins.
    void begin(core::Context& ctx);
    // The mains are lost: keeps that, in case they return to a new run.
    static void keep_loss(core::Context& ctx);
    void advance(core::Context& ctx, bool mains_lost);

    // For each connector; nothing when the delay and the ramp are over.
    std::optional<units::Milliamps> limit() const { return limit_; }
    // When the limit changes next.
    core::Deadline wake_at() const { return next_step_; }
    // How urgent it is to keep what tells a loss of the mains from a restart.
    static core::Durability urgency(const core::State& state);

private:
    void keep(core::Context& ctx);

    bool interrupted_ = false;
    std::optional<core::Instant> kept_;  // end of the delay, from the run before this one
    core::Deadline delay_ends_;          // and the ramp begins
    core::Deadline next_step_;
    std::optional<units::Milliamps> limit_;
};

}  // namespace ocpp::features
