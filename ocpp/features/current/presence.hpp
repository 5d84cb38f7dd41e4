// SPDX-License-Identifier: Apache-2.0
#pragma once
// Watches whether anybody manages the load: InstallationOfflineCurrent counts while nobody does.
// The connection alone is not enough. The central system has to have accepted, and to have said
// something over this connection; a Heartbeat gives it a reason to.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Presence {
public:
    // How often a connection over which nobody has spoken yet is asked whether anybody is there.
    static constexpr std::chrono::seconds ask_again{60};

    // Before the start the central system may have been gone for long.
    void started(const core::Context&) { manager_ = Manager::MissingBeforeStart; }
    void connected(const core::Context& ctx) { ask_at_ = ctx.now.steady; }
    void disconnected(const core::Context& ctx);
    void advance(core::Context& ctx);
    core::Deadline wake_at() const { return wake_at_; }

    // InstallationOfflineCurrent counts.
    bool unmanaged(const core::State& state, const core::Now& now) const;
    // When it begins to count; nothing when that is not to come, or was before the start.
    core::Deadline unmanaged_from(const core::State& state) const;

private:
    enum class Manager { Present, Missing, MissingBeforeStart };

    // True when InstallationOfflineCurrent would lower any current.
    static bool matters(const core::State& state);
    void listen(core::Context& ctx);

    Manager manager_ = Manager::Present;
    std::chrono::steady_clock::time_point missing_since_;
    core::Deadline ask_at_;  // whether anybody is at the other end of the connection
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
