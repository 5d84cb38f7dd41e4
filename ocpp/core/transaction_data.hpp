// SPDX-License-Identifier: Apache-2.0
#pragma once
// The values of one transaction that its StopTransaction will carry: OCPP 1.6 3.16,
// errata 4.0 3.14. They are bounded in number and in bytes. Those between begin and end are thinned
// out evenly (errata 4.0, 3.89).

#include "ocpp/core/change.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/step.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace ocpp::core {

// A StopTransaction is at most so long on the wire. Central systems close the connection with 1009
// at a message that is longer than they take, the strictest that we know at 64 KiB.
inline constexpr std::size_t max_stop_bytes = 32UL * 1024;

class TransactionData {
public:
    static constexpr std::size_t max_values = 100;
    // Everything of a StopTransaction but its values, with the frame around it.
    static constexpr std::size_t stop_without_values = 1024;
    static constexpr std::size_t max_bytes = max_stop_bytes - stop_without_values;

    // Takes a value that is in the store already.
    void load(QueuedMessage message);
    void add(QueuedMessage message, Durability durability, Outcome& out);
    // Makes room for the value at the end, which is of this time.
    void make_room(std::size_t bytes, Instant end, Outcome& out);

    // Oldest first.
    const std::deque<QueuedMessage>& messages() const { return messages_; }
    void restamp(const Clock::Shift& shift, Outcome& out);
    void remove_all(Durability durability, Outcome& out);

private:
    bool fits(std::size_t more_bytes) const;
    void thin_out(std::size_t more_bytes, const Instant* end, Outcome& out);

    std::deque<QueuedMessage> messages_;
    std::deque<Instant> times_;  // of each message
    std::size_t bytes_ = 0;      // of all of them, with commas
};

}  // namespace ocpp::core
