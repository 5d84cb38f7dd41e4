// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each connector may be offered, at each moment: the facts are gathered here, judged in
// ocpp/limits/bounds.hpp, and given to the connectors. Also what a person and the central system
// are told about it: GetCompositeSchedule (OCPP 1.6 5.7) and chargingLimitations.

#include "ocpp/core/context.hpp"
#include "ocpp/limits/bounds.hpp"

#include <string>
#include <vector>

namespace ocpp::features {

class Limits {
public:
    // A vehicle that does not ask for current for this long has enough: the others come first.
    static constexpr std::chrono::seconds idle_after{60};
    // How often a connection over which nobody has spoken yet is asked whether anybody is there.
    static constexpr std::chrono::seconds ask_again{60};

    void load(const core::Snapshot& snapshot);
    void started(const core::Context& ctx);
    // The link alone is nobody who manages the load: InstallationOfflineCurrent goes on until the
    // central system, which has accepted, has said something over it.
    void connected(const core::Context& ctx) { ask_at_ = ctx.now.steady; }
    void disconnected(const core::Context& ctx);
    // After a new start of the hardware process the mains were gone: PowerUpRandomDelay and
    // PowerUpRamp begin.
    void hal_connected(core::Context& ctx, const std::string& instance);
    // Gives every connector its limit.
    void advance(core::Context& ctx, const limits::Profiles& profiles);
    core::Deadline wake_at() const { return wake_at_; }

    core::Answer<wire::GetCompositeScheduleResponse> handle(
        core::Context& ctx, const limits::Profiles& profiles,
        const wire::GetCompositeScheduleRequest& request) const;
    // One object for each connector from 0, as in chargingLimitations.
    shared::Json describe(const core::State& state, const core::Now& now) const;

private:
    // What was seen of one connector in its session.
    struct Course {
        bool charging = false;
        std::chrono::steady_clock::time_point asked;  // when its vehicle asked for current last
        std::int64_t queue = 0;                       // as in limits::Claim
        bool served = false;                          // it has a share
        units::Milliamps drawn;                       // the most
        units::Milliamps offered;
        int phases = 3;
        units::Milliamps held;  // what it may still draw because of what it was offered
        int held_phases = 3;
        bool known = false;  // false: from before a restart of this program
    };

    void follow(const core::Connector& connector, Course& course, const core::Now& now);
    limits::Facts facts_of(const core::State& state, const core::Connector& connector,
                           const core::Now& now) const;
    limits::Facts facts_of_whole(const core::State& state) const;
    std::optional<units::Milliamps> power_up(const core::State& state, const core::Now& now);
    void listen(core::Context& ctx);
    // When InstallationOfflineCurrent begins to count.
    core::Deadline falls_at(const core::State& state) const;
    void end_turn(const core::Now& now);
    void count_turns(const core::Now& now);
    limits::Situation situation(core::Context& ctx);
    void plan_waking(const core::Context& ctx);
    core::Deadline changes_at(const core::State& state, const core::Now& now, int connector) const;
    shared::Json described(const core::State& state, const core::Now& now, int connector) const;

    std::vector<Course> courses_;  // 1..n at 0..n-1
    limits::Ruling ruling_;
    std::int64_t last_in_queue_ = 0;
    core::Deadline turn_ends_;
    core::Deadline offline_since_;
    core::Deadline ask_at_;     // whether anybody is at the other end of the connection
    std::string hal_instance_;  // the newest one known
    core::Deadline powered_up_;
    core::Deadline next_step_;  // of the ramp
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
