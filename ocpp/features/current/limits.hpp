// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each connector may be offered, at each moment: the facts are gathered here, judged in
// ocpp/current/offers.hpp, and given to the connectors. Also what a person and the central system
// are told about it: GetCompositeSchedule (OCPP 1.6 5.7) and chargingLimitations.

#include "ocpp/core/context.hpp"
#include "ocpp/current/offers.hpp"

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
    // A new start of the hardware process after an end that nobody asked for: the mains were gone.
    void hal_connected(core::Context& ctx, const std::string& instance);
    void restamp(core::Context& ctx, const core::Clock::Shift& shift);
    // How urgent it is to keep what tells a loss of the mains from a restart.
    static core::Durability urgency(const core::State& state);
    // Gives every connector its limit.
    void advance(core::Context& ctx, const current::Profiles& profiles);
    core::Deadline wake_at() const { return wake_at_; }

    core::Answer<wire::GetCompositeScheduleResponse> handle(
        core::Context& ctx, const current::Profiles& profiles,
        const wire::GetCompositeScheduleRequest& request) const;
    // One object for each connector from 0, as in chargingLimitations.
    shared::Json describe(const core::State& state, const core::Now& now) const;

private:
    // What was seen of one connector in its session.
    struct Course {
        bool charging = false;
        std::chrono::steady_clock::time_point asked;  // when its vehicle asked for current last
        std::int64_t queue = 0;                       // as in current::Claim
        bool served = false;                          // it has a share
        units::Milliamps drawn;                       // the most
        units::Milliamps offered;
        int phases = 3;
        units::Milliamps held;  // what it may still draw because of what it was offered
        int held_phases = 3;
        bool known = false;  // false: from before a restart of this program
    };

    void follow(const core::Connector& connector, Course& course, const core::Now& now);
    current::ConnectorSituation facts_of(const core::State& state, const core::Connector& connector,
                                         const core::Now& now) const;
    current::ConnectorSituation facts_of_whole(const core::State& state) const;
    // PowerUpRandomDelay and PowerUpRamp begin.
    void mains_back(core::Context& ctx);
    void keep_power_up(core::Context& ctx);
    void watch_mains(core::Context& ctx);
    std::optional<units::Milliamps> power_up(core::Context& ctx);
    void listen(core::Context& ctx);
    // When InstallationOfflineCurrent begins to count.
    core::Deadline falls_at(const core::State& state) const;
    void end_turn(const core::Now& now);
    void count_turns(const core::Now& now);
    current::Situation situation(core::Context& ctx);
    void plan_waking(const core::Context& ctx);
    core::Deadline changes_at(const core::State& state, const core::Now& now, int connector) const;
    shared::Json described(const core::State& state, const core::Now& now, int connector) const;

    std::vector<Course> courses_;  // 1..n at 0..n-1
    current::Offers offers_;
    std::int64_t last_in_queue_ = 0;
    core::Deadline turn_ends_;
    core::Deadline offline_since_;
    core::Deadline ask_at_;     // whether anybody is at the other end of the connection
    bool had_run_ = false;      // this run is not the first
    std::string hal_instance_;  // the newest one known
    bool hal_met_ = false;      // in this run
    bool mains_lost_ = false;
    std::optional<core::Instant> power_up_kept_;  // by the run before this one
    core::Deadline power_up_;                     // end of the delay, begin of the ramp
    core::Deadline next_step_;                    // of the ramp
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
