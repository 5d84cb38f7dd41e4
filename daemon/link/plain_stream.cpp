// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/plain_stream.hpp"

#include "daemon/link/web_socket.hpp"

namespace charge_daemon {
namespace {

struct PlainTransport {
    using Layer = TcpSocket;
    static constexpr std::string_view usual_port = "80";
    static TcpSocket& socket(Layer& layer) { return layer; }
    static std::optional<ocpp::core::DialFailed> obstacle() { return std::nullopt; }
    static asio::awaitable<std::optional<ocpp::core::DialFailed>, Executor> prepare(Layer&,
                                                                                    const Url&) {
        co_return std::nullopt;
    }
    static asio::awaitable<ocpp::core::DialFailed, Executor> no_answer(Layer&, ErrorCode ec) {
        co_return ocpp::core::DialFailed{ocpp::core::DialProblem::Declined,
                                         "WebSocket handshake: " + ec.message()};
    }
    static std::string words(const ErrorCode& ec) { return ec.message(); }
    static const TlsPeer* peer() { return nullptr; }
    static std::optional<TlsReport> report(Layer&) { return std::nullopt; }
};

}  // namespace

StreamMaker plain_streams(EventLoop& loop, std::shared_ptr<Lookups> lookups) {
    return [&loop, lookups = std::move(lookups)](Stream::Owner& owner, const LinkTimes& times) {
        return std::make_shared<WebSocket<PlainTransport>>(loop.io(), owner, times, lookups,
                                                           PlainTransport{});
    };
}

}  // namespace charge_daemon
