// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything on its way to the central system, and the one call that is in flight (OCPP-J 4.1.1
// allows no more). In this order:
//
// * Authorize, because a driver stands there.
// * Errors that were not told at once. They are in the store, as part of the Ledger.
// * Security events, with the time at which they happened. They are in the store, too.
// * Ordinary calls. They wait here, and live as long as the connection.
// * Transaction messages, as Ledger::next() says. They are in the store, too.
//
// Before all of them goes a start or stop that was passed over for `patience`. So no other message
// can hold it back for ever, however slowly or badly it is answered.
//
// A message of the store that is not processed stays at the front of its lane and is sent again, as
// the Retry of its lane says. An ordinary call is sent once; its feature hears how that ended.

#include "hal-service/shared/fields.hpp"
#include "ocpp/core/ledger.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/action_name.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace ocpp::core {

// From when on a call may be sent: OCPP 1.6 4.2.
enum class Permit { Always, WhenTriggered, WhenAccepted };

struct Call {
    std::string id;
    std::string_view action;
    std::string payload;  // JSON text
    // Sequence of the queued transaction message that this call carries.
    std::optional<std::int64_t> queued;
    // Its time was up before it was answered, which counts as a failed attempt already.
    bool timed_out = false;
    int connector = 0;  // an ordinary call about one connector; 0: about none in particular
};

// How the sending of a call ended.
enum class Delivery {
    Answered,  // by a CALLRESULT that could be read
    Refused,   // by a CALLERROR, or by an answer that could not be read
    Unwanted,  // by a CALLERROR that would come again: there is no such thing over there
    Silent,    // MessageTimeout is over
    Lost       // the connection is
};

class Mailbox {
public:
    // An error that nobody wants to hear is worth nothing later.
    static constexpr Retry error_retry{3, std::chrono::seconds{0}};
    // A security event that is refused again and again must not wait for ever: after ten minutes it
    // is only in the log. Others go first while it waits.
    static constexpr Retry security_event_retry{5, std::chrono::seconds{60}};
    // Ordinary calls beyond this replace nothing and are refused: only a server that accepts
    // triggers and never answers can get us there.
    static constexpr std::size_t max_waiting = 200;
    // A start or stop that could be sent lets others go first for so long.
    static constexpr std::chrono::seconds patience{60};
    // Late answers to so many transmissions of starts are waited for; the oldest give way.
    static constexpr std::size_t max_late_starts = 100;

    explicit Mailbox(std::string id_prefix) : id_prefix_(std::move(id_prefix)) {}

    // False when the box is full.
    template <class Request>
    bool put(const Request& request, Permit permit = Permit::WhenAccepted) {
        int connector = 0;
        if constexpr (requires { request.connector_id; }) connector = request.connector_id;
        return add(wire::action_name<Request>(), shared::to_text(request), permit, connector);
    }
    // Keeps back what is about these connectors. A transaction message that is at the front of its
    // lane keeps back those behind it, which must stay in order.
    void hold(std::set<int> connectors) { held_ = std::move(connectors); }

    // Does an ordinary call with this action wait, or is it in flight?
    bool holds(std::string_view action) const;
    // Does an equal request still wait to be sent?
    template <class Request>
    bool will_say(const Request& request) {
        return equal(wire::action_name<Request>(), shared::to_text(request)) != waiting_.end();
    }
    // The newest call about the request's connector says what is so by then, if it was triggered
    // and still waits; false: there is no such call, or a later one is newer.
    template <class Request>
    bool refresh_triggered(const Request& request) {
        const auto action = wire::action_name<Request>();
        const auto newest = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const Waiting& w) {
            return w.call.action == action && w.call.connector == request.connector_id;
        });
        if (newest == waiting_.rend() || newest->permit != Permit::WhenTriggered) return false;
        newest->call.payload = shared::to_text(request);
        return true;
    }
    // An equal call that waits says `now` instead; false: there is none.
    template <class Request>
    bool reword(const Request& before, const Request& now) {
        const auto waiting = equal(wire::action_name<Request>(), shared::to_text(before));
        if (waiting == waiting_.end()) return false;
        waiting->call.payload = shared::to_text(now);
        return true;
    }
    // Ordinary calls wait, and nothing is in flight.
    bool about_to_send() const { return !in_flight_ && !waiting_.empty(); }
    // Puts a call that was triggered; it replaces one that still waits and is about the same.
    template <class Request>
    bool put_triggered(const Request& request) {
        return refresh_triggered(request) || put(request, Permit::WhenTriggered);
    }
    // Drops the calls that wait and were triggered.
    void forget_triggered();
    bool idle() const { return !in_flight_ && waiting_.empty(); }
    bool busy() const { return in_flight_.has_value(); }

    // Puts the next message on the wire, when nothing is in flight. The lanes of the store may send
    // when the permit is WhenAccepted.
    bool send_next(Permit permit, std::chrono::seconds timeout, const Ledger& ledger,
                   const Now& now, Outcome& out);
    // True when an answer to the call still counts: a message of the store must be at the front of
    // its lane. A late answer may concern one that was given up in the meantime.
    static bool awaited(const Call& call, const Ledger& ledger);
    // The call was answered: a message of the store leaves its lane. Other transmissions of it
    // have become pointless, and so have their answers.
    void delivered(const Call& call, Ledger& ledger, Outcome& out);
    // The call was not processed. True: it is sent again. `retry` is that of transaction messages.
    // A late refusal changes nothing: the silence before it counts, and a later transmission may
    // still be answered.
    bool failed(const Call& call, Delivery how, std::string_view why, const Retry& retry,
                Ledger& ledger, const Now& now, Outcome& out);

    // The call that an answer belongs to. A late answer to an earlier transmission of the queued
    // message at the head still counts: what it says has happened. delivered() or failed() has to
    // follow.
    std::optional<Call> settle(std::string_view id);
    // The transaction whose start was given up and is answered by this all the same.
    std::optional<std::int64_t> settle_late_start(std::string_view id);
    // The call in flight when its time is up.
    std::optional<Call> time_out(const Now& now);
    // Everything ordinary is dropped and returned, so that its feature knows. So is a message of
    // the store in flight, if that the connection broke is an attempt that failed: something else
    // had been answered over it before, or the message was `too_long`.
    std::deque<Call> connection_lost(bool too_long);

    // `online`: the lanes of the store may send.
    Deadline wake_at(bool online, const Ledger& ledger) const {
        if (in_flight_) return deadline_;
        if (!online) return std::nullopt;
        return earlier(ledger.security_events().wake_at(),
                       held_back(ledger) ? std::nullopt : ledger.wake_at());
    }

private:
    struct Waiting {
        Call call;
        Permit permit;
    };
    bool add(std::string_view action, std::string payload, Permit permit, int connector);
    bool holds_back(const QueuedMessage* message, const Ledger& ledger) const;
    // A transaction message that would be next is about a connector that is kept back.
    bool held_back(const Ledger& ledger) const;
    std::string next_id();
    using Order = std::deque<Waiting>::iterator;
    // The call that waits and says the same, or the end.
    Order equal(std::string_view action, std::string_view payload);
    bool passed_over(bool online, const Ledger& ledger, const Now& now);
    bool send_ordinary(Order call, std::chrono::seconds timeout, const Now& now, Outcome& out);
    bool send_stored(const QueuedMessage* message, const Ledger& ledger,
                     std::chrono::seconds timeout, const Now& now, Outcome& out);
    void give_up(std::int64_t sequence, std::int64_t transaction);
    void send(Call call, std::chrono::seconds timeout, const Now& now, Outcome& out);

    std::string id_prefix_;
    std::uint64_t next_ = 1;
    std::deque<Waiting> waiting_;  // the lane of ordinary calls
    std::set<int> held_;           // connectors
    std::optional<Call> in_flight_;
    std::chrono::steady_clock::time_point deadline_;
    // Earlier transmissions of the messages at the front of their lanes that were never answered.
    std::deque<Call> unanswered_;
    // Since when a start or stop could be sent, while others are.
    Deadline passed_over_since_;
    // Messages of the store with which connections broke. Before one of them is sent again a
    // Heartbeat asks whether the connection is worth anything, unless the last one broke with that.
    std::set<std::int64_t> broke_with_;
    bool probed_ = false;  // that was sent over this connection, or is left out
    bool proven_ = false;  // something was answered over this connection
    // Starts that were given up: the transaction, by message id.
    std::map<std::string, std::int64_t, std::less<>> late_starts_;
};

}  // namespace ocpp::core
