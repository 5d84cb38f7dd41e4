// SPDX-License-Identifier: Apache-2.0
#include "tests/daemon/tls_server.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <array>

namespace charge_daemon::fake {
namespace {

std::shared_ptr<X509> x509_of(const certificates::Certificate& certificate) {
    const auto& der = certificate.der();
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    return {d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), X509_free};
}

}  // namespace

TlsServer::TlsServer(const certificates::Made& leaf,
                     const std::vector<certificates::Certificate>& others)
    : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    auto* context = context_.get();
    // TLS 1.1 needs SHA-1.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("test"), 4);
    SSL_CTX_use_certificate(context, x509_of(leaf.certificate).get());
    SSL_CTX_use_PrivateKey(context, leaf.key.get());
    for (const auto& other : others) SSL_CTX_add1_chain_cert(context, x509_of(other).get());
}

void TlsServer::only(int version, const char* suites) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    if (*suites != '\0') SSL_CTX_set_cipher_list(context_.get(), suites);
}

void TlsServer::demand_certificate(const certificates::Made* authority) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (authority != nullptr)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()),
                            x509_of(authority->certificate).get());
}

void TlsServer::ask_for_certificate() {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
}

void TlsServer::name_authority(const certificates::Made& authority) {
    SSL_CTX_add_client_CA(context_.get(), x509_of(authority.certificate).get());
}

void TlsServer::only_signatures(const char* list) {
    SSL_CTX_set1_client_sigalgs_list(context_.get(), list);
}

Connection::Connection(SSL* ssl) : ssl_(ssl, SSL_free) {
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}

std::string Connection::first_flight(const std::function<void(SSL*)>& prepare) const {
    prepare(native());
    SSL_connect(native());
    return take_written();
}

std::string Connection::take_written() const {
    std::string all;
    std::array<char, 4096> block{};
    for (int size = 1; size > 0;) {
        size = BIO_read(SSL_get_wbio(native()), block.data(), static_cast<int>(block.size()));
        if (size > 0) all.append(block.data(), static_cast<std::size_t>(size));
    }
    return all;
}

void Connection::give(const std::string& bytes) const {
    if (!bytes.empty())
        BIO_write(SSL_get_rbio(native()), bytes.data(), static_cast<int>(bytes.size()));
}

Handshake::Handshake(TlsContext& context, const TlsServer& server, const std::string& url,
                     TlsPeer& peer)
    : client_(SSL_new(context.native())), server_(SSL_new(server.native())) {
    context.prepare(client_.native(), *parse_url(url), peer);
    SSL_set_connect_state(client_.native());
    SSL_set_accept_state(server_.native());
    std::array<char, 1> none{};
    for (bool moved = true; moved;) {
        ERR_clear_error();
        if (SSL_do_handshake(client_.native()) == 1) {
            ok = true;
            SSL_read(client_.native(), none.data(), 1);  // takes tickets
        } else if (const auto error = ERR_peek_error(); error != 0 && reason == 0) {
            reason = ERR_GET_REASON(error);
        }
        const auto request = client_.take_written();
        server_.give(request);
        ERR_clear_error();
        SSL_do_handshake(server_.native());
        const auto answer = server_.take_written();
        client_.give(answer);
        moved = !request.empty() || !answer.empty();
    }
}

std::vector<certificates::Certificate> Handshake::given() const {
    std::vector<certificates::Certificate> all;
    const auto add = [&](X509* x509) {
        unsigned char* der = nullptr;
        const int size = i2d_X509(x509, &der);
        all.push_back(*certificates::Certificate::from_der(
            {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}));
        OPENSSL_free(der);
    };
    if (auto* leaf = SSL_get0_peer_certificate(server_.native())) add(leaf);
    const auto* others = SSL_get_peer_cert_chain(server_.native());
    for (int i = 0; i < sk_X509_num(others); ++i) add(sk_X509_value(others, i));
    return all;
}

}  // namespace charge_daemon::fake
