// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reset, and other reasons to begin anew: transactions are ended, what waits is delivered while
// that is possible, then everything begins anew. OCPP 1.6 5.14.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

// For the central system, as soon as it can be told: the machine has not restarted.
void tell_failed_reset(core::Context& ctx, const std::string& why);

class Reset {
public:
    // How long a reset waits for sessions to end and for the queue to empty. What is left is in
    // the store and goes out after the restart.
    static constexpr std::chrono::seconds soft_patience{30};
    static constexpr std::chrono::seconds hard_patience{12};

    core::Answer<wire::ResetResponse> handle(core::Context& ctx, const wire::ResetRequest& request);
    // Ends nothing by itself: who begins it says why transactions end.
    void begin(core::Context& ctx, core::RestartKind kind);
    // The last thing of a step: restarts once sessions are over and everything has left.
    void finish(core::Context& ctx);
    core::Deadline wake_at() const { return deadline_; }

private:
    std::optional<core::RestartKind> kind_;
    core::Deadline deadline_;
};

}  // namespace ocpp::features
