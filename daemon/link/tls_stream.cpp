// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/tls_stream.hpp"

#include "daemon/link/web_socket.hpp"

#include <openssl/err.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

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

    asio::awaitable<std::optional<DialFailed>, Executor> prepare(Layer& layer, const Url& url) {
        context_->own->prepare(layer.native_handle(), url, peer_);
        ErrorCode ec;
        co_await layer.async_handshake(asio::ssl::stream_base::client,
                                       asio::redirect_error(use_awaitable, ec));
        if (ec) co_return failure(end_of(ec));
        co_return std::nullopt;
    }

    DialFailed no_answer(const ErrorCode& ec) const {
        namespace websocket = boost::beast::websocket;
        const bool answered =
            ec.category() == make_error_code(websocket::error::bad_http_version).category();
        if (!answered && refused_afterwards(peer_.trace)) return failure(end_of(ec));
        return {ocpp::core::DialProblem::Declined, "WebSocket handshake: " + words(ec)};
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
    DialFailed failure(const TlsEnd& end) const {
        const auto problem = problem_of(peer_.trace, end);
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
