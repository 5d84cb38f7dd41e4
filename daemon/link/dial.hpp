// SPDX-License-Identifier: Apache-2.0
#pragma once
// Connects a TCP socket to a host by its name: each step takes bounded time, and none blocks.

#include "daemon/host/asio.hpp"
#include "daemon/link/stream.hpp"
#include "daemon/settings/url.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace charge_daemon {

inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

// Holds what one attempt to connect a socket needs beside the socket.
struct Attempt {
    Timer deadline;
    std::shared_ptr<Lookups> lookups;
};

// Returns "" when the socket is connected, else why it is not. Closing the socket and cancelling
// the deadline ends it early. `attempt` must keep the socket alive.
asio::awaitable<std::string, Executor> connect(std::shared_ptr<Attempt> attempt, TcpSocket& socket,
                                               Url url, std::chrono::milliseconds time);

TcpPath path_of(TcpSocket& socket);

// While it is on, several frames leave in as few packets as possible.
void set_cork(TcpSocket& socket, bool on);

}  // namespace charge_daemon
