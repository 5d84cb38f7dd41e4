// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/tls_stream.hpp"

#include "daemon/link/web_socket.hpp"

#include <openssl/err.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <array>
#include <optional>
#include <utility>

namespace charge_daemon {
namespace {

// Asio's view of the context, which both share.
struct SharedContext {
    explicit SharedContext(std::shared_ptr<TlsContext> context)
        : own(std::move(context)), asio((SSL_CTX_up_ref(own->native()), own->native())) {}

    std::shared_ptr<TlsContext> own;
    asio::ssl::context asio;
};

using ocpp::core::DialFailed;

TlsEnd end_of(const ErrorCode& ec) {
    using How = TlsEnd::How;
    // Nothing but the time limit, or whoever has said why already, closes the socket meanwhile.
    if (ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor)
        return {How::TimedOut, 0, {}};
    if (ec.category() == asio::error::get_ssl_category())
        return {How::Error, ERR_GET_REASON(static_cast<unsigned long>(ec.value())), ec.message()};
    return {How::Closed, 0, ec.message()};
}

class TlsTransport {
public:
    // It joins what it is given to write: a frame is one record and one segment.
    using Layer = boost::beast::ssl_stream<TcpSocket>;
    static constexpr std::string_view usual_port = "443";

    explicit TlsTransport(std::shared_ptr<SharedContext> context) : context_(std::move(context)) {}

    static TcpSocket& socket(Layer& layer) { return layer.next_layer(); }

    std::optional<DialFailed> obstacle() const {
        const auto& why = context_->own->obstacle();
        if (why.empty()) return std::nullopt;
        return DialFailed{ocpp::core::DialProblem::TlsOther, why};
    }

    asio::awaitable<std::optional<DialFailed>, Executor> prepare(Layer& layer, const Url& url) {
        context_->own->prepare(layer.native_handle(), url, peer_);
        ErrorCode ec;
        co_await layer.async_handshake(asio::ssl::stream_base::client,
                                       asio::redirect_error(use_awaitable, ec));
        if (ec) co_return failure(problem_of(peer_.trace, end_of(ec)));
        if (const auto problem = lacking(peer_.trace)) co_return failure(*problem);
        co_return std::nullopt;
    }

    asio::awaitable<DialFailed, Executor> no_answer(Layer& layer, ErrorCode ec) {
        namespace websocket = boost::beast::websocket;
        const bool answered =
            ec.category() == make_error_code(websocket::error::bad_http_version).category();
        // A server that refuses us after its handshake may be gone before we have written all: its
        // alert is still to be read.
        const bool gone = ec == asio::error::broken_pipe || ec == asio::error::connection_reset;
        if (gone && peer_.trace.certificate_demanded && !peer_.trace.alert) {
            ErrorCode ignored;
            std::array<char, 1> none{};
            co_await layer.async_read_some(asio::buffer(none),
                                           asio::redirect_error(use_awaitable, ignored));
        }
        if (!answered && refused_afterwards(peer_.trace))
            co_return failure(problem_of(peer_.trace, end_of(ec)));
        co_return DialFailed{ocpp::core::DialProblem::Declined,
                             "WebSocket handshake: " + words(ec)};
    }
    static std::string words(const ErrorCode& ec) {
        if (ec == asio::ssl::error::stream_truncated) return "it closed without a good-bye";
        return ec.message();
    }
    const TlsPeer* peer() const { return &peer_; }
    std::optional<TlsReport> report(Layer& layer) const {
        return TlsContext::report(layer.native_handle(), peer_);
    }

private:
    DialFailed failure(const TlsProblem& problem) const {
        return {dial_problem(problem.failure), peer_.host + ": " + problem.words};
    }

    std::shared_ptr<SharedContext> context_;
    TlsPeer peer_;
};

}  // namespace

StreamMaker tls_streams(EventLoop& loop, std::shared_ptr<Lookups> lookups,
                        std::shared_ptr<TlsContext> context) {
    auto shared = std::make_shared<SharedContext>(std::move(context));
    return [&loop, lookups = std::move(lookups), shared = std::move(shared)](
               Stream::Owner& owner, const LinkTimes& times) {
        return std::make_shared<WebSocket<TlsTransport>>(loop.io(), owner, times, lookups,
                                                         TlsTransport(shared), shared->asio);
    };
}

}  // namespace charge_daemon
