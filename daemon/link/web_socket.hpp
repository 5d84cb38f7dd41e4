// SPDX-License-Identifier: Apache-2.0
#pragma once
// A WebSocket as a Stream, over any transport: a transport names the type of its layer, knows what
// keeps it from dialling at all, finds the TCP socket below the layer, makes the layer ready once
// the socket is connected, has words for what goes wrong in it, and knows its usual port.

#include "daemon/link/dial.hpp"
#include "daemon/link/handshake.hpp"
#include "daemon/link/stream.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/websocket.hpp>

#include <deque>
#include <string_view>
#include <utility>

namespace charge_daemon {

// A message that is longer than the core takes is read and dropped, so that it costs its answer
// and not the connection; one longer than this is not even read.
inline constexpr std::size_t max_dropped_bytes = 32 * 1024 * 1024;
// All but the longest answers leave with one write.
inline constexpr std::size_t write_buffer_bytes = 16 * 1024;
// A buffer that a long message has made longer than this is given back.
inline constexpr std::size_t usual_buffer_bytes = 32 * 1024;

template <class Transport>
class WebSocket final : public Stream, public std::enable_shared_from_this<WebSocket<Transport>> {
public:
    // `layer` is what the layer needs besides the executor.
    template <class... LayerArguments>
    WebSocket(asio::io_context& io, Owner& owner, const LinkTimes& times,
              std::shared_ptr<Lookups> lookups, Transport transport, LayerArguments&... layer)
        : owner_(owner),
          times_(times),
          attempt_{Timer(io.get_executor()), std::move(lookups)},
          transport_(std::move(transport)),
          ws_(io.get_executor(), layer...) {}

    void dial(const CentralSystem& central_system, const Caller& caller) override;
    void send(std::vector<std::string> texts) override;
    std::size_t waiting() const override { return waiting_; }
    void ping() override;
    void close() override;
    void cut(const std::string& cause) override;
    TcpPath path() override { return path_of(socket()); }
    const TlsPeer* tls_peer() const override { return transport_.peer(); }
    std::optional<TlsReport> tls_report() override { return transport_.report(ws_.next_layer()); }

private:
    using Shared = std::shared_ptr<WebSocket>;
    using DialProblem = ocpp::core::DialProblem;
    using CloseCode = boost::beast::websocket::close_code;
    using Frame = boost::beast::websocket::frame_type;

    // `self` keeps the stream alive: a coroutine does not keep what its caller has captured.
    asio::awaitable<void, Executor> open(Shared self, CentralSystem central_system, Caller caller);
    asio::awaitable<void, Executor> shake_hands(Shared self, const CentralSystem& central_system,
                                                const Caller& caller);
    void set_options(const CentralSystem& central_system, const Caller& caller);
    // Closes the socket because dialling has failed; as with cut(), the first cause counts.
    void fail(ocpp::core::DialFailed failure);
    void give_up_after(std::chrono::milliseconds time, std::string cause);
    void read();
    void take();
    void write();
    void say_good_bye();
    std::string why(const ErrorCode& ec) const;
    Shared self() { return this->shared_from_this(); }
    TcpSocket& socket() { return Transport::socket(ws_.next_layer()); }

    Owner& owner_;
    LinkTimes times_;
    Attempt attempt_;
    Transport transport_;
    boost::beast::websocket::stream<typename Transport::Layer, false> ws_;
    boost::beast::flat_buffer buffer_;
    std::deque<std::string> queue_;  // the first one is being written
    std::size_t waiting_ = 0;
    std::string problem_;                         // the first one is the cause of those that follow
    DialProblem failure_ = DialProblem::Stalled;  // fits the limits of time
    bool closing_ = false;                        // a close frame follows what is queued
    bool pinging_ = false;  // a ping waits for room in the socket; a second one may not
    bool corked_ = false;
    bool too_long_ = false;  // the message that is being read
};

template <class Transport>
void WebSocket<Transport>::dial(const CentralSystem& central_system, const Caller& caller) {
    asio::co_spawn(attempt_.deadline.get_executor(), open(self(), central_system, caller),
                   [](std::exception_ptr failure) {
                       if (failure) std::rethrow_exception(failure);
                   });
}

template <class Transport>
asio::awaitable<void, Executor> WebSocket<Transport>::open(Shared self,
                                                           CentralSystem central_system,
                                                           Caller caller) {
    const std::shared_ptr<Attempt> attempt(self, &attempt_);
    if (auto obstacle = transport_.obstacle()) {
        co_await asio::post(attempt_.deadline.get_executor(), use_awaitable);
        fail(*std::move(obstacle));
    } else {
        const auto failure =
            co_await connect(attempt, socket(), central_system.url, times_.connect);
        if (!failure.empty()) fail({DialProblem::Unreachable, failure});
    }
    if (problem_.empty()) co_await shake_hands(self, central_system, caller);
    if (!problem_.empty()) {
        cut(problem_);
        owner_.ended({problem_, 0, failure_});
        co_return;
    }
    ws_.control_callback([this](Frame type, boost::beast::string_view) {
        if (type == Frame::close)
            owner_.good_bye();
        else
            owner_.heard();
    });
    owner_.opened();
    read();
}

template <class Transport>
void WebSocket<Transport>::set_options(const CentralSystem& central_system, const Caller& caller) {
    namespace websocket = boost::beast::websocket;
    ws_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
        using boost::beast::http::field;
        request.set(field::user_agent, central_system.user_agent);
        request.set(field::sec_websocket_protocol,
                    boost::beast::string_view(subprotocol.data(), subprotocol.size()));
        if (const auto credentials = credentials_of(central_system.url, caller))
            request.set(field::authorization, basic_authorization(*credentials));
    }));
    ws_.read_message_max(max_dropped_bytes);
    ws_.auto_fragment(false);
    ws_.write_buffer_bytes(write_buffer_bytes);
    ws_.text(true);
}

template <class Transport>
asio::awaitable<void, Executor> WebSocket<Transport>::shake_hands(
    Shared, const CentralSystem& central_system, const Caller& caller) {
    namespace websocket = boost::beast::websocket;
    using boost::beast::http::field;
    const auto& url = central_system.url;
    give_up_after(times_.handshake, "");  // the transport knows how far it has come
    set_options(central_system, caller);
    if (auto failure = co_await transport_.prepare(ws_.next_layer(), url))
        co_return fail(*std::move(failure));
    give_up_after(times_.handshake, "the WebSocket handshake took too long");
    websocket::response_type response;
    ErrorCode ec;
    co_await ws_.async_handshake(response, host_header(url, Transport::usual_port),
                                 request_target(url, caller.identity),
                                 asio::redirect_error(use_awaitable, ec));
    if (ec == websocket::error::upgrade_declined) {
        const auto location = response[field::location];
        const auto status = response.result_int();
        fail({status == 401 ? DialProblem::Unauthorized : DialProblem::Declined,
              declined(status, std::string(response.reason()), std::string(location))});
    } else if (ec) {
        fail(co_await transport_.no_answer(ws_.next_layer(), ec));
    } else if (const auto chosen = response[field::sec_websocket_protocol];
               std::string_view(chosen.data(), chosen.size()) != subprotocol) {
        failure_ = DialProblem::Declined;
        problem_ = "it does not agree on the sub-protocol ocpp1.6, it answered \"" +
                   std::string(chosen) + '"';
        give_up_after(times_.close, problem_);
        co_await ws_.async_close(CloseCode::protocol_error,
                                 asio::redirect_error(use_awaitable, ec));
    }
    attempt_.deadline.cancel();
}

template <class Transport>
void WebSocket<Transport>::cut(const std::string& cause) {
    if (problem_.empty()) problem_ = cause;
    ErrorCode ignored;  // closing is all that can be done with a broken socket
    socket().close(ignored);
    attempt_.deadline.cancel();
}

template <class Transport>
void WebSocket<Transport>::fail(ocpp::core::DialFailed failure) {
    if (problem_.empty()) failure_ = failure.problem;
    cut(failure.reason);
}

template <class Transport>
void WebSocket<Transport>::give_up_after(std::chrono::milliseconds time, std::string cause) {
    auto& deadline = attempt_.deadline;
    deadline.expires_after(time);
    deadline.async_wait([this, self = self(), cause = std::move(cause)](ErrorCode ec) {
        // A deadline that was set anew while this was already on its way has not passed.
        if (!ec && attempt_.deadline.expiry() <= SteadyClock::now()) cut(cause);
    });
}

template <class Transport>
void WebSocket<Transport>::read() {
    ws_.async_read_some(buffer_, 0, [this, self = self()](ErrorCode ec, std::size_t) {
        if (ec) {
            cut(why(ec));
            return owner_.ended({problem_, ws_.reason().code, failure_});
        }
        take();
        read();
    });
}

// Passes on what has been read, when it is a whole message that is not too long.
template <class Transport>
void WebSocket<Transport>::take() {
    too_long_ = too_long_ || buffer_.size() > ocpp::wire::max_frame_bytes;
    const bool done = ws_.is_message_done();
    if (!done && !too_long_) return owner_.heard();
    std::optional<std::string> text;
    if (!too_long_) text.emplace(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    buffer_.clear();
    if (buffer_.capacity() > usual_buffer_bytes) buffer_.shrink_to_fit();
    if (!done) return owner_.heard();
    too_long_ = false;
    if (text)
        owner_.text(*std::move(text));
    else
        owner_.dropped();
}

template <class Transport>
std::string WebSocket<Transport>::why(const ErrorCode& ec) const {
    if (!problem_.empty()) return problem_;
    if (const auto& reason = ws_.reason(); reason.code != CloseCode::none)
        return "closed with code " + std::to_string(reason.code) +
               (reason.reason.empty() ? "" : ' ' + std::string(reason.reason.c_str()));
    if (ec == boost::beast::websocket::error::message_too_big)
        return "a message is longer than " + std::to_string(max_dropped_bytes) + " bytes";
    return transport_.words(ec);
}

template <class Transport>
void WebSocket<Transport>::send(std::vector<std::string> texts) {
    const bool idle = queue_.empty();
    for (auto& text : texts) {
        waiting_ += text.size();
        queue_.push_back(std::move(text));
    }
    if (!idle || queue_.empty()) return;
    if (queue_.size() > 1) set_cork(socket(), corked_ = true);
    write();
}

// Begins to send before it returns, so that an answer does not wait for the next turn of the loop.
template <class Transport>
void WebSocket<Transport>::write() {
    ws_.async_write(asio::buffer(queue_.front()), [this, self = self()](ErrorCode ec, std::size_t) {
        // The end of the reading tells about it.
        if (ec) return cut("sending: " + transport_.words(ec));
        waiting_ -= queue_.front().size();
        queue_.pop_front();
        if (!queue_.empty()) return write();
        if (corked_) set_cork(socket(), corked_ = false);
        if (closing_) say_good_bye();
    });
}

template <class Transport>
void WebSocket<Transport>::ping() {
    if (std::exchange(pinging_, true)) return;
    ws_.async_ping({}, [this, self = self()](ErrorCode) { pinging_ = false; });
}

template <class Transport>
void WebSocket<Transport>::close() {
    closing_ = true;
    if (queue_.empty()) say_good_bye();
}

template <class Transport>
void WebSocket<Transport>::say_good_bye() {
    if (problem_.empty()) problem_ = "closed by us";
    // The reading ends with it in any case.
    ws_.async_close(CloseCode::normal, [this, self = self()](ErrorCode) { cut("closed by us"); });
}

}  // namespace charge_daemon
