// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/transaction_data.hpp"

#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/transaction_messages.hpp"
#include "ocpp/wire/transactions.hpp"

#include <iterator>
#include <utility>

namespace ocpp::core {
namespace {

Instant time_of(const QueuedMessage& message) {
    const auto value = shared::parse_text<wire::MeterValue>(message.payload, stored_bounds);
    return value ? value->timestamp.point : Instant{};
}

std::size_t bytes_of(const QueuedMessage& message) { return message.payload.size() + 1; }

}  // namespace

void TransactionData::load(QueuedMessage message) {
    bytes_ += bytes_of(message);
    times_.push_back(time_of(message));
    messages_.push_back(std::move(message));
}

void TransactionData::add(QueuedMessage message, Durability durability, Outcome& out) {
    load(std::move(message));
    out.changes.push_back(PutMessage{messages_.back(), durability});
    // The value at the end will be about as long.
    thin_out(bytes_of(messages_.back()), nullptr, out);
}

void TransactionData::make_room(std::size_t bytes, Instant end, Outcome& out) {
    thin_out(bytes + 1, &end, out);
}

bool TransactionData::fits(std::size_t more_bytes) const {
    return messages_.size() + 1 <= max_values && bytes_ + more_bytes <= max_bytes;
}

// The next to go is the one that leaves the smallest gap, never the first and never the last.
void TransactionData::thin_out(std::size_t more_bytes, const Instant* end, Outcome& out) {
    while (!fits(more_bytes)) {
        const std::size_t last = end != nullptr ? messages_.size() : messages_.size() - 1;
        if (last < 2) return;
        const auto at = [&](std::size_t i) { return i < times_.size() ? times_[i] : *end; };
        std::size_t least = 1;
        for (std::size_t i = 2; i < last; ++i)
            if (at(i + 1) - at(i - 1) < at(least + 1) - at(least - 1)) least = i;
        const auto here = std::next(messages_.begin(), static_cast<std::ptrdiff_t>(least));
        out.changes.push_back(RemoveMessage{here->sequence, Durability::Relaxed});
        bytes_ -= bytes_of(*here);
        messages_.erase(here);
        times_.erase(std::next(times_.begin(), static_cast<std::ptrdiff_t>(least)));
    }
}

void TransactionData::restamp(const Clock::Shift& shift, Outcome& out) {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        bytes_ -= bytes_of(messages_[i]);
        if (shift_times(messages_[i], shift))
            out.changes.push_back(PutMessage{messages_[i], Durability::Now});
        bytes_ += bytes_of(messages_[i]);
        times_[i] = time_of(messages_[i]);
    }
}

void TransactionData::remove_all(Durability durability, Outcome& out) {
    for (const auto& message : messages_)
        out.changes.push_back(RemoveMessage{message.sequence, durability});
    messages_.clear();
    times_.clear();
    bytes_ = 0;
}

}  // namespace ocpp::core
