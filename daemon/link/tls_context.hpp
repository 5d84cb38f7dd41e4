// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides everything about TLS to the central system but the bytes: versions, cipher suites, whom
// to believe, and which session may be resumed. OpenSSL by itself, without a socket.

#include "daemon/link/client_certificate.hpp"
#include "daemon/link/link_report.hpp"
#include "daemon/link/tls_rules.hpp"
#include "daemon/link/tls_words.hpp"
#include "daemon/link/trust.hpp"
#include "daemon/settings/url.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace charge_daemon {

// A TLS connection's facts: filled while its handshake runs, and read by whoever owns it.
struct TlsPeer {
    std::string host;  // must be named in the certificate
    std::string port;
    TlsTrace trace;
    std::vector<ocpp::security::Certificate> chain;  // as presented, or as kept with its session
    ocpp::security::Judgement judgement;
    std::string own;  // fingerprint of the certificate that is presented; "" = none
};

// It never reads the machine's openssl.cnf, which could allow or forbid what is decided here. Not
// copied: OpenSSL holds its address.
class TlsContext {
public:
    TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

    // Other anchors forget the session that is kept.
    void trust(Trust trust);
    ocpp::security::Judgement judge(const std::vector<ocpp::security::Certificate>& chain,
                                    std::string_view host) const;

    // Presents this certificate from now on. The session that is kept goes on for the certificate
    // that it began with, and for no other.
    void present(OwnCertificate own);
    // Says why nobody may be called; "" when everything is there.
    const std::string& obstacle() const { return obstacle_; }

    SSL_CTX* native() const { return context_.get(); }
    // Makes a new connection ready for its handshake: SNI, unless the host is an address; the kept
    // session, when its certificate is still believed; and `peer`, which must live as long.
    void prepare(SSL* connection, const Url& url, TlsPeer& peer);

    // For one that is not good.
    static std::string words_of(const ocpp::security::Judgement& judgement);
    static TlsReport report(SSL* connection, const TlsPeer& peer);

private:
    struct Freed {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };
    struct Kept {
        std::string host;
        std::string port;
        std::unique_ptr<SSL_SESSION, Freed> session;
        std::vector<ocpp::security::Certificate> chain;
        std::string own;  // as in TlsPeer, and the server knows it
    };
    struct Callbacks;

    // False when there is none that fits and is still believed.
    bool offer_session(SSL* connection, const Url& url, TlsPeer& peer);

    std::unique_ptr<SSL_CTX, Freed> context_;
    Trust trust_;
    std::optional<ClientCertificate> own_;
    std::string obstacle_;
    std::optional<Kept> kept_;
};

}  // namespace charge_daemon
