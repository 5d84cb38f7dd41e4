// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ordinary calls on their way to the central system, and the one call of any kind that is in
// flight: OCPP-J 4.1.1 allows no more. They live as long as the connection; what must survive it
// is in the Ledger.

#include "hal-service/shared/fields.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/action_name.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ocpp::core {

// From when on a call may be sent: OCPP 1.6 4.2.
enum class Permit { Always, WhenTriggered, WhenAccepted };

struct Call {
    std::string id;
    std::string_view action;
    std::string payload;  // JSON text
    // Sequence of the queued transaction message that this call carries.
    std::optional<std::int64_t> queued;
};

class Outbox {
public:
    // Ordinary calls beyond this replace nothing and are refused: only a server that accepts
    // triggers and never answers can get us there.
    static constexpr std::size_t max_waiting = 200;
    // Late answers to so many transmissions of starts are waited for; the oldest give way.
    static constexpr std::size_t max_late_starts = 100;

    explicit Outbox(std::string id_prefix) : id_prefix_(std::move(id_prefix)) {}

    // False when the box is full.
    template <class Request>
    bool put(const Request& request, Permit permit = Permit::WhenAccepted) {
        return add(wire::action_name<Request>(), shared::to_text(request), permit);
    }

    // Is an ordinary call on its way?
    bool holds(std::string_view action) const;
    // The same words still wait to be sent.
    bool will_say(std::string_view action, std::string_view payload) const;
    // A call that was triggered and still waits says what is so by then; false: there is none.
    template <class Request, class Predicate>
    bool refresh_triggered(const Request& request, Predicate same) {
        const auto action = wire::action_name<Request>();
        for (auto& [call, permit] : waiting_) {
            if (permit != Permit::WhenTriggered || call.action != action ||
                !same(*shared::parse_text<Request>(call.payload, stored_bounds)))
                continue;
            call.payload = shared::to_text(request);
            return true;
        }
        return false;
    }
    // Nobody wants any more what was triggered.
    void forget_triggered();
    bool idle() const { return !in_flight_ && waiting_.empty(); }
    bool busy() const { return in_flight_.has_value(); }

    // Puts the next ordinary call that the permit allows on the wire, when nothing is in flight.
    bool send_next(Permit permit, std::chrono::seconds timeout, const Now& now, Outcome& out);
    // Puts a transaction message on the wire; nothing is in flight.
    void send_queued(std::int64_t sequence, std::string_view action, std::string payload,
                     std::chrono::seconds timeout, const Now& now, Outcome& out);

    // The call that an answer belongs to. A late answer to an earlier transmission of the queued
    // message at the head still counts: what it says has happened.
    std::optional<Call> settle(std::string_view id);
    // The start at the head is given up: its transmissions may still be answered.
    void give_up_start(std::int64_t transaction);
    // Whose start such a late answer is about.
    std::optional<std::int64_t> settle_late_start(std::string_view id);
    // The call in flight when its time is up.
    std::optional<Call> time_out(const Now& now);
    // Everything ordinary is dropped; what was in flight is returned, so that its feature knows.
    std::deque<Call> connection_lost();

    Deadline wake_at() const { return in_flight_ ? Deadline{deadline_} : std::nullopt; }

private:
    struct Waiting {
        Call call;
        Permit permit;
    };
    bool add(std::string_view action, std::string payload, Permit permit);
    std::string next_id();
    void send(Call call, std::chrono::seconds timeout, const Now& now, Outcome& out);

    std::string id_prefix_;
    std::uint64_t next_ = 1;
    std::deque<Waiting> waiting_;
    std::optional<Call> in_flight_;
    std::chrono::steady_clock::time_point deadline_;
    // Earlier transmissions of the queued message at the head that were never answered.
    std::deque<Call> unanswered_;
    // Starts that were given up: the transaction, by message id.
    std::map<std::string, std::int64_t, std::less<>> late_starts_;
};

}  // namespace ocpp::core
