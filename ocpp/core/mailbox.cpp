// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/mailbox.hpp"

#include "ocpp/wire/core_profile.hpp"
#include "ocpp/wire/frame.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::core {

bool Mailbox::add(std::string_view action, std::string payload, Permit permit, int connector) {
    // Reports must not keep a driver out; how many drivers wait is bounded by their feature.
    const bool driver = action == wire::action_name<wire::AuthorizeRequest>();
    if (waiting_.size() >= max_waiting && !driver) return false;
    waiting_.push_back({Call{next_id(), action, std::move(payload), {}, false, connector}, permit});
    return true;
}

bool Mailbox::holds(std::string_view action) const {
    if (in_flight_ && in_flight_->action == action) return true;
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [action](const Waiting& w) { return w.call.action == action; });
}

Mailbox::Order Mailbox::equal(std::string_view action, std::string_view payload) {
    return std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
        return w.call.action == action && w.call.payload == payload;
    });
}

void Mailbox::forget_triggered() {
    std::erase_if(waiting_, [](const Waiting& w) { return w.permit == Permit::WhenTriggered; });
}

bool Mailbox::send_next(Permit permit, std::chrono::seconds timeout, const Ledger& ledger,
                        const Now& now, Outcome& out) {
    const bool online = permit == Permit::WhenAccepted;
    const bool hurry = passed_over(online, ledger, now);
    if (in_flight_) return false;
    const auto* stored = online ? ledger.next(hurry, now) : nullptr;
    if (holds_back(stored, ledger)) stored = nullptr;
    if (hurry && send_stored(stored, ledger, timeout, now, out)) return true;
    const auto first = [&](auto suits) {
        return std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
            return w.permit <= permit && !held_.contains(w.call.connector) && suits(w.call);
        });
    };
    const auto driver = first(
        [](const Call& c) { return c.action == wire::action_name<wire::AuthorizeRequest>(); });
    if (send_ordinary(driver, timeout, now, out)) return true;
    if (online && send_stored(ledger.errors().front(), ledger, timeout, now, out)) return true;
    const auto& events = ledger.security_events();
    if (online && events.is_due(now) && send_stored(events.front(), ledger, timeout, now, out))
        return true;
    if (send_ordinary(first([](const Call&) { return true; }), timeout, now, out)) return true;
    return send_stored(stored, ledger, timeout, now, out);
}

bool Mailbox::holds_back(const QueuedMessage* message, const Ledger& ledger) const {
    if (message == nullptr || held_.empty()) return false;
    const auto* record = ledger.find(message->transaction);
    return record != nullptr && held_.contains(record->connector);
}

bool Mailbox::held_back(const Ledger& ledger) const {
    return holds_back(ledger.messages().front(), ledger) ||
           holds_back(ledger.values().front(), ledger);
}

// True when it is the turn of a start or stop.
bool Mailbox::passed_over(bool online, const Ledger& ledger, const Now& now) {
    if (!online) return false;
    if (!ledger.messages().is_due(now))
        passed_over_since_.reset();
    else if (!passed_over_since_)
        passed_over_since_ = now.steady;
    return passed_over_since_ && now.steady - *passed_over_since_ >= patience;
}

bool Mailbox::send_ordinary(Order call, std::chrono::seconds timeout, const Now& now,
                            Outcome& out) {
    if (call == waiting_.end()) return false;
    Call next = std::move(call->call);
    waiting_.erase(call);
    send(std::move(next), timeout, now, out);
    return true;
}

bool Mailbox::send_stored(const QueuedMessage* message, const Ledger& ledger,
                          std::chrono::seconds timeout, const Now& now, Outcome& out) {
    if (message == nullptr) return false;
    std::erase_if(broke_with_, [&](std::int64_t sequence) { return !ledger.awaits(sequence); });
    if (broke_with_.contains(message->sequence) && !proven_ && !std::exchange(probed_, true)) {
        send(Call{next_id(),
                  wire::action_name<wire::HeartbeatRequest>(),
                  shared::to_text(wire::HeartbeatRequest{}),
                  {}},
             timeout, now, out);
        return true;
    }
    std::erase_if(unanswered_, [&](const Call& call) { return !awaited(call, ledger); });
    if (message->kind == QueuedKind::StartTransaction ||
        message->kind == QueuedKind::StopTransaction)
        passed_over_since_.reset();
    send(Call{next_id(), shared::name_of(message->kind), ledger.payload_of(*message),
              message->sequence},
         timeout, now, out);
    return true;
}

bool Mailbox::awaited(const Call& call, const Ledger& ledger) {
    return !call.queued || ledger.awaits(*call.queued);
}

void Mailbox::delivered(const Call& call, Ledger& ledger, Outcome& out) {
    if (!call.queued) return;
    std::erase_if(unanswered_, [&](const Call& other) { return other.queued == call.queued; });
    if (in_flight_ && in_flight_->queued == call.queued) in_flight_.reset();
    ledger.delivered(*call.queued, out);
}

bool Mailbox::failed(const Call& call, Delivery how, std::string_view why, const Retry& retry,
                     Ledger& ledger, const Now& now, Outcome& out) {
    if (!call.queued) return false;
    const bool refused = how == Delivery::Refused || how == Delivery::Unwanted;
    if (call.timed_out && refused) return true;
    const auto setback = refused                 ? Setback::Refused
                         : how == Delivery::Lost ? Setback::Broken
                                                 : Setback::Silent;
    const auto sequence = *call.queued;
    if (ledger.errors().begins_with(sequence)) {
        if (ledger.keep(sequence, error_retry, setback, now, out)) return true;
        ledger.give_up(sequence, out);
        return false;
    }
    const auto& front = ledger.front(sequence);
    const auto note = [&](Severity severity, const char* what, int attempts, NoteFields fields) {
        fields.insert(fields.begin(), {"attempts", attempts});
        out.notes.push_back({severity, "queue", std::string(call.action) + what + std::string(why),
                             std::move(fields)});
    };
    // Starts and stops are worth a second look of theirs.
    const bool again = how != Delivery::Unwanted || front.kind == QueuedKind::StartTransaction ||
                       front.kind == QueuedKind::StopTransaction;
    const bool event = front.kind == QueuedKind::SecurityEventNotification;
    if (again && ledger.keep(sequence, event ? security_event_retry : retry, setback, now, out)) {
        note(Severity::Warning, " not accepted: ", front.attempts, {});
        return true;
    }
    note(Severity::Error, " given up: ", front.attempts + 1,
         {{"payload", JsonText{ledger.payload_of(front)}}});
    if (front.kind == QueuedKind::StartTransaction) give_up(sequence, front.transaction);
    ledger.give_up(sequence, out);
    return false;
}

void Mailbox::send(Call call, std::chrono::seconds timeout, const Now& now, Outcome& out) {
    out.frames.push_back(
        {wire::encode_call(call.id, call.action, call.payload), std::string(call.action)});
    deadline_ = now.steady + timeout;
    in_flight_ = std::move(call);
}

std::optional<Call> Mailbox::settle(std::string_view id) {
    if (in_flight_ && in_flight_->id == id) {
        auto call = std::move(in_flight_);
        in_flight_.reset();
        proven_ = true;
        return call;
    }
    const auto late = std::find_if(unanswered_.begin(), unanswered_.end(),
                                   [id](const Call& call) { return call.id == id; });
    if (late == unanswered_.end()) return std::nullopt;
    Call call = std::move(*late);
    unanswered_.erase(late);
    return call;
}

std::optional<Call> Mailbox::time_out(const Now& now) {
    if (!in_flight_ || now.steady < deadline_) return std::nullopt;
    auto call = std::move(in_flight_);
    in_flight_.reset();
    call->timed_out = true;
    // A connection that does not break at a Heartbeat is one, even if that is not answered.
    if (call->action == wire::action_name<wire::HeartbeatRequest>()) proven_ = true;
    if (call->queued) unanswered_.push_back(*call);
    return call;
}

std::deque<Call> Mailbox::connection_lost(bool too_long) {
    std::deque<Call> lost;
    const bool stored = in_flight_ && in_flight_->queued;
    if (in_flight_ && (!stored || proven_ || too_long)) lost.push_back(*in_flight_);
    for (auto& waiting : waiting_) lost.push_back(std::move(waiting.call));
    // Calls at which the connection breaks each time must not keep a start or stop from its turn.
    if (!in_flight_) passed_over_since_.reset();
    if (stored) broke_with_.insert(*in_flight_->queued);
    probed_ = in_flight_ && in_flight_->action == wire::action_name<wire::HeartbeatRequest>();
    proven_ = false;
    in_flight_.reset();
    waiting_.clear();
    unanswered_.clear();
    late_starts_.clear();
    return lost;
}

// Each transmission of the start may still be answered.
void Mailbox::give_up(std::int64_t sequence, std::int64_t transaction) {
    std::erase_if(unanswered_, [&](const Call& call) {
        if (call.queued != sequence) return false;
        late_starts_.emplace(call.id, transaction);
        return true;
    });
    while (late_starts_.size() > max_late_starts)
        late_starts_.erase(
            std::min_element(late_starts_.begin(), late_starts_.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; }));
}

std::optional<std::int64_t> Mailbox::settle_late_start(std::string_view id) {
    const auto found = late_starts_.find(id);
    if (found == late_starts_.end()) return std::nullopt;
    const auto transaction = found->second;
    std::erase_if(late_starts_,
                  [transaction](const auto& entry) { return entry.second == transaction; });
    return transaction;
}

std::string Mailbox::next_id() { return id_prefix_ + '-' + std::to_string(next_++); }

}  // namespace ocpp::core
