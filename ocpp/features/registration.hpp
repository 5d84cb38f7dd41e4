// SPDX-License-Identifier: Apache-2.0
#pragma once
// BootNotification until accepted, then Heartbeat: OCPP 1.6 4.2, 4.6.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Registration {
public:
    // Wait before the next BootNotification when the central system names none, or gives no answer.
    static constexpr std::chrono::seconds own_retry{30};

    void connected(core::Context& ctx);
    void disconnected() { due_.reset(); }
    void advance(core::Context& ctx);
    // True when the registration has become Accepted with this answer.
    bool answered(core::Context& ctx, const wire::BootNotificationResponse& boot);
    void answered(core::Context& ctx, const wire::HeartbeatResponse& beat);
    void boot_failed(core::Context& ctx);
    void heartbeat_interval_changed(core::Context& ctx);
    // The machine's clock was set by that much; ours was not.
    void clock_stepped(core::Context& ctx, std::chrono::milliseconds step) const;
    void send_boot(core::Context& ctx, core::Permit permit = core::Permit::Always);

    core::Deadline wake_at() const { return due_; }

private:
    void follow_clock(core::Context& ctx, core::Instant server) const;

    core::Deadline due_;  // the next BootNotification, or once accepted the next Heartbeat
};

}  // namespace ocpp::features
