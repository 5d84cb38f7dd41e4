// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/dial.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <boost/asio/redirect_error.hpp>

#include <vector>

namespace charge_daemon {

using boost::asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

// Stands outside the unnamed namespace because the coroutine below, which others call, holds one.
struct AddressLookup {
    bool done = false;
    ErrorCode ec;
    Endpoints endpoints;
};

namespace {

using Resolver = asio::ip::basic_resolver<tcp, Executor>;
using Shared = std::shared_ptr<Attempt>;

// A connection on which nothing is sent is looked after by the kernel: half-open ones are found
// even without WebSocket pings, and unacknowledged data does not wait longer than this.
constexpr int keep_alive_idle_seconds = 60;
constexpr int keep_alive_interval_seconds = 10;
constexpr int keep_alive_probes = 6;
constexpr int unacknowledged_milliseconds = 60'000;

void set_option(TcpSocket& socket, int level, int name, int value) {
    // The link works without an option that the kernel refuses.
    [[maybe_unused]] const int result =
        ::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

void prepare(TcpSocket& socket) {
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, keep_alive_idle_seconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, keep_alive_interval_seconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, keep_alive_probes);
    set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledged_milliseconds);
}

// Asks in the resolver's thread; the answer ends the wait for the deadline.
std::shared_ptr<AddressLookup> ask(const Shared& attempt, const Url& url) {
    auto answer = std::make_shared<AddressLookup>();
    const auto resolver = std::make_shared<Resolver>(attempt->deadline.get_executor());
    ++attempt->lookups->running;
    resolver->async_resolve(
        url.host, url.port,
        [answer, resolver, lookups = attempt->lookups, weak = std::weak_ptr(attempt)](
            ErrorCode ec, const Resolver::results_type& results) {
            --lookups->running;
            answer->done = true;
            answer->ec = ec;
            for (const auto& result : results) answer->endpoints.push_back(result.endpoint());
            if (const auto alive = weak.lock()) alive->deadline.cancel();
        });
    return answer;
}

// Closes the socket when the time is up, so that the next address gets its chance.
void limit(const Shared& attempt, TcpSocket& socket, std::chrono::milliseconds time) {
    attempt->deadline.expires_after(time);
    attempt->deadline.async_wait([attempt, &socket](ErrorCode cancelled) {
        ErrorCode ignored;
        if (!cancelled && attempt->deadline.expiry() <= SteadyClock::now()) socket.close(ignored);
    });
}

asio::awaitable<std::string, Executor> try_each(Shared attempt, TcpSocket& socket,
                                                Endpoints endpoints,
                                                std::chrono::milliseconds time) {
    ErrorCode ec = asio::error::host_not_found;
    for (const auto& endpoint : endpoints) {
        ErrorCode ignored;
        socket.close(ignored);
        socket.open(endpoint.protocol(), ec);
        if (ec) continue;
        prepare(socket);
        limit(attempt, socket, time);
        co_await socket.async_connect(endpoint, asio::redirect_error(use_awaitable, ec));
        const bool in_time = attempt->deadline.expiry() > SteadyClock::now();
        attempt->deadline.cancel();
        if (!ec) co_return std::string{};
        if (!in_time) ec = asio::error::timed_out;
        if (ec == asio::error::operation_aborted) break;  // closed from outside
    }
    co_return ec.message();
}

}  // namespace

asio::awaitable<std::string, Executor> connect(Shared attempt, TcpSocket& socket, Url url,
                                               std::chrono::milliseconds time) {
    ErrorCode ec;
    const auto literal = asio::ip::make_address(url.host, ec);
    if (!ec) {
        Endpoints only;
        only.emplace_back(literal, static_cast<std::uint16_t>(std::stoi(url.port)));
        co_return co_await try_each(attempt, socket, std::move(only), time);
    }
    const auto answer = ask(attempt, url);
    attempt->deadline.expires_after(time);
    co_await attempt->deadline.async_wait(asio::redirect_error(use_awaitable, ec));
    if (!answer->done)
        co_return "looking up " + url.host + (ec ? " was given up" : " took too long");
    if (answer->ec) co_return "looking up " + url.host + ": " + answer->ec.message();
    co_return co_await try_each(attempt, socket, answer->endpoints, time);
}

TcpPath path_of(TcpSocket& socket) {
    TcpPath path;
    ErrorCode unknown;
    if (const auto here = socket.local_endpoint(unknown); !unknown)
        path.address = here.address().to_string();
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
        info.tcpi_rtt > 0)
        path.round_trip = std::chrono::microseconds{info.tcpi_rtt};
    return path;
}

void set_cork(TcpSocket& socket, bool on) { set_option(socket, IPPROTO_TCP, TCP_CORK, on ? 1 : 0); }

}  // namespace charge_daemon
