// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lane of the mailbox whose messages are in the store: they outlive the connection and the
// process, leave in order, and only the front one may be on its way.

#include "ocpp/core/change.hpp"
#include "ocpp/core/step.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace ocpp::core {

// The policy of a lane for a message that was not processed.
struct Retry {
    int attempts;                   // after so many transmissions the message is given up
    std::chrono::seconds interval;  // the n-th failure waits n times as long
};

// Why a message was not processed.
enum class Setback {
    Refused,  // the refusal would be repeated over a new connection, too
    Silent,   // the wait ends with a new connection
    Broken    // its connection broke, which may have been chance: only the second time has to wait
};

class StoredLane {
public:
    bool empty() const { return messages_.empty(); }
    std::size_t length() const { return messages_.size(); }
    const QueuedMessage* front() const { return messages_.empty() ? nullptr : &messages_.front(); }
    bool begins_with(std::int64_t sequence) const {
        return !messages_.empty() && messages_.front().sequence == sequence;
    }
    const std::deque<QueuedMessage>& messages() const { return messages_; }
    // The lane changes times inside of its messages only by this; each change is stored.
    template <class Shift>
    void restamp(Shift shifted, Outcome& out) {
        for (auto& message : messages_)
            if (shifted(message)) out.changes.push_back(PutMessage{message, Durability::Now});
    }

    // Takes a message that is in the store already.
    void load(QueuedMessage message) { messages_.push_back(std::move(message)); }
    void push(QueuedMessage message, Durability durability, Outcome& out);
    // Makes room: the oldest message but the front one is dropped, which may be on its way.
    std::optional<QueuedMessage> drop_oldest(Outcome& out) {
        return drop_oldest([](const QueuedMessage&) { return true; }, out);
    }
    // The oldest of some messages only.
    template <class GivesWay>
    std::optional<QueuedMessage> drop_oldest(GivesWay gives_way, Outcome& out) {
        for (std::size_t i = 1; i < messages_.size(); ++i)
            if (gives_way(messages_[i])) return drop(i, out);
        return std::nullopt;
    }

    // May the front message be sent now?
    bool is_due(const Now& now) const {
        return !messages_.empty() && (!not_before_ || *not_before_ <= now.steady);
    }
    Deadline wake_at() const { return messages_.empty() ? std::nullopt : not_before_; }
    // The front message was processed, or is given up.
    QueuedMessage remove_front(Durability durability, Outcome& out);
    // The front message was not processed. True: it will be sent again. False: that was its last
    // attempt, and it still has to be removed.
    bool keep_front(const Retry& retry, Setback why, const Now& now, Outcome& out);
    // Changes what the front message says; to be followed by keep_front(), which stores it.
    void rewrite_front(std::string payload) { messages_.front().payload = std::move(payload); }
    void connected() {
        if (silent_) not_before_.reset();
    }

private:
    QueuedMessage drop(std::size_t position, Outcome& out);

    std::deque<QueuedMessage> messages_;
    Deadline not_before_;
    bool silent_ = false;  // the wait until not_before_ follows silence
};

}  // namespace ocpp::core
