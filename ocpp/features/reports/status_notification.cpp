// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/status_notification.hpp"

#include "ocpp/config/keys/reports.hpp"
#include "ocpp/features/reports/fault_codes.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using wire::ChargePointStatus;

namespace {

using Shown = StatusNotification::Shown;

Shown hal_lost() {
    return {ChargePointStatus::Faulted, wire::ChargePointErrorCode::InternalError, "", "HalLost"};
}

std::optional<Shown> shown_of(const Connector& connector, const Now& now) {
    if (connector.hal_lost()) return hal_lost();
    if (!connector.reading()) return std::nullopt;  // not known yet
    Shown shown{connector.status(now), wire::ChargePointErrorCode::NoError, "", ""};
    if (connector.left_by_vehicle()) shown.info = "EV side disconnected";
    const auto& faults = connector.reading()->faults;
    const auto worst = std::max_element(faults.begin(), faults.end(),
                                        [](const hal::Fault& a, const hal::Fault& b) {
                                            return a.prevents_charging < b.prevents_charging;
                                        });
    if (worst != faults.end()) {
        shown.error_code = error_code_of(worst->code);
        // EVCommunicationError is a warning, never the reason of Faulted (OCPP 1.6 4.9).
        if (shown.status == ChargePointStatus::Faulted &&
            shown.error_code == wire::ChargePointErrorCode::EVCommunicationError)
            shown.error_code = wire::ChargePointErrorCode::OtherError;
        shown.vendor_error_code = shared::name_of(worst->code);
        shown.info = worst->info.value;
    }
    return shown;
}

// True when only the info text disappeared: that is not worth a StatusNotification.
bool merely_less(const Shown& before, const Shown& now) {
    return now.status == ChargePointStatus::Available && before.status == now.status &&
           before.error_code == now.error_code &&
           now.error_code == wire::ChargePointErrorCode::NoError && now.info.empty();
}

Shown shown_in(const wire::StatusNotificationRequest& request) {
    const auto text = [](const auto& field) { return field ? field->value : std::string(); };
    return {request.status, request.error_code, text(request.info),
            text(request.vendor_error_code)};
}

bool says(const wire::StatusNotificationRequest& request, const std::optional<Shown>& shown,
          Instant since) {
    return shown_in(request) == shown && request.timestamp && request.timestamp->point == since;
}

std::string particulars(const Shown& shown) {
    if (shown.vendor_error_code.empty() && shown.info.empty()) return "";
    const bool both = !shown.vendor_error_code.empty() && !shown.info.empty();
    return " (" + shown.vendor_error_code + (both ? " " : "") + shown.info + ')';
}

// Connector 0 knows three states, and they are its own (OCPP 1.6 4.9).
std::optional<Shown> shown_of_whole(const State& state) {
    const auto& connectors = state.connectors;
    const bool lost = std::any_of(connectors.begin(), connectors.end(),
                                  [](const Connector& c) { return c.hal_lost(); });
    if (lost) return hal_lost();
    Shown shown{
        state.whole.operative ? ChargePointStatus::Available : ChargePointStatus::Unavailable,
        wire::ChargePointErrorCode::NoError, "", ""};
    // OCPP 1.6 3.5.2: until the list is renewed.
    if (const auto& id_tag = state.local_list.conflict(); id_tag && state.uses_local_list()) {
        shown.error_code = wire::ChargePointErrorCode::LocalListConflict;
        shown.info = id_tag->to_text();
    }
    return shown;
}

}  // namespace

void StatusNotification::advance(Context& ctx) {
    const auto hold = ctx.state.config.get(keys::minimum_status_duration);
    wake_at_.reset();
    for (std::size_t id = 0; id < told_.size(); ++id) {
        auto& told = told_[id];
        auto now =
            id == 0 ? shown_of_whole(ctx.state) : shown_of(ctx.state.connectors[id - 1], ctx.now);
        if (now && told.now && merely_less(*told.now, *now)) now = told.now;
        if (now != told.now) {
            if (told.now && now)
                ctx.note(
                    now->status == ChargePointStatus::Faulted ? Severity::Error : Severity::Info,
                    "status",
                    "connector " + std::to_string(id) + ": " +
                        std::string(shared::name_of(now->status)) + particulars(*now),
                    {{"connector", id},
                     {"status", shared::name_of(now->status)},
                     {"errorCode", shared::name_of(now->error_code)},
                     {"from", shared::name_of(told.now->status)}});
            told.now = now;
            told.since = ctx.utc();
            told.stable_from = ctx.now.steady + hold;
            // OCPP 1.6 5.17: what is triggered is what is so, and says it for both.
            if (now && refresh_triggered(ctx, static_cast<int>(id)) && ctx.state.online()) {
                told.sent = told.now;
                told.sent_since = told.since;
                told.in_queue = false;
            }
            // The error may be over before the connection is back, and must be told all the same.
            const bool error = now && now->error_code != wire::ChargePointErrorCode::NoError;
            if (error && !ctx.state.online())
                wait_for_connection(ctx, request(ctx, static_cast<int>(id)));
        }
        if (!ctx.state.online() || !told.now || told.now == told.sent) continue;
        // Earlier errors are told before the status of now.
        if (ctx.state.ledger.errors().front() != nullptr) continue;
        // A first status is sent at once: MinimumStatusDuration is for changes.
        if (told.sent && told.stable_from > ctx.now.steady) {
            wake_at_ = earlier(wake_at_, told.stable_from);
            continue;
        }
        if (!ctx.state.mailbox.put(request(ctx, static_cast<int>(id)))) continue;
        told.sent = told.now;
        told.sent_since = told.since;
        told.in_queue = false;
    }
}

void StatusNotification::registered() {
    for (auto& told : told_) {
        told.sent.reset();
        told.acknowledged.reset();
        told.in_queue = false;
    }
}

void StatusNotification::disconnected() {
    for (auto& told : told_)
        if (!told.in_queue) told.sent = told.acknowledged;
}

void StatusNotification::wait_for_connection(Context& ctx,
                                             const wire::StatusNotificationRequest& request) {
    const auto id = static_cast<std::size_t>(request.connector_id);
    if (id >= told_.size() || !request.timestamp) return;
    auto& told = told_[id];
    if (told.in_queue && says(request, told.sent, told.sent_since)) return;
    ctx.state.ledger.notify(QueuedKind::StatusNotification, shared::to_text(request), ctx.out);
    told.sent = shown_in(request);
    told.sent_since = request.timestamp->point;
    told.in_queue = true;
}

void StatusNotification::restamp(const Clock::Shift& shift) {
    for (auto& told : told_) {
        told.since = shift.applied(told.since);
        told.sent_since = shift.applied(told.sent_since);
    }
}

void StatusNotification::answered(const wire::StatusNotificationRequest& request) {
    const auto id = static_cast<std::size_t>(request.connector_id);
    if (id >= told_.size()) return;
    auto& told = told_[id];
    told.acknowledged = shown_in(request);
    if (says(request, told.sent, told.sent_since)) told.in_queue = false;
    // An error that waited for the connection, and still lasts, was told with it.
    if (says(request, told.now, told.since)) {
        told.sent = told.now;
        told.sent_since = told.since;
    }
}

void StatusNotification::failed(Context& ctx, const wire::StatusNotificationRequest& request,
                                Delivery how) {
    if (ctx.state.mailbox.will_say(request)) return;
    // Over before the connection is back, an error would never be told.
    if (how == Delivery::Lost && request.error_code != wire::ChargePointErrorCode::NoError)
        return wait_for_connection(ctx, request);
    // A refused one was at least heard; saying it again would be refused again.
    if (how == Delivery::Refused)
        answered(request);
    else
        unanswered(request);
}

void StatusNotification::unanswered(const wire::StatusNotificationRequest& request) {
    const auto id = static_cast<std::size_t>(request.connector_id);
    if (id >= told_.size() || !says(request, told_[id].sent, told_[id].sent_since)) return;
    told_[id].sent.reset();
    told_[id].acknowledged.reset();
    told_[id].in_queue = false;
}

void StatusNotification::reset_failed(Context& ctx, const std::string& why) const {
    ctx.note(Severity::Error, "reset", "the machine does not restart: " + why);
    const wire::StatusNotificationRequest request{
        .connector_id = 0,
        .error_code = wire::ChargePointErrorCode::ResetFailure,
        .info = shared::Text<50>{why.substr(0, 50)},
        .status = ctx.state.whole.operative ? ChargePointStatus::Available
                                            : ChargePointStatus::Unavailable,
        .timestamp = wire::DateTime{ctx.utc()}};
    ctx.state.ledger.notify(QueuedKind::StatusNotification, shared::to_text(request), ctx.out);
}

bool StatusNotification::refresh_triggered(Context& ctx, int connector) const {
    return ctx.state.mailbox.refresh_triggered(
        request(ctx, connector), [connector](const wire::StatusNotificationRequest& waiting) {
            return waiting.connector_id == connector;
        });
}

bool StatusNotification::triggered(Context& ctx, int connector) {
    const auto& told = told_[static_cast<std::size_t>(connector)];
    return told.now && ctx.state.mailbox.put_triggered(
                           request(ctx, connector),
                           [connector](const wire::StatusNotificationRequest& waiting) {
                               return waiting.connector_id == connector;
                           });
}

wire::StatusNotificationRequest StatusNotification::request(const Context& ctx,
                                                            int connector) const {
    const auto& told = told_[static_cast<std::size_t>(connector)];
    wire::StatusNotificationRequest request{.connector_id = connector,
                                            .error_code = told.now->error_code,
                                            .status = told.now->status,
                                            .timestamp = wire::DateTime{told.since}};
    if (!told.now->info.empty()) request.info = shared::Text<50>{told.now->info};
    if (!told.now->vendor_error_code.empty()) {
        request.vendor_id = shared::Text<255>{ctx.state.setup.vendor};
        request.vendor_error_code = shared::Text<50>{told.now->vendor_error_code};
    }
    return request;
}

}  // namespace ocpp::features
