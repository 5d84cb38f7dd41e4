// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a host's name to a connected TCP socket: each step in bounded time, none of them blocking.

#include "daemon/host/asio.hpp"
#include "hal-service/process/url.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace charge_daemon {

inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

// What the dialling of one connection needs; the socket lives in it or in what derives from it.
struct Dial {
    explicit Dial(asio::io_context& io) : deadline(io.get_executor()) {}
    Timer deadline;
    // Looking up a name goes on in its thread when nobody waits for it any more.
    std::shared_ptr<bool> resolving;
};

// "" when the socket is connected, else why it is not. Closing the socket and cancelling the
// deadline ends it early.
asio::awaitable<std::string, Executor> dial(std::shared_ptr<Dial> owner, TcpSocket& socket,
                                            process::Url url, std::chrono::milliseconds time);

struct TcpPath {
    std::string address;                                  // ours; "" = not known
    std::optional<std::chrono::microseconds> round_trip;  // as the kernel has measured it
};
TcpPath path_of(TcpSocket& socket);

// While on, several frames leave in as few packets as possible.
void set_cork(TcpSocket& socket, bool on);

}  // namespace charge_daemon
