// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/mailbox.hpp"

#include "ocpp/wire/frame.hpp"

#include <algorithm>

namespace ocpp::core {

bool Mailbox::add(std::string_view action, std::string payload, Permit permit, int connector) {
    if (waiting_.size() >= max_waiting) return false;
    waiting_.push_back({Call{next_id(), action, std::move(payload), {}, false, connector}, permit});
    return true;
}

bool Mailbox::holds(std::string_view action) const {
    if (in_flight_ && in_flight_->action == action) return true;
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [action](const Waiting& w) { return w.call.action == action; });
}

bool Mailbox::holds_text(std::string_view action, std::string_view payload) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
        return w.call.action == action && w.call.payload == payload;
    });
}

void Mailbox::forget_triggered() {
    std::erase_if(waiting_, [](const Waiting& w) { return w.permit == Permit::WhenTriggered; });
}

bool Mailbox::send_next(Permit permit, std::chrono::seconds timeout, const Ledger& ledger,
                        const Now& now, Outcome& out) {
    if (in_flight_) return false;
    const bool online = permit == Permit::WhenAccepted;
    if (const auto* error = ledger.errors().front(); error != nullptr && online) {
        send_stored(*error, error->payload, timeout, now, out);
        return true;
    }
    if (send_ordinary(permit, timeout, now, out)) return true;
    if (!online || !ledger.messages().is_due(now) || holds_back(*ledger.head(), ledger))
        return false;
    send_stored(*ledger.head(), ledger.head_payload(), timeout, now, out);
    return true;
}

bool Mailbox::send_ordinary(Permit permit, std::chrono::seconds timeout, const Now& now,
                            Outcome& out) {
    const auto next =
        std::find_if(waiting_.begin(), waiting_.end(), [this, permit](const Waiting& w) {
            return w.permit <= permit && !held_.contains(w.call.connector);
        });
    if (next == waiting_.end()) return false;
    Call call = std::move(next->call);
    waiting_.erase(next);
    send(std::move(call), timeout, now, out);
    return true;
}

void Mailbox::send_stored(const QueuedMessage& message, std::string payload,
                          std::chrono::seconds timeout, const Now& now, Outcome& out) {
    const auto sequence = message.sequence;
    if (!unanswered_.empty() && unanswered_.back().queued != sequence) unanswered_.clear();
    send(Call{next_id(), shared::name_of(message.kind), std::move(payload), sequence}, timeout, now,
         out);
}

bool Mailbox::holds_back(const QueuedMessage& message, const Ledger& ledger) const {
    const auto* record = ledger.find(message.transaction);
    return record != nullptr && held_.contains(record->connector);
}

bool Mailbox::awaited(const Call& call, const Ledger& ledger) {
    return !call.queued || ledger.errors().begins_with(*call.queued) ||
           ledger.messages().begins_with(*call.queued);
}

void Mailbox::delivered(const Call& call, Ledger& ledger, Outcome& out) {
    if (!call.queued) return;
    if (call.timed_out) {
        unanswered_.clear();
        if (in_flight_ && in_flight_->queued == call.queued) in_flight_.reset();
    }
    if (ledger.errors().begins_with(*call.queued))
        ledger.errors().remove_front(Durability::Relaxed, out);
    else
        ledger.head_done(out);
}

bool Mailbox::failed(const Call& call, Delivery how, std::string_view why, const Retry& retry,
                     Ledger& ledger, const Now& now, Outcome& out) {
    if (!call.queued) return false;
    if (call.timed_out && how == Delivery::Refused) return true;
    const bool refused = how == Delivery::Refused;
    if (ledger.errors().begins_with(*call.queued)) {
        if (ledger.errors().keep_front(error_retry, refused, now, out)) return true;
        ledger.errors().remove_front(Durability::Relaxed, out);
        return false;
    }
    const auto& head = *ledger.head();
    const std::string action(call.action);
    if (ledger.messages().keep_front(retry, refused, now, out)) {
        out.notes.push_back({Severity::Warning,
                             "queue",
                             action + " not accepted: " + std::string(why),
                             {{"attempts", head.attempts}}});
        return true;
    }
    out.notes.push_back(
        {Severity::Error,
         "queue",
         action + " given up: " + std::string(why),
         {{"attempts", head.attempts + 1}, {"payload", JsonText{ledger.head_payload()}}}});
    if (head.kind == QueuedKind::StartTransaction) give_up(head);
    ledger.head_given_up(out);
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
    if (call->queued) unanswered_.push_back(*call);
    return call;
}

std::deque<Call> Mailbox::connection_lost() {
    std::deque<Call> lost;
    if (in_flight_ && !in_flight_->queued) lost.push_back(*std::move(in_flight_));
    for (auto& waiting : waiting_) lost.push_back(std::move(waiting.call));
    in_flight_.reset();
    waiting_.clear();
    unanswered_.clear();
    late_starts_.clear();
    return lost;
}

// Each transmission of the start may still be answered.
void Mailbox::give_up(const QueuedMessage& head) {
    for (const auto& call : unanswered_) late_starts_.emplace(call.id, head.transaction);
    unanswered_.clear();
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
