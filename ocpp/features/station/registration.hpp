// SPDX-License-Identifier: Apache-2.0
#pragma once
// BootNotification until accepted, then Heartbeat: OCPP 1.6 4.2, 4.6.

#include "ocpp/core/context.hpp"
#include "ocpp/wire/answers.hpp"

namespace ocpp::features {

class Registration {
public:
    // Wait before the next BootNotification when the central system names none, or gives no answer.
    static constexpr std::chrono::seconds own_retry{30};

    // Wait before a heartbeat asks again for a time that was not believed.
    static constexpr std::chrono::seconds time_confirmed_after{10};

    void connected(core::Context& ctx);
    void disconnected() { due_.reset(); }
    void advance(core::Context& ctx);
    // True when the registration has become Accepted with this answer.
    bool answered(core::Context& ctx, const wire::BootNotificationAnswer& boot);
    // Under another name nothing is known of it.
    void renamed() { not_before_.reset(); }
    void boot_failed(core::Context& ctx);
    void heartbeat_interval_changed(core::Context& ctx);
    // An answer may have told a time that a second one has to confirm.
    void confirm_time(const core::Context& ctx);
    // TriggerMessage: says again who this is, and to one who has not accepted it, asks. False:
    // there is no room for it now.
    bool send_boot(core::Context& ctx);

    core::Deadline wake_at() const { return due_; }

private:
    void beat_every(core::Context& ctx, std::int32_t interval) const;

    core::Deadline due_;  // the next BootNotification, or once accepted the next Heartbeat
    // The central system wants to hear no BootNotification earlier, not even over a new connection.
    core::Deadline not_before_;
};

}  // namespace ocpp::features
