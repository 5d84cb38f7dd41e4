// SPDX-License-Identifier: Apache-2.0
#pragma once
// A restart, by a Reset (OCPP 1.6 5.14) or for another reason, waits until transactions have ended
// and messages are delivered, as long as its patience lasts.

#include "ocpp/core/context.hpp"

#include <string_view>

namespace ocpp::features {

class Reset {
public:
    // How long a reset waits for sessions to end and for the queue to empty. What is left is in
    // the store and goes out after the restart.
    static constexpr std::chrono::seconds soft_patience{30};
    static constexpr std::chrono::seconds hard_patience{12};

    core::Answer<wire::ResetResponse> handle(core::Context& ctx, const wire::ResetRequest& request);
    // Ends no transaction: the caller asks for that, with its reason. `why` is for the security
    // log.
    void begin(core::Context& ctx, core::RestartKind kind, std::string_view why);
    // The last thing of a step: restarts once sessions are over and everything has left.
    void finish(core::Context& ctx);
    core::Deadline wake_at() const { return deadline_; }

private:
    std::optional<core::RestartKind> kind_;
    core::Deadline deadline_;
};

}  // namespace ocpp::features
