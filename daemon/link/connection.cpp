// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/connection.hpp"

#include "ocpp/wire/input_bounds.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/http/status.hpp>

namespace charge_daemon {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using std::chrono::milliseconds;

// A message that is longer than the core takes is read and dropped, so that it costs its answer
// and not the connection; one longer than this is not even read.
constexpr std::size_t max_dropped_bytes = 32 * 1024 * 1024;
// One write for all but the longest answers.
constexpr std::size_t write_buffer_bytes = 16 * 1024;
// A buffer that a long message has made longer than this is given back.
constexpr std::size_t usual_buffer_bytes = 32 * 1024;

}  // namespace

void Connection::cut(const std::string& cause) {
    if (problem.empty()) problem = cause;
    ErrorCode ignored;  // closing is all that can be done with a broken socket
    socket().close(ignored);
    deadline.cancel();
}

void Connection::give_up_after(const Shared& self, milliseconds time, std::string cause) {
    deadline.expires_after(time);
    deadline.async_wait([weak = std::weak_ptr(self), cause = std::move(cause)](ErrorCode ec) {
        const auto connection = weak.lock();
        // One that was set anew while this was already on its way has not passed.
        if (ec || !connection || connection->deadline.expiry() > SteadyClock::now()) return;
        connection->cut(cause);
    });
}

asio::awaitable<void, Executor> Connection::shake_hands(Shared self,
                                                        const CentralSystem& central_system,
                                                        std::string identity, LinkTimes times) {
    const auto& url = central_system.url;
    give_up_after(self, times.handshake, "the WebSocket handshake took too long");
    ws.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
        using beast::http::field;
        request.set(field::user_agent, central_system.user_agent);
        request.set(field::sec_websocket_protocol,
                    beast::string_view(subprotocol.data(), subprotocol.size()));
        if (url.credentials)
            request.set(field::authorization, basic_authorization({url.user, url.password}));
        else if (central_system.password)
            request.set(field::authorization,
                        basic_authorization({identity, *central_system.password}));
    }));
    ws.read_message_max(max_dropped_bytes);
    ws.auto_fragment(false);
    ws.write_buffer_bytes(write_buffer_bytes);
    ws.text(true);
    websocket::response_type response;
    ErrorCode ec;
    co_await ws.async_handshake(response, host_header(url), request_target(url, identity),
                                asio::redirect_error(use_awaitable, ec));
    if (ec == websocket::error::upgrade_declined) {
        const auto location = response[beast::http::field::location];
        cut(declined(response.result_int(), std::string(response.reason()), std::string(location)));
    } else if (ec) {
        cut("WebSocket handshake: " + ec.message());
    } else if (const auto chosen = response[beast::http::field::sec_websocket_protocol];
               std::string_view(chosen.data(), chosen.size()) != subprotocol) {
        problem = "it does not agree on the sub-protocol ocpp1.6, it answered \"" +
                  std::string(chosen) + '"';
        give_up_after(self, times.close, problem);
        co_await ws.async_close(websocket::close_code::protocol_error,
                                asio::redirect_error(use_awaitable, ec));
        cut(problem);
    }
    deadline.cancel();
}

std::string Connection::why(const ErrorCode& ec) const {
    if (!problem.empty()) return problem;
    if (const auto& reason = ws.reason(); reason.code != websocket::close_code::none)
        return "closed with code " + std::to_string(reason.code) +
               (reason.reason.empty() ? "" : ' ' + std::string(reason.reason.c_str()));
    if (ec == websocket::error::message_too_big)
        return "a message is longer than " + std::to_string(max_dropped_bytes) + " bytes";
    return ec.message();
}

std::optional<std::string> Connection::take_message() {
    too_long = too_long || buffer.size() > ocpp::wire::max_frame_bytes;
    const bool done = ws.is_message_done();
    std::optional<std::string> text;
    if (done && !too_long)
        text.emplace(static_cast<const char*>(buffer.data().data()), buffer.size());
    if (done) dropped = std::exchange(too_long, false);
    if (!done && !too_long) return text;
    buffer.clear();
    if (buffer.capacity() > usual_buffer_bytes) buffer.shrink_to_fit();
    return text;
}

}  // namespace charge_daemon
