// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/status_notification.hpp"

#include "ocpp/config/keys/reports.hpp"
#include "ocpp/features/reports/fault_codes.hpp"
#include "ocpp/features/reports/status_changes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace ocpp::features {

using namespace core;
using wire::ChargePointStatus;

namespace {

using Shown = StatusNotification::Shown;

// So many messages of transactions may go before a status.
constexpr std::ptrdiff_t messages_before_a_status = 50;

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

// Its transaction is about to end, and Unavailable follows: on the way there it does not change.
bool is_leaving(const Connector& connector, const Now& now) {
    return connector.stage() == Stage::Stopping && connector.conditions(now).leaves_service &&
           connector.status(now) != ChargePointStatus::Faulted;
}

// OCPP 1.6 4.9, C8, D8 and E8: it became Unavailable by the end of its transaction, and that is
// told first. A stop that waits to be sent again, or far behind others, keeps nothing waiting.
bool stop_leaves_first(const Context& ctx, int connector) {
    const auto& ledger = ctx.state.ledger;
    const auto& lane = ledger.messages();
    const auto& all = lane.messages();
    const auto near = all.begin() + std::min(std::ssize(all), messages_before_a_status);
    return lane.is_due(ctx.now) &&
           std::any_of(all.begin(), near, [&](const QueuedMessage& message) {
               const auto* record = ledger.find(message.transaction);
               return message.kind == QueuedKind::StopTransaction && message.attempts == 0 &&
                      record != nullptr && record->connector == connector;
           });
}

}  // namespace

void StatusNotification::advance(Context& ctx) {
    wake_at_.reset();
    follow(ctx, 0, shown_of_whole(ctx.state));
    for (const auto& connector : ctx.state.connectors)
        if (!is_leaving(connector, ctx.now) || !told_[static_cast<std::size_t>(connector.id())].now)
            follow(ctx, connector.id(), shown_of(connector, ctx.now));
    if (!std::exchange(was_online_, ctx.state.online())) renew_lasting_errors(ctx);
    if (!ctx.state.online()) return;
    for (std::size_t id = 0; id < told_.size(); ++id) {
        auto& told = told_[id];
        if (!told.now || told.now == told.sent) {
            // Nothing has changed while the connection was away: the next change follows this.
            if (told.sent == told.acknowledged) told.gap = false;
            continue;
        }
        // Earlier errors are told before the status of now.
        if (ctx.state.ledger.errors().front() != nullptr) continue;
        // A first status is sent at once: MinimumStatusDuration is for changes.
        if (told.sent && told.stable_from > ctx.now.steady) {
            wake_at_ = earlier(wake_at_, told.stable_from);
            continue;
        }
        if (told.sent && told.now->status == ChargePointStatus::Unavailable &&
            stop_leaves_first(ctx, static_cast<int>(id)))
            continue;
        static_cast<void>(tell(ctx, static_cast<int>(id), Permit::WhenAccepted));
    }
}

// Notices a change.
void StatusNotification::follow(Context& ctx, int connector, std::optional<Shown> now) {
    auto& told = told_[static_cast<std::size_t>(connector)];
    if (now && told.now && merely_less(*told.now, *now)) return;
    if (now == told.now) return;
    if (told.now && now)
        ctx.note(now->status == ChargePointStatus::Faulted ? Severity::Error : Severity::Info,
                 "status",
                 "connector " + std::to_string(connector) + ": " +
                     std::string(shared::name_of(now->status)) + particulars(*now),
                 {{"connector", connector},
                  {"status", shared::name_of(now->status)},
                  {"errorCode", shared::name_of(now->error_code)},
                  {"from", shared::name_of(told.now->status)}});
    told.now = std::move(now);
    told.since = ctx.utc();
    told.stable_from = ctx.now.steady + ctx.state.config.get(keys::minimum_status_duration);
    if (!told.now) return;
    // OCPP 1.6 5.17: what is triggered is what is so, and says it for both.
    static_cast<void>(refresh_triggered(ctx, connector));
    // The error may be over before the connection is back, and must be told all the same.
    if (told.now->error_code != wire::ChargePointErrorCode::NoError && !ctx.state.online())
        wait_for_connection(ctx, request(ctx, connector, *told.now, told.since));
}

bool StatusNotification::tell(Context& ctx, int connector, Permit permit) {
    auto& told = told_[static_cast<std::size_t>(connector)];
    const auto put = [&](const Shown& shown) {
        const auto at = ctx.utc();
        if (!ctx.state.mailbox.put(request(ctx, connector, shown, at), permit)) return false;
        told.before.reset();
        if (told.sent && !told.gap) told.before = told.sent->status;
        told.sent = shown;
        told.sent_at = at;
        told.in_queue = told.gap = false;
        return true;
    };
    if (told.sent && !told.gap) {
        const bool occupied = connector > 0 && ctx.state.connector(connector)->occupied();
        if (const auto passed = passed_between(told.sent->status, told.now->status, occupied))
            if (!put({*passed, wire::ChargePointErrorCode::NoError, "", ""})) return false;
    }
    return put(*told.now);
}

void StatusNotification::renew_waiting(Context& ctx) {
    if (!ctx.state.mailbox.about_to_send()) return;
    const auto at = ctx.utc();
    for (std::size_t id = 0; id < told_.size(); ++id) {
        auto& told = told_[id];
        if (!told.sent || told.sent != told.now || told.in_queue || at < told.sent_at + told_late)
            continue;
        const auto says = [&](Instant when) {
            return request(ctx, static_cast<int>(id), *told.sent, when);
        };
        if (ctx.state.mailbox.reword(says(told.sent_at), says(at))) told.sent_at = at;
    }
}

void StatusNotification::renew_lasting_errors(Context& ctx) {
    const auto renewed = [&](QueuedMessage& message) {
        if (message.kind != QueuedKind::StatusNotification) return false;
        auto request =
            shared::parse_text<wire::StatusNotificationRequest>(message.payload, stored_bounds);
        if (!request || !says_what_is(*request)) return false;
        request->timestamp = wire::DateTime{ctx.utc()};
        message.payload = shared::to_text(*request);
        auto& told = told_[static_cast<std::size_t>(request->connector_id)];
        if (told.in_queue) told.sent_at = ctx.utc();
        return true;
    };
    if (ctx.state.online()) ctx.state.ledger.errors().restamp(renewed, ctx.out);
}

bool StatusNotification::says_what_is(const wire::StatusNotificationRequest& request) const {
    const auto id = static_cast<std::size_t>(request.connector_id);
    return id < told_.size() && shown_in(request) == told_[id].now && request.timestamp &&
           request.timestamp->point >= told_[id].since;
}

void StatusNotification::registered() {
    for (auto& told : told_) {
        told.sent.reset();
        told.acknowledged.reset();
        told.in_queue = false;
    }
    was_online_ = false;
}

void StatusNotification::disconnected() {
    for (auto& told : told_) {
        if (!told.in_queue) told.sent = told.acknowledged;
        told.gap = true;
    }
}

void StatusNotification::wait_for_connection(Context& ctx,
                                             const wire::StatusNotificationRequest& request) {
    const auto id = static_cast<std::size_t>(request.connector_id);
    if (id >= told_.size() || !request.timestamp) return;
    auto& told = told_[id];
    // It waits already.
    if (told.in_queue && told.sent == shown_in(request) && told.sent_at >= told.since &&
        request.timestamp->point >= told.since)
        return;
    ctx.state.ledger.notify(QueuedKind::StatusNotification, shared::to_text(request), ctx.out);
    told.sent = shown_in(request);
    told.sent_at = request.timestamp->point;
    told.in_queue = true;
}

void StatusNotification::restamp(const Clock::Shift& shift) {
    for (auto& told : told_) {
        told.since = shift.applied(told.since);
        told.sent_at = shift.applied(told.sent_at);
    }
}

void StatusNotification::answered(const wire::StatusNotificationRequest& request) {
    const auto id = static_cast<std::size_t>(request.connector_id);
    if (id >= told_.size()) return;
    auto& told = told_[id];
    told.acknowledged = shown_in(request);
    if (says(request, told.sent, told.sent_at)) told.in_queue = told.gap = false;
    // An error that waited for the connection, and still lasts, was told with it.
    if (!says_what_is(request)) return;
    told.sent = told.now;
    told.sent_at = request.timestamp->point;
    told.gap = false;
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
    if (id >= told_.size() || !says(request, told_[id].sent, told_[id].sent_at)) return;
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

bool StatusNotification::refresh_triggered(Context& ctx, int connector) {
    auto& told = told_[static_cast<std::size_t>(connector)];
    if (told.before && !may_follow(*told.before, told.now->status)) return false;
    const auto at = ctx.utc();
    if (!ctx.state.mailbox.refresh_triggered(request(ctx, connector, *told.now, at))) return false;
    told.sent = told.now;
    told.sent_at = at;
    told.in_queue = false;
    return true;
}

bool StatusNotification::triggered(Context& ctx, int connector) {
    return told_[static_cast<std::size_t>(connector)].now &&
           (refresh_triggered(ctx, connector) || tell(ctx, connector, Permit::WhenTriggered));
}

wire::StatusNotificationRequest StatusNotification::request(const Context& ctx, int connector,
                                                            const Shown& shown, Instant at) {
    wire::StatusNotificationRequest request{.connector_id = connector,
                                            .error_code = shown.error_code,
                                            .status = shown.status,
                                            .timestamp = wire::DateTime{at}};
    if (!shown.info.empty()) request.info = shared::Text<50>{shown.info};
    if (!shown.vendor_error_code.empty()) {
        request.vendor_id = shared::Text<255>{ctx.state.setup.vendor};
        request.vendor_error_code = shared::Text<50>{shown.vendor_error_code};
    }
    return request;
}

}  // namespace ocpp::features
