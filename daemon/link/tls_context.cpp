// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/tls_context.hpp"

#include "hal-service/shared/fields.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <span>
#include <stdexcept>
#include <utility>

namespace charge_daemon {
namespace {

using ocpp::security::Certificate;
using ocpp::security::Judgement;
using ocpp::security::Verdict;

// Groups and signatures stand here as well, because OpenSSL's defaults differ from build to build.
constexpr const char* groups = "X25519:P-256:P-384:P-521";
constexpr const char* signatures =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:"
    "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512";

constexpr std::size_t record_header_bytes = 5;

std::string joined(std::span<const CipherSuite> suites) {
    std::string list;
    for (const auto& suite : suites) list += (list.empty() ? "" : ":") + std::string(suite.openssl);
    return list;
}

TlsFailure failure_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Expired: return TlsFailure::Expired;
        case Verdict::NotYetValid: return TlsFailure::NotYetValid;
        case Verdict::WrongName: return TlsFailure::WrongName;
        case Verdict::UnknownIssuer: return TlsFailure::UnknownIssuer;
        case Verdict::WrongUsage: return TlsFailure::WrongUsage;
        case Verdict::WeakKey: return TlsFailure::WeakKey;
        case Verdict::TooLong: return TlsFailure::LongChain;
        case Verdict::Good:
        case Verdict::Malformed:
        case Verdict::WeakSignature:
        case Verdict::BadSignature: break;
    }
    return TlsFailure::BadCertificate;
}

// Chooses the alert that the server gets.
int x509_error_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Good: return X509_V_OK;
        case Verdict::Expired: return X509_V_ERR_CERT_HAS_EXPIRED;
        case Verdict::NotYetValid: return X509_V_ERR_CERT_NOT_YET_VALID;
        case Verdict::WrongName: return X509_V_ERR_HOSTNAME_MISMATCH;
        case Verdict::UnknownIssuer: return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
        case Verdict::WrongUsage: return X509_V_ERR_INVALID_PURPOSE;
        case Verdict::WeakKey: return X509_V_ERR_EE_KEY_TOO_SMALL;
        case Verdict::Malformed:
        case Verdict::WeakSignature:
        case Verdict::BadSignature:
        case Verdict::TooLong: break;
    }
    return X509_V_ERR_CERT_REJECTED;
}

std::vector<Certificate> chain_of(const STACK_OF(X509) * presented) {
    std::vector<Certificate> chain;
    for (int i = 0; i < sk_X509_num(presented); ++i) {
        unsigned char* der = nullptr;
        const int size = i2d_X509(sk_X509_value(presented, i), &der);
        if (size <= 0) continue;
        auto read = Certificate::from_der(
            {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
        OPENSSL_free(der);
        // A certificate that can't be read proves nothing: the path is looked for without it. A
        // leaf that can't be read is nobody's.
        if (read)
            chain.push_back(*std::move(read));
        else if (i == 0)
            break;
    }
    return chain;
}

using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;

X509Pointer x509_of(const Certificate& certificate) {
    const auto& der = certificate.der();
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    return {d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), X509_free};
}

// "" when the connection will present it, else why not.
std::string use(SSL* connection, const ClientCertificate& own) {
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> above(
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); });
    for (const auto& certificate : std::span(own.chain).subspan(1))
        sk_X509_push(above.get(), x509_of(certificate).release());
    const auto leaf = x509_of(own.chain.front());
    const bool used =
        SSL_use_cert_and_key(connection, leaf.get(), own.key.native(), above.get(), 1) == 1;
    const auto error = ERR_peek_last_error();
    ERR_clear_error();
    if (used) return {};
    const char* reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "it can't be used";
}

int peer_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int context_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

TlsPeer* peer_of(const SSL* connection) {
    return static_cast<TlsPeer*>(SSL_get_ex_data(connection, peer_index()));
}

// The message without a certificate, in TLS 1.3 and with its header.
constexpr std::size_t empty_certificate_bytes = 8;

void note_sent(TlsTrace& trace, std::string_view message) {
    if (static_cast<std::uint8_t>(message[0]) == SSL3_MT_CERTIFICATE)
        trace.own_certificate_known = message.size() > empty_certificate_bytes;
}

void note_message(TlsTrace& trace, std::uint8_t type) {
    trace.server_hello = trace.server_hello || type == SSL3_MT_SERVER_HELLO;
    trace.certificate = trace.certificate || type == SSL3_MT_CERTIFICATE;
    // It did not resume the session: ours follows, if it asks for it.
    if (type == SSL3_MT_CERTIFICATE) trace.own_certificate_known = false;
    trace.certificate_demanded = trace.certificate_demanded || type == SSL3_MT_CERTIFICATE_REQUEST;
    trace.finished = trace.finished || type == SSL3_MT_FINISHED;
}

}  // namespace

struct TlsContext::Callbacks {
    static TlsContext* owner(const SSL* connection) {
        return static_cast<TlsContext*>(
            SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), context_index()));
    }

    // Takes the place of X509_verify_cert(): 1 when the chain is believed.
    static int judge(X509_STORE_CTX* store, void*) {
        const auto* connection = static_cast<const SSL*>(
            X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto* peer = peer_of(connection);
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        if (peer == nullptr) return 0;
        peer->chain = chain_of(X509_STORE_CTX_get0_untrusted(store));
        peer->judgement = owner(connection)->judge(peer->chain, peer->host);
        const auto verdict = peer->judgement.verdict;
        X509_STORE_CTX_set_error(store, x509_error_of(verdict));
        if (verdict == Verdict::Good) return 1;
        peer->trace.judged_wrong =
            TlsProblem{failure_of(verdict), TlsContext::words_of(peer->judgement)};
        return 0;
    }

    static void hear(int sent, int, int type, const void* bytes, std::size_t size, SSL* connection,
                     void*) {
        auto* peer = peer_of(connection);
        if (peer == nullptr || size == 0) return;
        const std::string_view text(static_cast<const char*>(bytes), size);
        auto& trace = peer->trace;
        if (sent != 0) {
            if (type == SSL3_RT_HANDSHAKE) note_sent(trace, text);
            return;
        }
        if (type == SSL3_RT_HEADER && trace.first_bytes.empty())
            trace.first_bytes = text.substr(0, record_header_bytes);
        if (type == SSL3_RT_HANDSHAKE) note_message(trace, static_cast<std::uint8_t>(text[0]));
        if (type == SSL3_RT_ALERT && size == 2 && text[0] == SSL3_AL_FATAL)
            trace.alert = static_cast<std::uint8_t>(text[1]);
    }

    // Keeps a copy: OpenSSL spoils the session of a connection that ended without a good-bye.
    static int keep(SSL* connection, SSL_SESSION* session) {
        auto* self = owner(connection);
        const auto* peer = peer_of(connection);
        std::unique_ptr<SSL_SESSION, Freed> copy(SSL_SESSION_dup(session));
        if (peer == nullptr || !copy || SSL_SESSION_is_resumable(copy.get()) == 0) return 0;
        self->kept_ = Kept{peer->host, peer->port, std::move(copy), peer->chain,
                           peer->trace.own_certificate_known ? peer->own : ""};
        return 0;
    }
};

std::string TlsContext::words_of(const Judgement& judgement) {
    return "certificate refused, " + std::string(shared::name_of(judgement.verdict)) + ": " +
           judgement.why.substr(0, max_words_bytes);
}

TlsContext::TlsContext() {
    // It comes before anything that would load openssl.cnf; the files of x509 do the same.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    context_.reset(SSL_CTX_new(TLS_client_method()));
    auto* context = context_.get();
    if (context == nullptr) throw std::runtime_error("OpenSSL can't make a TLS context");
    SSL_CTX_set_security_level(context, security_level);
    SSL_CTX_clear_options(context, SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3 |
                                       SSL_OP_LEGACY_SERVER_CONNECT |
                                       SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    const bool set = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                     SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                     SSL_CTX_set_ciphersuites(context, joined(suites_1_3).c_str()) == 1 &&
                     SSL_CTX_set_cipher_list(context, joined(suites_1_2).c_str()) == 1 &&
                     SSL_CTX_set1_groups_list(context, groups) == 1 &&
                     SSL_CTX_set1_sigalgs_list(context, signatures) == 1 &&
                     SSL_CTX_set_ex_data(context, context_index(), this) == 1;
    if (!set) throw std::runtime_error("OpenSSL refuses the settings of TLS");
    SSL_CTX_set_max_cert_list(context, max_certificate_list_bytes);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, Callbacks::judge, nullptr);
    SSL_CTX_set_msg_callback(context, Callbacks::hear);
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, Callbacks::keep);
}

TlsContext::~TlsContext() { SSL_CTX_set_ex_data(context_.get(), context_index(), nullptr); }

void TlsContext::trust(Trust trust) {
    if (trust.anchors != trust_.anchors) kept_.reset();
    trust_ = std::move(trust);
}

Judgement TlsContext::judge(const std::vector<Certificate>& chain, std::string_view host) const {
    if (chain.empty()) {
        Judgement none;
        none.verdict = Verdict::Malformed;
        none.why = "it can't be read";
        return none;
    }
    return ocpp::security::verify(chain.front(), std::span(chain).subspan(1), trust_.anchors,
                                  judged_at(trust_.time, std::chrono::system_clock::now()),
                                  ocpp::security::Usage::Server, host);
}

void TlsContext::present(OwnCertificate own) {
    own_.reset();
    obstacle_.clear();
    if (!own) {
        obstacle_ = own.error();
    } else if (*own) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> trial(SSL_new(native()), SSL_free);
        if (const auto why = use(trial.get(), **own); why.empty())
            own_ = **std::move(own);
        else
            obstacle_ = "our own certificate can't be used: " + why;
    }
}

void TlsContext::prepare(SSL* connection, const Url& url, TlsPeer& peer) {
    peer = TlsPeer{url.host, url.port, {}, {}, {}, {}};
    if (own_) {
        use(connection, *own_);
        peer.own = own_->chain.front().fingerprint();
        peer.trace.own_certificate = true;
    }
    SSL_set_ex_data(connection, peer_index(), &peer);
    if (!ocpp::security::is_ip_address(url.host))
        SSL_set_tlsext_host_name(connection, url.host.c_str());
    if (!offer_session(connection, url, peer)) kept_.reset();
}

bool TlsContext::offer_session(SSL* connection, const Url& url, TlsPeer& peer) {
    if (!kept_ || kept_->host != url.host || kept_->port != url.port || kept_->own != peer.own)
        return false;
    const auto judgement = judge(kept_->chain, url.host);
    if (judgement.verdict != Verdict::Good) return false;
    // A copy, as in keep().
    const std::unique_ptr<SSL_SESSION, Freed> copy(SSL_SESSION_dup(kept_->session.get()));
    if (!copy || SSL_set_session(connection, copy.get()) != 1) return false;
    peer.chain = kept_->chain;
    peer.judgement = judgement;
    peer.trace.own_certificate_known = !kept_->own.empty();
    // RFC 8446 C.4 advises against using a ticket twice, so that nobody can follow a client from
    // one connection to the next. A charge point stands still, and some servers give but one.
    return true;
}

TlsReport TlsContext::report(SSL* connection, const TlsPeer& peer) {
    TlsReport report;
    report.version = SSL_get_version(connection);
    if (const auto* cipher = SSL_get_current_cipher(connection))
        report.cipher = SSL_CIPHER_standard_name(cipher);
    report.resumed = SSL_session_reused(connection) == 1;
    if (peer.chain.empty()) return report;
    const auto& facts = peer.chain.front().facts();
    report.subject = facts.subject.substr(0, max_words_bytes);
    report.issuer = facts.issuer.substr(0, max_words_bytes);
    report.ends = facts.not_after;
    return report;
}

}  // namespace charge_daemon
