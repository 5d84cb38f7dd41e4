// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides for the link to chargepoint-hald when it dials, which greeting it accepts, and what ends
// a connection. Pure; its driver is hal_link.hpp. A hardware process that is away, mute or of
// another version is one state to the charge point: disconnected.
//
// Two deadlines are laid over the states: the next attempt in Waiting, and the next look for a
// mute hardware process in Greeting and Greeted.

#include "hal-service/shared/lines.hpp"
#include "hal-service/shared/messages.hpp"
#include "ocpp/core/step.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace charge_daemon {

struct HalTimes {
    std::chrono::milliseconds retry{500};
    std::chrono::milliseconds retry_after_refusal{5'000};
    std::chrono::milliseconds silence{5'000};  // readings come every second
};

struct HalReport {
    bool connected = false;
    std::string software;
    std::string problem;
};

enum class HalState {
    Waiting,   // for the next attempt, or for the start
    Dialling,  // up to the connected socket
    Greeting,  // until the other end's hello
    Greeted,
    Stopped
};

enum class HalTrigger {
    Due,  // the pause is over, or the link starts
    Opened,
    Welcome,  // its hello fits
    Lost,     // not connected, gone or mute
    Refused,  // by either end
    Stop
};

struct HalRow {
    HalState from;
    HalTrigger trigger;
    HalState to;
};

// clang-format off
// No row means that nothing happens.
inline constexpr std::array hal_rows = {
    HalRow{HalState::Waiting,  HalTrigger::Due,     HalState::Dialling},
    HalRow{HalState::Waiting,  HalTrigger::Stop,    HalState::Stopped},

    HalRow{HalState::Dialling, HalTrigger::Opened,  HalState::Greeting},
    HalRow{HalState::Dialling, HalTrigger::Lost,    HalState::Waiting},
    HalRow{HalState::Dialling, HalTrigger::Stop,    HalState::Stopped},

    HalRow{HalState::Greeting, HalTrigger::Welcome, HalState::Greeted},
    HalRow{HalState::Greeting, HalTrigger::Lost,    HalState::Waiting},
    HalRow{HalState::Greeting, HalTrigger::Refused, HalState::Waiting},
    HalRow{HalState::Greeting, HalTrigger::Stop,    HalState::Stopped},

    HalRow{HalState::Greeted,  HalTrigger::Lost,    HalState::Waiting},
    HalRow{HalState::Greeted,  HalTrigger::Refused, HalState::Waiting},
    HalRow{HalState::Greeted,  HalTrigger::Stop,    HalState::Stopped},
};
// clang-format on

constexpr const HalRow* find(HalState from, HalTrigger trigger) {
    for (const HalRow& row : hal_rows)
        if (row.from == from && row.trigger == trigger) return &row;
    return nullptr;
}

class HalMachine {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Connect the socket; Opened or lost() follows.
    struct Dial {};
    struct Write {
        std::string text;
    };
    // Write as much as goes at once, before the socket is closed.
    struct WriteLast {
        std::string text;
    };
    struct Close {};
    struct Tell {
        ocpp::core::Event event;
    };
    using Action = std::variant<Dial, Write, WriteLast, Close, Tell, ocpp::core::Note>;
    using Actions = std::vector<Action>;

    HalMachine(std::vector<hal::ConnectorInfo> connectors, hal::Hello hello, HalTimes times);

    // Takes Due, Opened or Stop.
    Actions take(HalTrigger trigger, Time now);
    // Takes note that the socket could not be connected, or that the other end has closed it.
    Actions lost(const std::string& problem, Time now);
    // Takes what has been read. Its lines are taken one by one with next_line(), so that each of
    // them has been told to the charge point before the next one counts.
    Actions feed(std::string_view bytes, Time now);
    // Returns nothing when there is no whole line left.
    std::optional<Actions> next_line(Time now);
    // Looks for a mute hardware process, or dials.
    Actions tick(Time now);

    // When tick() has something to do.
    ocpp::core::Deadline wake_at() const { return ocpp::core::earlier(dial_at_, look_at_); }
    bool greeted() const { return state_ == HalState::Greeted; }
    // True when every connector has told its state since the connection began. Wishes that are sent
    // before rest on what was known of the last connection, and might stop a session that goes on.
    bool ready() const { return greeted() && unheard_ == 0; }
    HalReport report() const { return {greeted(), software_, problem_}; }

private:
    bool connected() const { return state_ == HalState::Greeting || greeted(); }
    // False: the state has no row for the trigger.
    bool go(HalTrigger trigger, Time now, Actions& actions);
    void enter(HalState state, Time now, Actions& actions);
    void line(std::string_view line, Time now, Actions& actions);
    void greet(std::string_view line, Time now, Actions& actions);
    void reading(hal::Reading reading, Time now, Actions& actions);
    static void weld_check(const hal::WeldChecked& check, Actions& actions);
    void refuse(const std::string& reason, Time now, Actions& actions);
    void over(HalTrigger trigger, const std::string& problem, Time now, Actions& actions);

    std::vector<hal::ConnectorInfo> connectors_;
    hal::Hello hello_;
    HalTimes times_;
    HalState state_ = HalState::Waiting;
    shared::Lines lines_{hal::max_line_bytes};
    ocpp::core::Deadline dial_at_;
    ocpp::core::Deadline look_at_;
    Time heard_;  // of a whole message that is valid; bytes alone are no sign of life
    std::string software_;
    std::string problem_;
    std::vector<bool> heard_connectors_;
    std::size_t unheard_ = 0;
};

}  // namespace charge_daemon
