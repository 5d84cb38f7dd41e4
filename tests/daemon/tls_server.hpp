// SPDX-License-Identifier: Apache-2.0
#pragma once
// TLS servers in memory, for tests of the TLS edge.

#include "daemon/link/tls_context.hpp"
#include "tests/support/certificates.hpp"

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace charge_daemon::fake {

class TlsServer {
public:
    // `others` are presented after the leaf.
    explicit TlsServer(const certificates::Made& leaf,
                       const std::vector<certificates::Certificate>& others = {});
    SSL_CTX* native() const { return context_.get(); }
    // "" leaves the suites as they are.
    void only(int version, const char* suites = "");
    // Without an authority it takes none.
    void demand_certificate(const certificates::Made* authority = nullptr);
    // It takes none, or any.
    void ask_for_certificate();
    // Names this authority in its request for a certificate.
    void name_authority(const certificates::Made& authority);
    // Takes only these signatures of clients.
    void only_signatures(const char* list);

private:
    std::shared_ptr<SSL_CTX> context_;
};

// One end, over memory.
class Connection {
public:
    explicit Connection(SSL* ssl);
    SSL* native() const { return ssl_.get(); }
    std::string first_flight(const std::function<void(SSL*)>& prepare) const;
    std::string take_written() const;
    void give(const std::string& bytes) const;

private:
    std::shared_ptr<SSL> ssl_;
};

// A whole handshake, and what follows it until both ends are silent.
class Handshake {
public:
    Handshake(TlsContext& context, const TlsServer& server, const std::string& url, TlsPeer& peer);
    SSL* client() const { return client_.native(); }

    // The certificates that the server has got.
    std::vector<certificates::Certificate> given() const;

    bool ok = false;  // at the client's end
    int reason = 0;   // OpenSSL's, when it is not

private:
    Connection client_;
    Connection server_;
};

}  // namespace charge_daemon::fake
