// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/link_machine.hpp"

#include "ocpp/wire/input_bounds.hpp"

#include <algorithm>

namespace charge_daemon {
namespace {

using ocpp::core::Note;
using ocpp::core::Severity;
using std::chrono::milliseconds;

constexpr int no_close_frame = 1006;  // RFC 6455 7.4.1

std::string seconds_text(milliseconds time) {
    return std::to_string(time.count() / 1000) + '.' + std::to_string(time.count() % 1000 / 100) +
           " s";
}

Note note(Severity severity, std::string text, std::string_view state) {
    return {severity, "link", std::move(text), {{"state", state}}};
}

}  // namespace

LinkMachine::LinkMachine(ocpp::core::LinkSettings settings, LinkTimes times,
                         std::function<std::uint64_t()> chance)
    : settings_(std::move(settings)), times_(times), chance_(std::move(chance)) {}

LinkMachine::Actions LinkMachine::take(LinkTrigger trigger, Time now) {
    Actions actions;
    go(trigger, now, actions);
    return actions;
}

void LinkMachine::go(LinkTrigger trigger, Time now, Actions& actions) {
    const auto* row = find(state_, then_, trigger);
    if (row == nullptr) return;
    if (trigger == LinkTrigger::Renew || trigger == LinkTrigger::Release) backoff_.reset();
    enter(*row, now, actions);
}

void LinkMachine::enter(const LinkRow& row, Time now, Actions& actions) {
    const auto from = std::exchange(state_, row.to);
    then_ = row.to_then;
    if (from == LinkState::Closing && row.to == LinkState::Closing) return;
    dial_at_ = ping_at_ = pong_by_ = closed_by_ = std::nullopt;
    switch (row.to) {
        case LinkState::Waiting: pause(now, actions); break;
        case LinkState::Dialling:
            actions.emplace_back(Dial{{settings_.identity, settings_.security_profile,
                                       settings_.authorization_key, settings_.client_chain}});
            break;
        case LinkState::Open:
            opened_at_ = now;
            ++connections_;
            backoff_.accepted();
            problem_.clear();
            ping_after(settings_.ping_interval, now);
            actions.emplace_back(note(Severity::Info, "connected", "connected"));
            actions.emplace_back(Tell{ocpp::core::Connected{}});
            break;
        case LinkState::Closing:
            if (from == LinkState::Dialling) {
                actions.emplace_back(Cut{"given up"});
            } else if (row.trigger != LinkTrigger::GiveUp) {
                closed_by_ = now + times_.close;
                close_cause_ = "closed without its good-bye";
                actions.emplace_back(Close{});
            }
            break;
        case LinkState::Held:
            actions.emplace_back(note(Severity::Info, "held down", "held"));
            break;
        case LinkState::Stopped: actions.emplace_back(TellStopped{}); break;
        case LinkState::Any: break;
    }
}

void LinkMachine::pause(Time now, Actions& actions) {
    auto wait = backoff_.next(settings_, chance_());
    if (brief_) wait = std::max(wait, times_.breather);
    dial_at_ = now + wait;
    actions.emplace_back(note(Severity::Warning,
                              "no connection to the central system: " + problem_ +
                                  "; next attempt in " + seconds_text(wait),
                              "waiting"));
}

LinkMachine::Actions LinkMachine::ended(const StreamEnd& end, Time now) {
    problem_ = end.reason;
    Actions actions;
    const bool dialled_in_vain = state_ == LinkState::Dialling;
    brief_ = opened_at_ && now - *opened_at_ < times_.settled;
    if (std::exchange(opened_at_, std::nullopt)) {
        last_close_code_ = end.code == 0 ? no_close_frame : end.code;
        actions.emplace_back(Tell{ocpp::core::Disconnected{end.reason, end.code}});
    }
    go(LinkTrigger::Ended, now, actions);
    if (dialled_in_vain)
        actions.emplace_back(Tell{ocpp::core::DialFailed{end.problem, end.reason}});
    return actions;
}

LinkMachine::Actions LinkMachine::text(std::string text) {
    heard_ = true;
    Actions actions;
    actions.emplace_back(Tell{ocpp::core::FrameReceived{std::move(text)}});
    return actions;
}

LinkMachine::Actions LinkMachine::dropped() {
    heard_ = true;
    Actions actions;
    actions.emplace_back(note(Severity::Warning,
                              "a message of more than " +
                                  std::to_string(ocpp::wire::max_frame_bytes) +
                                  " bytes was dropped",
                              "connected"));
    return actions;
}

void LinkMachine::good_bye(Time now) {
    heard_ = true;
    closed_by_ = now + times_.close;
    close_cause_.clear();  // the close frame says why
}

LinkMachine::Actions LinkMachine::send(const std::vector<ocpp::core::Frame>& frames,
                                       std::size_t waiting, Time now) {
    Actions actions;
    if (state_ != LinkState::Open || frames.empty()) return actions;
    Send send;
    for (const auto& frame : frames) {
        waiting += frame.text.size();
        send.texts.push_back(frame.text);
    }
    if (waiting > max_waiting_bytes)
        give_up("it does not read what it is sent", now, actions);
    else
        actions.emplace_back(std::move(send));
    return actions;
}

void LinkMachine::give_up(std::string cause, Time now, Actions& actions) {
    actions.emplace_back(Cut{std::move(cause)});
    go(LinkTrigger::GiveUp, now, actions);
}

void LinkMachine::ping_after(milliseconds wait, Time now) {
    pong_by_.reset();
    ping_at_.reset();
    if (settings_.ping_interval.count() > 0) ping_at_ = now + wait;
}

void LinkMachine::follow(const ocpp::core::LinkSettings& settings, Time now) {
    const bool other_ping = settings.ping_interval != settings_.ping_interval;
    settings_ = settings;
    if (other_ping && state_ == LinkState::Open) ping_after(settings_.ping_interval, now);
}

LinkMachine::Actions LinkMachine::tick(Time now) {
    Actions actions;
    if (dial_at_ && now >= *dial_at_) return take(LinkTrigger::Due, now);
    if (closed_by_ && now >= *closed_by_) {
        closed_by_.reset();
        give_up(close_cause_, now, actions);
    } else if (state_ == LinkState::Open) {
        ping_or_give_up(now, actions);
    }
    return actions;
}

void LinkMachine::ping_or_give_up(Time now, Actions& actions) {
    const milliseconds interval = settings_.ping_interval;
    const auto patience = std::min(times_.pong, interval);
    if (pong_by_ && now >= *pong_by_) {
        if (!heard_) return give_up("no pong within " + seconds_text(patience), now, actions);
        ping_after(interval - patience, now);
    }
    if (ping_at_ && now >= *ping_at_) {
        ping_at_.reset();
        pong_by_ = now + patience;
        heard_ = false;
        actions.emplace_back(Ping{});
    }
}

ocpp::core::Deadline LinkMachine::wake_at() const {
    using ocpp::core::earlier;
    return earlier(earlier(dial_at_, closed_by_), earlier(ping_at_, pong_by_));
}

LinkReport LinkMachine::report(Time now) const {
    LinkReport report;
    report.problem = problem_;
    report.reconnects = std::max(0, connections_ - 1);
    report.last_close_code = last_close_code_;
    const bool held =
        state_ == LinkState::Held || (state_ == LinkState::Closing && then_ == LinkState::Held);
    if (held) {
        report.state = "held";
    } else if (opened_at_) {
        report.state = "connected";
        report.connected_for = std::chrono::duration_cast<std::chrono::seconds>(now - *opened_at_);
    } else if (state_ == LinkState::Dialling || state_ == LinkState::Closing) {
        report.state = "connecting";
    } else {
        report.next_attempt =
            std::max(milliseconds{0},
                     std::chrono::duration_cast<milliseconds>(dial_at_.value_or(now) - now));
    }
    return report;
}

}  // namespace charge_daemon
