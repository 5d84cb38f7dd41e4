// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/outbox.hpp"

#include "ocpp/wire/frame.hpp"

#include <algorithm>

namespace ocpp::core {

bool Outbox::add(std::string_view action, std::string payload, Permit permit) {
    if (waiting_.size() >= max_waiting) return false;
    waiting_.push_back({Call{next_id(), action, std::move(payload), {}}, permit});
    return true;
}

bool Outbox::holds(std::string_view action) const {
    if (in_flight_ && in_flight_->action == action) return true;
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [action](const Waiting& w) { return w.call.action == action; });
}

bool Outbox::will_say(std::string_view action, std::string_view payload) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
        return w.call.action == action && w.call.payload == payload;
    });
}

void Outbox::forget_triggered() {
    std::erase_if(waiting_, [](const Waiting& w) { return w.permit == Permit::WhenTriggered; });
}

bool Outbox::send_next(Permit permit, std::chrono::seconds timeout, const Now& now, Outcome& out) {
    if (in_flight_) return false;
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [permit](const Waiting& w) { return w.permit <= permit; });
    if (next == waiting_.end()) return false;
    Call call = std::move(next->call);
    waiting_.erase(next);
    send(std::move(call), timeout, now, out);
    return true;
}

void Outbox::send_queued(std::int64_t sequence, std::string_view action, std::string payload,
                         std::chrono::seconds timeout, const Now& now, Outcome& out) {
    if (!unanswered_.empty() && unanswered_.back().queued != sequence) unanswered_.clear();
    send(Call{next_id(), action, std::move(payload), sequence}, timeout, now, out);
}

void Outbox::send(Call call, std::chrono::seconds timeout, const Now& now, Outcome& out) {
    out.frames.push_back(
        {wire::encode_call(call.id, call.action, call.payload), std::string(call.action)});
    deadline_ = now.steady + timeout;
    in_flight_ = std::move(call);
}

std::optional<Call> Outbox::settle(std::string_view id) {
    if (in_flight_ && in_flight_->id == id) {
        auto call = std::move(in_flight_);
        in_flight_.reset();
        return call;
    }
    const auto late = std::find_if(unanswered_.begin(), unanswered_.end(),
                                   [id](const Call& call) { return call.id == id; });
    if (late == unanswered_.end()) return std::nullopt;
    Call call = std::move(*late);
    unanswered_.clear();
    if (in_flight_ && in_flight_->queued == call.queued) in_flight_.reset();
    return call;
}

std::optional<Call> Outbox::time_out(const Now& now) {
    if (!in_flight_ || now.steady < deadline_) return std::nullopt;
    auto call = std::move(in_flight_);
    in_flight_.reset();
    if (call->queued) unanswered_.push_back(*call);
    return call;
}

std::deque<Call> Outbox::connection_lost() {
    std::deque<Call> lost;
    if (in_flight_ && !in_flight_->queued) lost.push_back(*std::move(in_flight_));
    for (auto& waiting : waiting_) lost.push_back(std::move(waiting.call));
    in_flight_.reset();
    waiting_.clear();
    unanswered_.clear();
    late_starts_.clear();
    return lost;
}

void Outbox::give_up_start(std::int64_t transaction) {
    for (const auto& call : unanswered_) late_starts_.emplace(call.id, transaction);
    unanswered_.clear();
    while (late_starts_.size() > max_late_starts)
        late_starts_.erase(
            std::min_element(late_starts_.begin(), late_starts_.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; }));
}

std::optional<std::int64_t> Outbox::settle_late_start(std::string_view id) {
    const auto found = late_starts_.find(id);
    if (found == late_starts_.end()) return std::nullopt;
    const auto transaction = found->second;
    std::erase_if(late_starts_,
                  [transaction](const auto& entry) { return entry.second == transaction; });
    return transaction;
}

std::string Outbox::next_id() { return id_prefix_ + '-' + std::to_string(next_++); }

}  // namespace ocpp::core
