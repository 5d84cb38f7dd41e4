// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/central_link.hpp"

#include "daemon/host/random.hpp"
#include "daemon/link/connection.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace charge_daemon {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using ocpp::core::Severity;
using std::chrono::milliseconds;

constexpr int no_good_bye = 1006;  // RFC 6455 7.4.1

std::string seconds_text(milliseconds time) {
    return std::to_string(time.count() / 1000) + '.' + std::to_string(time.count() % 1000 / 100) +
           " s";
}

}  // namespace

CentralLink::CentralLink(asio::io_context& io, CentralSystem central_system,
                         ocpp::core::LinkSettings settings, LinkTimes times, Sinks sinks)
    : io_(io),
      central_system_(std::move(central_system)),
      settings_(std::move(settings)),
      times_(times),
      sinks_(std::move(sinks)),
      pause_(io.get_executor()),
      resolving_(std::make_shared<bool>(false)) {}

CentralLink::~CentralLink() = default;

void CentralLink::dial() {
    if (held_ || stopping_) return;
    connection_ = std::make_shared<Connection>(io_);
    const auto connection = connection_;
    connection->resolving = resolving_;
    note(Severity::Info,
         "dialling " + central_system_.url.host + ':' + central_system_.url.port +
             request_target(central_system_.url, settings_.identity),
         "connecting");
    // Named, because a coroutine does not keep the captures of a lambda that is gone.
    const auto attempt = [](CentralLink* link, Shared c) -> asio::awaitable<void, Executor> {
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

void CentralLink::opened(const Shared& connection) {
    connection->open = true;
    ++connections_;
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

void CentralLink::over(const Shared& connection, const std::string& problem) {
    const bool was_open = connection->open;
    connection->open = false;
    connection->cut(problem);
    connection->ping_timer.cancel();
    connection_.reset();
    problem_ = problem;
    if (was_open) {
        const int code = connection->ws.reason().code;
        last_close_code_ = code == websocket::close_code::none ? no_good_bye : code;
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

void CentralLink::pause(milliseconds wait) {
    pause_.expires_after(wait);
    pause_.async_wait([this](ErrorCode ec) {
        if (!ec && !connection_) dial();
    });
}

void CentralLink::read(const Shared& connection) {
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

void CentralLink::send(const std::vector<ocpp::core::Frame>& frames) {
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
void CentralLink::write(const Shared& connection) {
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
void CentralLink::leave() {
    const auto connection = connection_;
    if (!connection || connection->closing) return;
    if (!connection->open) return connection->cut("given up");
    connection->closing = true;
    connection->give_up_after(connection, times_.close, "closed without its good-bye");
    if (!connection->writing) close(connection);
}

void CentralLink::close(const Shared& connection) {
    if (connection->problem.empty()) connection->problem = "closed by us";
    connection->ws.async_close(websocket::close_code::normal, [connection](ErrorCode) {
        // Whatever came of it, the reading ends with it.
        connection->cut("closed by us");
    });
}

void CentralLink::ping_later(const Shared& connection, milliseconds wait) {
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

void CentralLink::ping(const Shared& connection) {
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

void CentralLink::follow(const ocpp::core::LinkSettings& settings) {
    if (settings == settings_) return;
    const bool other_ping = settings.ping_interval != settings_.ping_interval;
    settings_ = settings;
    if (other_ping && connection_ && connection_->open)
        ping_later(connection_, settings_.ping_interval);
}

void CentralLink::reconnect() {
    if (held_ || stopping_) return;
    backoff_.reset();
    at_once_ = connection_ != nullptr;
    pause_.cancel();
    if (connection_)
        leave();
    else
        dial();
}

void CentralLink::down() {
    if (std::exchange(held_, true)) return;
    at_once_ = false;
    pause_.cancel();
    if (connection_)
        leave();
    else
        note(Severity::Info, "held down", "held");
}

void CentralLink::up() {
    if (!std::exchange(held_, false) || stopping_) return;
    backoff_.reset();
    at_once_ = connection_ != nullptr;
    if (!connection_) dial();
}

void CentralLink::stop(std::function<void()> stopped) {
    stopping_ = true;
    pause_.cancel();
    if (!connection_) {
        asio::post(io_, std::move(stopped));
        return;
    }
    stopped_ = std::move(stopped);
    leave();
}

LinkReport CentralLink::report() const {
    LinkReport report;
    report.problem = problem_;
    report.reconnects = std::max(0, connections_ - 1);
    report.last_close_code = last_close_code_;
    if (held_) {
        report.state = "held";
    } else if (connection_) {
        report.state = connection_->open ? "connected" : "connecting";
        if (!connection_->open) return report;
        report.connected_for = std::chrono::duration_cast<std::chrono::seconds>(SteadyClock::now() -
                                                                                connection_->since);
        report.path = path_of(connection_->socket());
    } else {
        report.next_attempt = std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(
                                                            pause_.expiry() - SteadyClock::now()));
    }
    return report;
}

}  // namespace charge_daemon
