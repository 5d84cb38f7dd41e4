// SPDX-License-Identifier: Apache-2.0
#pragma once
// The WebSocket to the central system: dials, agrees on ocpp1.6, carries text both ways, finds out
// when the other end has gone, and dials again. It decides nothing about what is said.

#include "daemon/host/asio.hpp"
#include "daemon/link/backoff.hpp"
#include "daemon/link/dial.hpp"
#include "daemon/link/handshake.hpp"
#include "ocpp/core/step.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace charge_daemon {

// Frames that wait for a central system that reads too slowly; more, and it is given up.
inline constexpr std::size_t max_waiting_bytes = 4 * 1024 * 1024;

struct CentralSystem {
    process::Url url;
    std::optional<std::string> password;  // of the identity, when the URL has no credentials
    std::string user_agent;
};

struct LinkTimes {
    std::chrono::milliseconds connect{10'000};    // name, and each address it has
    std::chrono::milliseconds handshake{30'000};  // the WebSocket's
    std::chrono::milliseconds pong{10'000};       // but never longer than the ping interval
    std::chrono::milliseconds close{2'000};       // to say what is left and good-bye
    std::chrono::milliseconds settled{30'000};    // a connection that lasted: back-off starts anew
};

struct LinkReport {
    std::string state = "waiting";  // "connected", "connecting", "waiting", "held"
    std::string problem;            // of the last attempt, or why the last connection ended
    std::optional<std::chrono::milliseconds> next_attempt;  // from now
    std::optional<std::chrono::seconds> connected_for;
    TcpPath path;
    int reconnects = 0;                  // since the start of the program
    std::optional<int> last_close_code;  // RFC 6455 7.4; 1006 without a good-bye
};

struct Connection;

class CentralLink {
public:
    struct Sinks {
        std::function<void(ocpp::core::Event)> event;  // Connected, FrameReceived, Disconnected
        std::function<void(ocpp::core::Note)> note;    // how dialling goes
    };

    CentralLink(asio::io_context& io, CentralSystem central_system,
                ocpp::core::LinkSettings settings, LinkTimes times, Sinks sinks);
    CentralLink(const CentralLink&) = delete;
    CentralLink& operator=(const CentralLink&) = delete;
    ~CentralLink();

    void start() { dial(); }
    // In order; without a connection nothing is sent. Never calls a sink.
    void send(const std::vector<ocpp::core::Frame>& frames);
    void follow(const ocpp::core::LinkSettings& settings);
    // Closes, and dials anew at once.
    void reconnect();
    // For chargepointctl link: closes and stays away; dials at once.
    void down();
    void up();
    // Says what is left, closes and calls back; nothing is dialled any more.
    void stop(std::function<void()> stopped);

    LinkReport report() const;
    // A name is being looked up in a thread of its own, which can't be stopped.
    bool resolving() const { return *resolving_; }

private:
    using Shared = std::shared_ptr<Connection>;

    void dial();
    void opened(const Shared& connection);
    void over(const Shared& connection, const std::string& problem);
    void pause(std::chrono::milliseconds wait);
    void leave();
    void read(const Shared& connection);
    void write(const Shared& connection);
    void close(const Shared& connection);
    void ping_later(const Shared& connection, std::chrono::milliseconds wait);
    void ping(const Shared& connection);
    void note(ocpp::core::Severity severity, std::string text, std::string_view state) const {
        sinks_.note({severity, "link", std::move(text), {{"state", state}}});
    }

    asio::io_context& io_;
    CentralSystem central_system_;
    ocpp::core::LinkSettings settings_;
    LinkTimes times_;
    Sinks sinks_;
    Backoff backoff_;
    Timer pause_;
    Shared connection_;  // dialling, open or closing
    std::function<void()> stopped_;
    std::string problem_;
    int connections_ = 0;
    std::optional<int> last_close_code_;
    bool held_ = false;
    bool stopping_ = false;
    bool at_once_ = false;  // dial anew without a pause
    // Looking up a name goes on in its thread when nobody waits for it any more.
    std::shared_ptr<bool> resolving_;
};

}  // namespace charge_daemon
