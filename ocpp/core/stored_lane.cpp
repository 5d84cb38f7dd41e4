// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/stored_lane.hpp"

#include <cassert>
#include <cstddef>
#include <utility>

namespace ocpp::core {

void StoredLane::push(QueuedMessage message, Durability durability, Outcome& out) {
    messages_.push_back(std::move(message));
    out.changes.push_back(PutMessage{messages_.back(), durability});
}

QueuedMessage StoredLane::drop(std::size_t position, Outcome& out) {
    const auto dropped = messages_.begin() + static_cast<std::ptrdiff_t>(position);
    auto message = std::move(*dropped);
    messages_.erase(dropped);
    out.changes.push_back(RemoveMessage{message.sequence, Durability::Relaxed});
    return message;
}

QueuedMessage StoredLane::remove_front(Durability durability, Outcome& out) {
    assert(!messages_.empty());
    auto message = std::move(messages_.front());
    messages_.pop_front();
    not_before_.reset();
    out.changes.push_back(RemoveMessage{message.sequence, durability});
    return message;
}

bool StoredLane::keep_front(const Retry& retry, Setback why, const Now& now, Outcome& out) {
    assert(!messages_.empty());
    auto& front = messages_.front();
    if (front.attempts + 1 >= retry.attempts) return false;
    ++front.attempts;
    const bool at_once = why == Setback::Broken && front.attempts == 1;
    if (retry.interval > std::chrono::seconds{0} && !at_once) {
        silent_ = why == Setback::Silent;
        not_before_ = now.steady + retry.interval * front.attempts;
    }
    out.changes.push_back(PutMessage{front, Durability::Relaxed});
    return true;
}

}  // namespace ocpp::core
