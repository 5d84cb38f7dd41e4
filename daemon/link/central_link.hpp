// SPDX-License-Identifier: Apache-2.0
#pragma once
// Links the charge point to the central system: carries out what LinkMachine decides, on a Stream.

#include "daemon/host/event_loop.hpp"
#include "daemon/link/client_certificate.hpp"
#include "daemon/link/driver.hpp"
#include "daemon/link/link_machine.hpp"
#include "daemon/link/stream.hpp"
#include "daemon/link/trust.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace charge_daemon {

class TlsContext;

class CentralLink : private Stream::Owner {
public:
    struct Sinks {
        std::function<void(ocpp::core::Event)>
            event;  // Connected, DialFailed, FrameReceived, Disconnected
        std::function<void(ocpp::core::Note)> note;  // how dialling goes
    };

    // `load_key` finds the key of our own certificate, in security profile 3.
    CentralLink(EventLoop& loop, CentralSystem central_system, ocpp::core::LinkSettings settings,
                LinkTimes times, Sinks sinks, KeyLoader load_key);
    CentralLink(const CentralLink&) = delete;
    CentralLink& operator=(const CentralLink&) = delete;
    ~CentralLink() override = default;

    void start() { take(LinkTrigger::Due); }
    // Sends in order, or nothing without a connection. It never calls a sink.
    void send(const std::vector<ocpp::core::Frame>& frames);
    void follow(const ocpp::core::LinkSettings& settings);
    // Believes these certificates from now on, at this time. A connection whose certificate is not
    // believed any more is closed and dialled anew.
    void trust(Trust trust);
    // Closes, and dials anew at once.
    void reconnect() { take(LinkTrigger::Renew); }
    // For chargepointctl link: down() closes and stays away, up() dials at once.
    void down() { take(LinkTrigger::Hold); }
    void up() { take(LinkTrigger::Release); }
    // Sends what is queued, closes and calls back; nothing is dialled any more.
    void stop(std::function<void()> stopped);

    LinkReport report() const;
    // True while a name is being looked up in a thread of its own, which can't be stopped.
    bool resolving() const { return lookups_->running > 0; }

private:
    void opened() override;
    void text(std::string text) override;
    void dropped() override;
    void heard() override;
    void good_bye() override;
    void ended(StreamEnd end) override;

    void take(LinkTrigger trigger);
    StreamMaker& maker(bool secure);
    // Says who has verified the connection, and until when.
    void introduce(ocpp::core::Connected& connected);
    // Judges the certificate of the connection, and plans the next time.
    void judge_again();
    void dial(const Caller& caller);
    void perform(LinkMachine::Action& action);

    EventLoop& loop_;
    CentralSystem central_system_;
    LinkTimes times_;
    Sinks sinks_;
    KeyLoader load_key_;
    std::shared_ptr<Lookups> lookups_;
    // Each is made with the first connection that needs it.
    StreamMaker make_plain_stream_;
    StreamMaker make_tls_stream_;
    std::shared_ptr<TlsContext> tls_;
    Trust trust_;
    std::string
        anchor_;  // fingerprint of the root that has verified the connection; "" without TLS
    std::shared_ptr<Stream> stream_;  // from dialling to its end
    std::function<void()> stopped_;
    Driver<LinkMachine> driver_;
    Alarm judge_alarm_;
};

}  // namespace charge_daemon
