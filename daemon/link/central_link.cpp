// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/central_link.hpp"

#include "daemon/host/random.hpp"
#include "daemon/link/handshake.hpp"
#include "daemon/link/plain_stream.hpp"

#include <utility>

namespace charge_daemon {

CentralLink::CentralLink(EventLoop& loop, CentralSystem central_system,
                         ocpp::core::LinkSettings settings, LinkTimes times, Sinks sinks)
    : loop_(loop),
      central_system_(std::move(central_system)),
      times_(times),
      sinks_(std::move(sinks)),
      lookups_(std::make_shared<Lookups>()),
      make_stream_(plain_streams(loop, lookups_)),
      driver_(loop, LinkMachine(std::move(settings), times, random_bits),
              [this](LinkMachine::Action& action) { perform(action); }) {}

void CentralLink::perform(LinkMachine::Action& action) {
    using Machine = LinkMachine;
    if (const auto* call = std::get_if<Machine::Dial>(&action)) {
        dial(call->caller);
    } else if (auto* send = std::get_if<Machine::Send>(&action)) {
        stream_->send(std::move(send->texts));
    } else if (std::holds_alternative<Machine::Ping>(action)) {
        stream_->ping();
    } else if (std::holds_alternative<Machine::Close>(action)) {
        stream_->close();
    } else if (const auto* cut = std::get_if<Machine::Cut>(&action)) {
        stream_->cut(cut->cause);
    } else if (auto* tell = std::get_if<Machine::Tell>(&action)) {
        sinks_.event(std::move(tell->event));
    } else if (auto* note = std::get_if<ocpp::core::Note>(&action)) {
        sinks_.note(std::move(*note));
    } else if (stopped_) {
        // The caller of stop() may be in the middle of a step.
        loop_.post(std::exchange(stopped_, nullptr));
    }
}

void CentralLink::dial(const Caller& caller) {
    const auto& url = central_system_.url;
    sinks_.note({ocpp::core::Severity::Info,
                 "link",
                 "dialling " + url.host + ':' + url.port + request_target(url, caller.identity),
                 {{"state", "connecting"}}});
    stream_ = make_stream_(*this, times_);
    stream_->dial(central_system_, caller);
}

void CentralLink::take(LinkTrigger trigger) {
    driver_.carry_out(driver_.machine().take(trigger, SteadyClock::now()));
}

void CentralLink::text(std::string text) {
    driver_.carry_out(driver_.machine().text(std::move(text)));
}

void CentralLink::dropped() { driver_.carry_out(driver_.machine().dropped()); }

void CentralLink::heard() { driver_.machine().heard(); }

void CentralLink::good_bye() {
    driver_.machine().good_bye(SteadyClock::now());
    driver_.carry_out({});
}

void CentralLink::ended(StreamEnd end) {
    auto actions = driver_.machine().ended(end, SteadyClock::now());
    stream_.reset();
    driver_.carry_out(std::move(actions));
}

// A frame does not wait for other actions: it leaves before the step that made it is written to the
// log.
void CentralLink::send(const std::vector<ocpp::core::Frame>& frames) {
    const auto waiting = stream_ ? stream_->waiting() : 0;
    for (auto& action : driver_.machine().send(frames, waiting, SteadyClock::now()))
        perform(action);
}

void CentralLink::follow(const ocpp::core::LinkSettings& settings) {
    driver_.machine().follow(settings, SteadyClock::now());
    driver_.carry_out({});
}

void CentralLink::stop(std::function<void()> stopped) {
    stopped_ = std::move(stopped);
    take(LinkTrigger::Stop);
}

LinkReport CentralLink::report() const {
    auto report = driver_.machine().report(SteadyClock::now());
    if (report.connected_for) report.path = stream_->path();
    return report;
}

}  // namespace charge_daemon
