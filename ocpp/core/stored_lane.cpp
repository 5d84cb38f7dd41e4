// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/stored_lane.hpp"

#include <cassert>
#include <utility>

namespace ocpp::core {

void StoredLane::push(QueuedMessage message, Durability durability, Outcome& out) {
    messages_.push_back(std::move(message));
    out.changes.push_back(PutMessage{messages_.back(), durability});
}

QueuedMessage StoredLane::remove_front(Durability durability, Outcome& out) {
    assert(!messages_.empty());
    auto message = std::move(messages_.front());
    messages_.pop_front();
    not_before_.reset();
    out.changes.push_back(RemoveMessage{message.sequence, durability});
    return message;
}

bool StoredLane::keep_front(const Retry& retry, bool refused, const Now& now, Outcome& out) {
    assert(!messages_.empty());
    auto& front = messages_.front();
    if (front.attempts + 1 >= retry.attempts) return false;
    ++front.attempts;
    if (retry.interval > std::chrono::seconds{0}) {
        refused_ = refused;
        not_before_ = now.steady + retry.interval * front.attempts;
    }
    out.changes.push_back(PutMessage{front, Durability::Relaxed});
    return true;
}

}  // namespace ocpp::core
