// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/tls_words.hpp"

#include "daemon/link/tls_rules.hpp"

#include <openssl/sslerr.h>

#include <algorithm>

namespace charge_daemon {
namespace {

// RFC 8446 6.
enum Alert : std::uint8_t {
    handshake_failure = 40,
    bad_certificate = 42,
    unknown_ca = 48,
    access_denied = 49,
    protocol_version = 70,
    insufficient_security = 71,
    inappropriate_fallback = 86,
    unrecognized_name = 112,
    certificate_required = 116
};

bool about_our_certificate(std::uint8_t alert) {
    return alert == handshake_failure || alert == access_denied || alert == certificate_required ||
           (alert >= bad_certificate && alert <= unknown_ca);
}

std::string progress(const TlsTrace& trace) {
    if (trace.finished) return "after the TLS handshake";
    if (trace.certificate) return "in the TLS handshake, after its certificate";
    if (trace.server_hello) return "in the TLS handshake, after its ServerHello";
    if (!trace.first_bytes.empty())
        return "in the TLS handshake, in the middle of its first answer";
    return "in the TLS handshake, before its first answer";
}

TlsProblem client_certificate_demanded() {
    return {TlsFailure::ClientCertificateDemanded,
            "it demands a client certificate, and there is none"};
}

TlsProblem old_version() {
    return {TlsFailure::OldVersion, "it offers neither TLS 1.2 nor TLS 1.3"};
}

TlsProblem no_common_cipher() {
    return {TlsFailure::NoCommonCipher, "it has no cipher suite in common with this charge point"};
}

TlsProblem of_alert(const TlsTrace& trace, std::uint8_t alert) {
    if (alert == certificate_required ||
        (trace.certificate_demanded && about_our_certificate(alert)))
        return client_certificate_demanded();
    if (alert == protocol_version || alert == inappropriate_fallback) return old_version();
    const bool early = !trace.server_hello;
    if (alert == insufficient_security || (alert == handshake_failure && early))
        return no_common_cipher();
    if (alert == unrecognized_name)
        return {TlsFailure::Refused, "it does not know itself by this name (TLS alert 112)"};
    return {TlsFailure::Refused, "it ended the TLS handshake with alert " + std::to_string(alert)};
}

std::optional<TlsProblem> of_reason(int reason) {
    switch (reason) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_WRONG_SSL_VERSION: return old_version();
        case SSL_R_NO_CIPHER_MATCH:
        case SSL_R_NO_SUITABLE_KEY_SHARE:
        case SSL_R_UNKNOWN_CIPHER_RETURNED:
        case SSL_R_WRONG_CIPHER_RETURNED:
        case SSL_R_WRONG_CURVE:
        case SSL_R_WRONG_SIGNATURE_TYPE: return no_common_cipher();
        case SSL_R_DH_KEY_TOO_SMALL:
        case SSL_R_EE_KEY_TOO_SMALL: return TlsProblem{TlsFailure::WeakKey, "its key is too weak"};
        case SSL_R_EXCESSIVE_MESSAGE_SIZE:
            return TlsProblem{TlsFailure::LongChain,
                              "it sends certificates of more than " +
                                  std::to_string(max_certificate_list_bytes) + " bytes"};
        default: return std::nullopt;
    }
}

}  // namespace

ocpp::core::DialProblem dial_problem(TlsFailure failure) {
    using ocpp::core::DialProblem;
    switch (failure) {
        case TlsFailure::Expired: return DialProblem::CertificateExpired;
        case TlsFailure::NotYetValid: return DialProblem::CertificateNotYetValid;
        case TlsFailure::WrongName: return DialProblem::CertificateWrongName;
        case TlsFailure::UnknownIssuer: return DialProblem::CertificateUnknownIssuer;
        case TlsFailure::WrongUsage:
        case TlsFailure::WeakKey:
        case TlsFailure::BadCertificate:
        case TlsFailure::LongChain: return DialProblem::CertificateOther;
        case TlsFailure::OldVersion: return DialProblem::TlsVersion;
        case TlsFailure::NoCommonCipher: return DialProblem::TlsCipherSuite;
        case TlsFailure::Stalled: return DialProblem::Stalled;
        case TlsFailure::NotTls:
        case TlsFailure::ClientCertificateDemanded:
        case TlsFailure::Cut:
        case TlsFailure::Refused: break;
    }
    return DialProblem::TlsOther;
}

bool refused_afterwards(const TlsTrace& trace) {
    return trace.alert.has_value() || trace.certificate_demanded;
}

TlsProblem problem_of(const TlsTrace& trace, const TlsEnd& end) {
    if (trace.judged_wrong) return *trace.judged_wrong;
    if (trace.alert) return of_alert(trace, *trace.alert);
    if (end.how == TlsEnd::How::TimedOut)
        return {TlsFailure::Stalled, "it fell silent " + progress(trace)};
    if (end.how == TlsEnd::How::Closed) {
        if (trace.certificate_demanded) return client_certificate_demanded();
        return {TlsFailure::Cut, "it closed the connection " + progress(trace)};
    }
    if (auto known = of_reason(end.reason)) return *std::move(known);
    if (!trace.server_hello && trace.first_bytes.starts_with("HTTP"))
        return {TlsFailure::NotTls, "it speaks plain HTTP and not TLS: is the port right?"};
    if (!trace.server_hello && !trace.first_bytes.empty())
        return {TlsFailure::NotTls, "it does not speak TLS: is the port right?"};
    return {TlsFailure::Refused, "TLS handshake: " + end.text};
}

}  // namespace charge_daemon
