// SPDX-License-Identifier: Apache-2.0
#include "daemon/csms_link.hpp"

#include "daemon/dial.hpp"
#include "daemon/random.hpp"
#include "ocpp/wire/limits.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <deque>

namespace charge_daemon {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using ocpp::core::Severity;
using std::chrono::milliseconds;
using WebSocket = websocket::stream<TcpSocket, false>;

// A message that is longer than the core takes is read and dropped, so that it costs its answer
// and not the connection; one longer than this is not even read.
constexpr std::size_t max_dropped_bytes = 32 * 1024 * 1024;
// One write for all but the longest answers.
constexpr std::size_t write_buffer_bytes = 16 * 1024;
// A buffer that a long message has made longer than this is given back.
constexpr std::size_t usual_buffer_bytes = 32 * 1024;

std::string seconds_text(milliseconds time) {
    return std::to_string(time.count() / 1000) + '.' + std::to_string(time.count() % 1000 / 100) +
           " s";
}

}  // namespace

struct CsmsLink::Connection : Dial {
    explicit Connection(asio::io_context& io)
        : Dial(io), ws(io.get_executor()), ping_timer(io.get_executor()) {}

    TcpSocket& socket() { return ws.next_layer(); }
    void cut(const std::string& cause);
    void give_up_after(const Shared& self, milliseconds time, std::string cause);
    asio::awaitable<void, Executor> shake_hands(Shared self, const CentralSystem& central_system,
                                                std::string identity, LinkTimes times);
    std::string why(const ErrorCode& ec) const;
    std::optional<std::string> take_message();

    WebSocket ws;
    beast::flat_buffer buffer;
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

void CsmsLink::Connection::cut(const std::string& cause) {
    if (problem.empty()) problem = cause;
    ErrorCode ignored;  // closing is all that can be done with a broken socket
    socket().close(ignored);
    deadline.cancel();
}

void CsmsLink::Connection::give_up_after(const Shared& self, milliseconds time, std::string cause) {
    deadline.expires_after(time);
    deadline.async_wait([weak = std::weak_ptr(self), cause = std::move(cause)](ErrorCode ec) {
        const auto connection = weak.lock();
        // One that was set anew while this was already on its way has not passed.
        if (ec || !connection || connection->deadline.expiry() > SteadyClock::now()) return;
        connection->cut(cause);
    });
}

asio::awaitable<void, Executor> CsmsLink::Connection::shake_hands(
    Shared self, const CentralSystem& central_system, std::string identity, LinkTimes times) {
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
        cut("it answered " + std::to_string(response.result_int()) + ' ' +
            std::string(response.reason()));
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

std::string CsmsLink::Connection::why(const ErrorCode& ec) const {
    if (!problem.empty()) return problem;
    if (const auto& reason = ws.reason(); reason.code != websocket::close_code::none)
        return "closed with code " + std::to_string(reason.code) +
               (reason.reason.empty() ? "" : ' ' + std::string(reason.reason.c_str()));
    if (ec == websocket::error::message_too_big)
        return "a message is longer than " + std::to_string(max_dropped_bytes) + " bytes";
    return ec.message();
}

// What has been read, when it is a whole message that is not too long.
std::optional<std::string> CsmsLink::Connection::take_message() {
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

CsmsLink::CsmsLink(asio::io_context& io, CentralSystem central_system,
                   ocpp::core::LinkSettings settings, LinkTimes times, Sinks sinks)
    : io_(io),
      central_system_(std::move(central_system)),
      settings_(std::move(settings)),
      times_(times),
      sinks_(std::move(sinks)),
      pause_(io.get_executor()),
      resolving_(std::make_shared<bool>(false)) {}

CsmsLink::~CsmsLink() = default;

void CsmsLink::dial() {
    if (held_ || stopping_) return;
    connection_ = std::make_shared<Connection>(io_);
    const auto connection = connection_;
    connection->resolving = resolving_;
    note(Severity::Info,
         "dialling " + central_system_.url.host + ':' + central_system_.url.port +
             request_target(central_system_.url, settings_.identity),
         "connecting");
    // Named, because a coroutine does not keep the captures of a lambda that is gone.
    const auto attempt = [](CsmsLink* link, Shared c) -> asio::awaitable<void, Executor> {
        const auto failure = co_await charge_daemon::dial(c, c->socket(), link->central_system_.url,
                                                          link->times_.connect);
        if (!failure.empty()) c->cut(failure);
        if (c->problem.empty())
            co_await c->shake_hands(c, link->central_system_, link->settings_.identity,
                                    link->times_);
        if (c->problem.empty())
            link->opened(c);
        else
            link->over(c, c->problem);
    };
    asio::co_spawn(io_.get_executor(), attempt(this, connection), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

void CsmsLink::opened(const Shared& connection) {
    connection->open = true;
    connection->since = SteadyClock::now();
    problem_.clear();
    connection->ws.control_callback(
        [this, weak = std::weak_ptr(connection)](websocket::frame_type type, beast::string_view) {
            const auto alive = weak.lock();
            if (!alive) return;
            alive->heard = true;
            // Beast waits for the end of the TCP connection without a limit of its own.
            if (type == websocket::frame_type::close) alive->give_up_after(alive, times_.close, {});
        });
    note(Severity::Info, "connected", "connected");
    ping_later(connection, settings_.ping_interval);
    sinks_.event(ocpp::core::Connected{});
    read(connection);
}

void CsmsLink::over(const Shared& connection, const std::string& problem) {
    const bool was_open = connection->open;
    connection->open = false;
    connection->cut(problem);
    connection->ping_timer.cancel();
    connection_.reset();
    problem_ = problem;
    if (was_open) {
        if (SteadyClock::now() - connection->since >= times_.settled) backoff_.reset();
        sinks_.event(ocpp::core::Disconnected{problem});
    }
    if (stopping_) {
        if (const auto stopped = std::exchange(stopped_, nullptr)) stopped();
    } else if (held_) {
        note(Severity::Info, "held down", "held");
    } else if (std::exchange(at_once_, false)) {
        dial();
    } else {
        const auto wait = backoff_.next(settings_, random_bits());
        note(Severity::Warning,
             "no connection to the central system: " + problem + "; next attempt in " +
                 seconds_text(wait),
             "waiting");
        pause(wait);
    }
}

void CsmsLink::pause(milliseconds wait) {
    pause_.expires_after(wait);
    pause_.async_wait([this](ErrorCode ec) {
        if (!ec && !connection_) dial();
    });
}

void CsmsLink::read(const Shared& connection) {
    connection->ws.async_read_some(
        connection->buffer, 0, [this, connection](ErrorCode ec, std::size_t) {
            if (ec) return over(connection, connection->why(ec));
            connection->heard = true;
            auto text = connection->take_message();
            if (text)
                sinks_.event(ocpp::core::FrameReceived{*std::move(text)});
            else if (std::exchange(connection->dropped, false))
                note(Severity::Warning,
                     "a message of more than " + std::to_string(ocpp::wire::max_frame_bytes) +
                         " bytes was dropped",
                     "connected");
            read(connection);
        });
}

void CsmsLink::send(const std::vector<ocpp::core::Frame>& frames) {
    if (frames.empty() || !connection_ || !connection_->open || connection_->closing) return;
    const auto connection = connection_;
    for (const auto& frame : frames) {
        connection->waiting_bytes += frame.text.size();
        connection->queue.push_back(frame.text);
    }
    if (connection->waiting_bytes > max_waiting_bytes)
        return connection->cut("it does not read what it is sent");
    if (connection->writing) return;
    if (connection->queue.size() > 1) {
        connection->corked = true;
        set_cork(connection->socket(), true);
    }
    write(connection);
}

// Begins to send before it returns, so that an answer does not wait for the next turn of the loop.
void CsmsLink::write(const Shared& connection) {
    connection->writing = true;
    connection->ws.async_write(asio::buffer(connection->queue.front()),
                               [this, connection](ErrorCode ec, std::size_t) {
                                   connection->writing = false;
                                   // The end of the reading tells about it.
                                   if (ec) return connection->cut("sending: " + ec.message());
                                   connection->waiting_bytes -= connection->queue.front().size();
                                   connection->queue.pop_front();
                                   if (!connection->queue.empty()) return write(connection);
                                   if (std::exchange(connection->corked, false))
                                       set_cork(connection->socket(), false);
                                   if (connection->closing) close(connection);
                               });
}

// What is queued goes first; then the close handshake; all of it in bounded time.
void CsmsLink::leave() {
    const auto connection = connection_;
    if (!connection || connection->closing) return;
    if (!connection->open) return connection->cut("given up");
    connection->closing = true;
    connection->give_up_after(connection, times_.close, "closed without its good-bye");
    if (!connection->writing) close(connection);
}

void CsmsLink::close(const Shared& connection) {
    if (connection->problem.empty()) connection->problem = "closed by us";
    connection->ws.async_close(websocket::close_code::normal, [connection](ErrorCode) {
        // Whatever came of it, the reading ends with it.
        connection->cut("closed by us");
    });
}

void CsmsLink::ping_later(const Shared& connection, milliseconds wait) {
    if (settings_.ping_interval.count() == 0) {
        connection->ping_timer.cancel();
        return;
    }
    connection->ping_timer.expires_after(wait);
    connection->ping_timer.async_wait([this, weak = std::weak_ptr(connection)](ErrorCode ec) {
        const auto alive = weak.lock();
        if (!ec && alive && alive->open && !alive->closing) ping(alive);
    });
}

void CsmsLink::ping(const Shared& connection) {
    const milliseconds interval = settings_.ping_interval;
    const auto patience = std::min(times_.pong, interval);
    connection->heard = false;
    connection->ws.async_ping({}, [connection](ErrorCode) {});
    connection->ping_timer.expires_after(patience);
    connection->ping_timer.async_wait([this, weak = std::weak_ptr(connection), patience,
                                       rest = interval - patience](ErrorCode ec) {
        const auto alive = weak.lock();
        if (ec || !alive || !alive->open || alive->closing) return;
        if (!alive->heard) return alive->cut("no pong within " + seconds_text(patience));
        ping_later(alive, rest);
    });
}

void CsmsLink::follow(const ocpp::core::LinkSettings& settings) {
    if (settings == settings_) return;
    const bool other_ping = settings.ping_interval != settings_.ping_interval;
    settings_ = settings;
    if (other_ping && connection_ && connection_->open)
        ping_later(connection_, settings_.ping_interval);
}

void CsmsLink::reconnect() {
    if (held_ || stopping_) return;
    backoff_.reset();
    at_once_ = connection_ != nullptr;
    pause_.cancel();
    if (connection_)
        leave();
    else
        dial();
}

void CsmsLink::down() {
    if (std::exchange(held_, true)) return;
    at_once_ = false;
    pause_.cancel();
    if (connection_)
        leave();
    else
        note(Severity::Info, "held down", "held");
}

void CsmsLink::up() {
    if (!std::exchange(held_, false) || stopping_) return;
    backoff_.reset();
    at_once_ = connection_ != nullptr;
    if (!connection_) dial();
}

void CsmsLink::stop(std::function<void()> stopped) {
    stopping_ = true;
    pause_.cancel();
    if (!connection_) {
        asio::post(io_, std::move(stopped));
        return;
    }
    stopped_ = std::move(stopped);
    leave();
}

LinkReport CsmsLink::report() const {
    LinkReport report{"waiting", problem_, std::nullopt};
    if (held_) {
        report.state = "held";
    } else if (connection_) {
        report.state = connection_->open ? "connected" : "connecting";
    } else {
        report.next_attempt = std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(
                                                            pause_.expiry() - SteadyClock::now()));
    }
    return report;
}

}  // namespace charge_daemon
