// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides for the link to the central system when it dials, how long it waits in between, when it
// pings, and when it gives a connection up. Pure.
//
// The machine owns no socket and no clock. Its driver (central_link.hpp) reports what happened
// with the time, and carries out the actions it gets back in their order. Each state but Closing
// has one action on entering it (enter()). Closing waits for the stream to end and remembers
// which state comes after that, so that a wish that arrives meanwhile only changes this one word.
// Deadlines are laid over the states: the pause in Waiting, ping and pong in Open, and the limit
// for closing in Open and Closing. Every change of state clears all of them.

#include "daemon/link/backoff.hpp"
#include "daemon/link/link_report.hpp"
#include "daemon/link/link_times.hpp"
#include "daemon/link/stream.hpp"
#include "ocpp/core/step.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace charge_daemon {

// A central system that reads too slowly is given up when more than this waits for it.
inline constexpr std::size_t max_waiting_bytes = 4 * 1024 * 1024;

enum class LinkState {
    Held,      // a person keeps it down
    Waiting,   // for the next attempt, or for the start
    Dialling,  // up to the end of the WebSocket handshake
    Open,
    Closing,  // until the stream has ended
    Stopped,  // for good
    Any       // in rows only
};

enum class LinkTrigger {
    Due,     // the pause is over, or the link starts
    Opened,  // the handshake is done
    Ended,   // dialling has failed, or the connection is gone
    GiveUp,  // the other end is mute, or reads too slowly
    Hold,
    Release,
    Renew,  // close, and dial again at once
    Stop
};

struct LinkRow {
    LinkState from;
    LinkState then;  // after Closing comes this state
    LinkTrigger trigger;
    LinkState to;
    LinkState to_then;
};

// clang-format off
// The first row that matches wins; no row means that nothing happens.
inline constexpr std::array link_rows = [] {
    using enum LinkState;
    using T = LinkTrigger;
    return std::array{
        //      from      then      trigger      to        then
        LinkRow{Waiting,  Any,      T::Due,      Dialling, Any},
        LinkRow{Waiting,  Any,      T::Renew,    Dialling, Any},
        LinkRow{Waiting,  Any,      T::Hold,     Held,     Any},
        LinkRow{Waiting,  Any,      T::Stop,     Stopped,  Any},

        LinkRow{Held,     Any,      T::Release,  Dialling, Any},
        LinkRow{Held,     Any,      T::Stop,     Stopped,  Any},

        LinkRow{Dialling, Any,      T::Opened,   Open,     Any},
        LinkRow{Dialling, Any,      T::Ended,    Waiting,  Any},
        LinkRow{Dialling, Any,      T::Renew,    Closing,  Dialling},
        LinkRow{Dialling, Any,      T::Hold,     Closing,  Held},
        LinkRow{Dialling, Any,      T::Stop,     Closing,  Stopped},

        LinkRow{Open,     Any,      T::Ended,    Waiting,  Any},
        LinkRow{Open,     Any,      T::GiveUp,   Closing,  Waiting},
        LinkRow{Open,     Any,      T::Renew,    Closing,  Dialling},
        LinkRow{Open,     Any,      T::Hold,     Closing,  Held},
        LinkRow{Open,     Any,      T::Stop,     Closing,  Stopped},

        LinkRow{Closing,  Waiting,  T::Ended,    Waiting,  Any},
        LinkRow{Closing,  Waiting,  T::Renew,    Closing,  Dialling},
        LinkRow{Closing,  Waiting,  T::Hold,     Closing,  Held},
        LinkRow{Closing,  Dialling, T::Ended,    Dialling, Any},
        LinkRow{Closing,  Dialling, T::Renew,    Closing,  Dialling},
        LinkRow{Closing,  Dialling, T::Hold,     Closing,  Held},
        LinkRow{Closing,  Held,     T::Ended,    Held,     Any},
        LinkRow{Closing,  Held,     T::Release,  Closing,  Dialling},
        LinkRow{Closing,  Stopped,  T::Ended,    Stopped,  Any},
        LinkRow{Closing,  Any,      T::Stop,     Closing,  Stopped},
    };
}();
// clang-format on

constexpr const LinkRow* find(LinkState from, LinkState then, LinkTrigger trigger) {
    for (const LinkRow& row : link_rows)
        if (row.from == from && row.trigger == trigger &&
            (row.then == LinkState::Any || row.then == then))
            return &row;
    return nullptr;
}

// A row that an earlier row always hides can never run.
consteval bool no_hidden_link_rows() {
    for (std::size_t i = 0; i < link_rows.size(); ++i)
        for (std::size_t j = i + 1; j < link_rows.size(); ++j)
            if (link_rows[i].from == link_rows[j].from &&
                link_rows[i].trigger == link_rows[j].trigger &&
                (link_rows[i].then == LinkState::Any || link_rows[i].then == link_rows[j].then))
                return false;
    return true;
}
static_assert(no_hidden_link_rows());

// Closing alone remembers what comes after it, and always does.
consteval bool only_closing_remembers() {
    for (const LinkRow& row : link_rows)
        if ((row.to == LinkState::Closing) == (row.to_then == LinkState::Any)) return false;
    return true;
}
static_assert(only_closing_remembers());

class LinkMachine {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Open a stream and call the central system as this caller; Opened or Ended follows.
    struct Dial {
        Caller caller;
    };
    struct Send {
        std::vector<std::string> texts;
    };
    struct Ping {};
    // Send what is queued, then a close frame; Ended follows.
    struct Close {};
    // Close the socket without a word; Ended follows.
    struct Cut {
        std::string cause;
    };
    struct Tell {
        ocpp::core::Event event;
    };
    // Call back whoever has asked the link to stop.
    struct TellStopped {};
    using Action = std::variant<Dial, Send, Ping, Close, Cut, Tell, ocpp::core::Note, TellStopped>;
    using Actions = std::vector<Action>;

    // `chance` gives random bits for the pauses.
    LinkMachine(ocpp::core::LinkSettings settings, LinkTimes times,
                std::function<std::uint64_t()> chance);

    // Takes Due, Opened, Hold, Release, Renew or Stop.
    Actions take(LinkTrigger trigger, Time now);
    Actions ended(const StreamEnd& end, Time now);
    Actions text(std::string text);
    // Takes note of a part of a message, a ping or a pong.
    void heard() { heard_ = true; }
    // Takes note of a message that was longer than the core takes, and that is gone.
    Actions dropped();
    // Takes note of a close frame from the other end.
    void good_bye(Time now);
    // `waiting` is the number of bytes that have not been sent yet.
    Actions send(const std::vector<ocpp::core::Frame>& frames, std::size_t waiting, Time now);
    void follow(const ocpp::core::LinkSettings& settings, Time now);
    // Does what is due.
    Actions tick(Time now);

    // Returns when tick() has something to do.
    ocpp::core::Deadline wake_at() const;
    LinkState state() const { return state_; }
    // Leaves out the path, which only the stream knows.
    LinkReport report(Time now) const;

private:
    void go(LinkTrigger trigger, Time now, Actions& actions);
    void enter(const LinkRow& row, Time now, Actions& actions);
    void pause(Time now, Actions& actions);
    void ping_or_give_up(Time now, Actions& actions);
    void give_up(std::string cause, Time now, Actions& actions);
    void ping_after(std::chrono::milliseconds wait, Time now);

    ocpp::core::LinkSettings settings_;
    LinkTimes times_;
    std::function<std::uint64_t()> chance_;
    Backoff backoff_;
    LinkState state_ = LinkState::Waiting;
    LinkState then_ = LinkState::Any;
    std::string problem_;
    bool brief_ = false;  // the connection that has just ended
    std::optional<Time> opened_at_;
    ocpp::core::Deadline dial_at_;
    ocpp::core::Deadline ping_at_;
    ocpp::core::Deadline pong_by_;
    ocpp::core::Deadline closed_by_;
    std::string close_cause_;  // told when closed_by_ passes
    int connections_ = 0;
    std::optional<int> last_close_code_;
    bool heard_ = false;  // anything, since the last ping
};

}  // namespace charge_daemon
