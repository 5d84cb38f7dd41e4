// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connection to the central system, from dialling to its end. The link knows nothing else of
// it: TCP, the WebSocket and whatever lies between them stay behind this interface.

#include "daemon/link/link_report.hpp"
#include "daemon/link/link_times.hpp"
#include "daemon/settings/url.hpp"
#include "ocpp/core/dial_problem.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace charge_daemon {

struct CentralSystem {
    Url url;
    std::string user_agent;
};

// The charge point as it introduces itself in one attempt to connect. It holds a secret.
struct Caller {
    std::string identity;
    int security_profile = 0;
    std::string authorization_key;  // bytes, any; "" = none
    std::string client_chain{};     // PEM, our own certificate first; "" = none
};

struct StreamEnd {
    std::string reason;  // for people
    int code = 0;        // that of the close frame; 0 when there was none
    // Counts only when the stream has never opened.
    ocpp::core::DialProblem problem = ocpp::core::DialProblem::Unreachable;
};

// Names that are being looked up, each in a thread that can't be stopped and that goes on when
// nobody waits for its answer any more.
struct Lookups {
    int running = 0;
};

struct TlsPeer;

class Stream {
public:
    // Hears what happens on a stream, never from within a call to the stream.
    class Owner {
    public:
        virtual ~Owner() = default;
        // Both ends have agreed on ocpp1.6.
        virtual void opened() = 0;
        virtual void text(std::string text) = 0;
        // A message that was longer than the core takes has been read and dropped.
        virtual void dropped() = 0;
        // A part of a message, a ping or a pong has come.
        virtual void heard() = 0;
        // The other end has sent a close frame.
        virtual void good_bye() = 0;
        // The last word of a stream.
        virtual void ended(StreamEnd end) = 0;
    };

    virtual ~Stream() = default;
    // Goes on up to the end of the WebSocket handshake, with a time limit for each step.
    virtual void dial(const CentralSystem& central_system, const Caller& caller) = 0;
    // Sends in order; the first text begins to leave before this returns.
    virtual void send(std::vector<std::string> texts) = 0;
    // Counts the bytes of texts that have not been sent yet.
    virtual std::size_t waiting() const = 0;
    virtual void ping() = 0;
    // Sends what is queued, then a close frame, and waits for the other end's without a limit.
    virtual void close() = 0;
    // Closes the socket without a word. The first cause is the one that ended() gives.
    virtual void cut(const std::string& cause) = 0;
    virtual TcpPath path() = 0;
    // Facts of TLS, once opened; nothing for a plain stream.
    virtual const TlsPeer* tls_peer() const = 0;
    virtual std::optional<TlsReport> tls_report() = 0;
};

using StreamMaker = std::function<std::shared_ptr<Stream>(Stream::Owner&, const LinkTimes&)>;

}  // namespace charge_daemon
