// SPDX-License-Identifier: Apache-2.0
#pragma once
// One WebSocket of the link, from its handshake to its end.

#include "daemon/link/central_link.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <deque>

namespace charge_daemon {

struct Connection : Dial {
    using Shared = std::shared_ptr<Connection>;

    explicit Connection(asio::io_context& io)
        : Dial(io), ws(io.get_executor()), ping_timer(io.get_executor()) {}

    TcpSocket& socket() { return ws.next_layer(); }
    // Closes without a word.
    void cut(const std::string& cause);
    // What still waits for anything when the time is up gets `cause`.
    void give_up_after(const Shared& self, std::chrono::milliseconds time, std::string cause);
    // The first request, and the agreement on ocpp1.6; `problem` says whether it failed.
    asio::awaitable<void, Executor> shake_hands(Shared self, const CentralSystem& central_system,
                                                std::string identity, LinkTimes times);
    std::string why(const ErrorCode& ec) const;
    // What has been read, when it is a whole message that is not too long.
    std::optional<std::string> take_message();

    boost::beast::websocket::stream<TcpSocket, false> ws;
    boost::beast::flat_buffer buffer;
    Timer ping_timer;
    std::deque<std::string> queue;
    std::size_t waiting_bytes = 0;
    SteadyClock::time_point since;
    std::string problem;  // the first one is the cause of those that follow
    bool open = false;
    bool writing = false;
    bool closing = false;
    bool heard = false;  // something, since the last ping
    bool corked = false;
    bool too_long = false;  // the message that is being read
    bool dropped = false;   // the last one was too long
};

}  // namespace charge_daemon
