// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/central_link.hpp"

#include "daemon/host/random.hpp"
#include "daemon/link/handshake.hpp"
#include "daemon/link/plain_stream.hpp"
#include "daemon/link/tls_stream.hpp"

#include <algorithm>
#include <utility>

namespace charge_daemon {
namespace {

using namespace std::chrono_literals;

// A certificate that lasts longer is judged once in this time: the steady clock, which waits for
// its end, and UTC drift apart.
constexpr std::chrono::milliseconds judged_at_least_every = 24h;
constexpr std::chrono::milliseconds judged_at_most_every = 1s;

}  // namespace

CentralLink::CentralLink(EventLoop& loop, CentralSystem central_system,
                         ocpp::core::LinkSettings settings, LinkTimes times, Sinks sinks,
                         KeyLoader load_key)
    : loop_(loop),
      central_system_(std::move(central_system)),
      times_(times),
      sinks_(std::move(sinks)),
      load_key_(std::move(load_key)),
      lookups_(std::make_shared<Lookups>()),
      driver_(loop, LinkMachine(std::move(settings), times, random_bits),
              [this](LinkMachine::Action& action) { perform(action); }),
      judge_alarm_(loop) {}

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
        if (auto* connected = std::get_if<ocpp::core::Connected>(&tell->event))
            introduce(*connected);
        sinks_.event(std::move(tell->event));
    } else if (auto* note = std::get_if<ocpp::core::Note>(&action)) {
        sinks_.note(std::move(*note));
    } else if (stopped_) {
        // The caller of stop() may be in the middle of a step.
        loop_.post(std::exchange(stopped_, nullptr));
    }
}

void CentralLink::dial(const Caller& caller) {
    const auto url = for_profile(central_system_.url, caller.security_profile);
    sinks_.note({ocpp::core::Severity::Info,
                 "link",
                 "dialling " + std::string(url.secure ? "with TLS " : "") + url.host + ':' +
                     url.port + request_target(url, caller.identity),
                 {{"state", "connecting"}}});
    stream_ = maker(url.secure)(*this, times_);
    // The key may have come, gone or changed its mode since the last time.
    if (url.secure)
        tls_->present(own_certificate(caller.security_profile, caller.client_chain, load_key_));
    stream_->dial({url, central_system_.user_agent}, caller);
}

StreamMaker& CentralLink::maker(bool secure) {
    auto& maker = secure ? make_tls_stream_ : make_plain_stream_;
    if (maker) return maker;
    if (secure) {
        tls_ = std::make_shared<TlsContext>();
        tls_->trust(trust_);
        maker = tls_streams(loop_, lookups_, tls_);
    } else {
        maker = plain_streams(loop_, lookups_);
    }
    return maker;
}

void CentralLink::trust(Trust trust) {
    trust_ = std::move(trust);
    if (!tls_) return;
    tls_->trust(trust_);
    judge_again();
}

void CentralLink::introduce(ocpp::core::Connected& connected) {
    anchor_.clear();
    const auto* peer = stream_ ? stream_->tls_peer() : nullptr;
    if (peer == nullptr || !peer->judgement.anchor) return;
    connected.anchor = anchor_ = peer->judgement.anchor->fingerprint();
    connected.proven_until = peer->judgement.until;
}

void CentralLink::judge_again() {
    judge_alarm_.cancel();
    const auto* peer = stream_ ? stream_->tls_peer() : nullptr;
    if (peer == nullptr || driver_.machine().state() != LinkState::Open) return;
    const auto judgement = tls_->judge(peer->chain, peer->host);
    if (judgement.verdict != ocpp::security::Verdict::Good) {
        sinks_.note({ocpp::core::Severity::Warning,
                     "link",
                     peer->host + ": " + TlsContext::words_of(judgement) + "; dialling anew",
                     {{"state", "connected"}}});
        return take(LinkTrigger::Renew);
    }
    // The root in use can't be deleted, so the charge point has to know which one that is.
    if (judgement.anchor->fingerprint() != anchor_) {
        sinks_.note({ocpp::core::Severity::Info,
                     "link",
                     peer->host + ": another root verifies its certificate now; dialling anew",
                     {{"state", "connected"}}});
        return take(LinkTrigger::Renew);
    }
    const auto at = judged_at(trust_.time, std::chrono::system_clock::now()).at;
    // The end is the last second in which the certificate counts.
    const auto left = std::clamp<std::chrono::milliseconds>(
        judgement.until - at + 1s, judged_at_most_every, judged_at_least_every);
    judge_alarm_.set(SteadyClock::now() + left, [this] { judge_again(); });
}

void CentralLink::opened() {
    take(LinkTrigger::Opened);
    judge_again();
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
    judge_alarm_.cancel();
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
    if (report.connected_for) {
        report.path = stream_->path();
        report.tls = stream_->tls_report();
    }
    return report;
}

}  // namespace charge_daemon
