// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/registration.hpp"

#include "ocpp/config/keys/link.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;

namespace {

template <std::size_t N>
void fill(std::optional<shared::Text<N>>& field, const std::string& value) {
    if (!value.empty()) field = shared::Text<N>{value};
}

}  // namespace

void Registration::connected(Context& ctx) {
    // A mere reconnect is no boot (OCPP-J 5.4).
    if (ctx.state.accepted())
        due_ = ctx.now.steady + ctx.state.config.get(keys::heartbeat_interval);
    else if (not_before_ && *not_before_ > ctx.now.steady)
        due_ = not_before_;
    else
        send_boot(ctx);
}

bool Registration::send_boot(Context& ctx) {
    const auto& setup = ctx.state.setup;
    wire::BootNotificationRequest boot{.charge_point_vendor = {setup.vendor},
                                       .charge_point_model = {setup.model}};
    fill(boot.charge_point_serial_number, setup.serial_number);
    fill(boot.charge_box_serial_number, setup.charge_box_serial_number);
    fill(boot.firmware_version, setup.firmware_version);
    fill(boot.iccid, setup.iccid);
    fill(boot.imsi, setup.imsi);
    fill(boot.meter_type, setup.meter_type);
    fill(boot.meter_serial_number, setup.meter_serial_number);
    const bool sent = ctx.state.mailbox.put(boot, Permit::Always);
    if (ctx.state.accepted()) return sent;
    due_ = sent ? std::nullopt : Deadline{ctx.now.steady + own_retry};
    return sent;
}

void Registration::advance(Context& ctx) {
    if (ctx.facts.registers_anew) renamed();
    if (!due_ || *due_ > ctx.now.steady || !ctx.state.connected) return;
    if (!ctx.state.accepted()) {
        send_boot(ctx);
        return;
    }
    // From deadline to deadline, so that a late wake-up does not shift the next one.
    const seconds interval = ctx.state.config.get(keys::heartbeat_interval);
    while (*due_ <= ctx.now.steady) *due_ += interval;
    if (!ctx.state.mailbox.holds("Heartbeat")) ctx.state.mailbox.put(wire::HeartbeatRequest{});
}

bool Registration::answered(Context& ctx, const wire::BootNotificationAnswer& boot) {
    const auto interval = boot.interval.value_or(0);
    const bool newly = boot.status == wire::RegistrationStatus::Accepted && !ctx.state.accepted();
    ctx.state.registration = boot.status;
    ctx.note(boot.status == wire::RegistrationStatus::Accepted ? Severity::Info : Severity::Warning,
             "registration", "the central system says " + std::string(shared::name_of(boot.status)),
             {{"status", shared::name_of(boot.status)}, {"interval", interval}});
    if (boot.status == wire::RegistrationStatus::Accepted) {
        if (interval > 0) beat_every(ctx, interval);
        due_ = ctx.now.steady + ctx.state.config.get(keys::heartbeat_interval);
        not_before_.reset();
    } else {
        // OCPP 1.6 4.2: while rejected, nothing is sent; by the next time it would be history.
        if (boot.status == wire::RegistrationStatus::Rejected) ctx.state.mailbox.forget_triggered();
        due_ = ctx.now.steady + (interval > 0 ? seconds{interval} : own_retry);
        not_before_ = due_;
    }
    return newly;
}

void Registration::beat_every(Context& ctx, std::int32_t interval) const {
    if (interval > config::a_day)
        ctx.note(Severity::Warning, "registration",
                 "the central system wants a heartbeat every " + std::to_string(interval) +
                     " s; it gets one every " + std::to_string(config::a_day) + " s",
                 {{"interval", interval}});
    ctx.state.config.set(keys::heartbeat_interval, seconds{std::min(interval, config::a_day)});
}

void Registration::boot_failed(Context& ctx) {
    if (!ctx.state.accepted()) due_ = ctx.now.steady + own_retry;
}

void Registration::confirm_time(const Context& ctx) {
    if (ctx.state.accepted() && (ctx.state.clock.unconfirmed() || ctx.state.time_floor.doubtful()))
        due_ = earlier(due_, ctx.now.steady + time_confirmed_after);
}

void Registration::heartbeat_interval_changed(Context& ctx) {
    if (ctx.state.online()) due_ = ctx.now.steady + ctx.state.config.get(keys::heartbeat_interval);
}

}  // namespace ocpp::features
