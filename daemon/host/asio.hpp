// SPDX-License-Identifier: Apache-2.0
#pragma once
// Asio as the daemon uses it: one thread, one io_context, and its executor named in the types, so
// that no operation pays for a polymorphic one. Only the sources of sockets and of the loop include
// this; others use event_loop.hpp, because reading Asio takes seconds.

#include "daemon/host/steady_clock.hpp"

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace charge_daemon {

namespace asio = boost::asio;

using ErrorCode = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
using LocalSocket = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;
using LocalAcceptor = asio::basic_socket_acceptor<asio::local::stream_protocol, Executor>;

}  // namespace charge_daemon
