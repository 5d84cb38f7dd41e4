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
    unsupported_certificate = 43,
    certificate_revoked = 44,
    certificate_expired = 45,
    certificate_unknown = 46,
    unknown_ca = 48,
    access_denied = 49,
    decrypt_error = 51,
    protocol_version = 70,
    insufficient_security = 71,
    inappropriate_fallback = 86,
    unrecognized_name = 112,
    certificate_required = 116
};

// The words of an alert that can be about our certificate; "" for any other.
std::string_view about_our_certificate(std::uint8_t alert) {
    switch (alert) {
        case handshake_failure: return "handshake failure";
        case bad_certificate: return "bad certificate";
        case unsupported_certificate: return "unsupported certificate";
        case certificate_revoked: return "certificate revoked";
        case certificate_expired: return "certificate expired";
        case certificate_unknown: return "certificate unknown";
        case unknown_ca: return "unknown authority";
        case access_denied: return "access denied";
        case decrypt_error: return "wrong signature";
        case certificate_required: return "certificate required";
        default: return {};
    }
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

TlsProblem our_certificate_refused(std::uint8_t alert) {
    return {TlsFailure::ClientCertificateRefused, "the central system refused our certificate: " +
                                                      std::string(about_our_certificate(alert)) +
                                                      " (TLS alert " + std::to_string(alert) + ')'};
}

// It asked, and no kind of signature that it takes can be made with our key.
TlsProblem our_key_not_taken() {
    return {TlsFailure::ClientCertificateRefused,
            "the central system takes no certificate with a key of our kind"};
}

// An alert, or the end, of a server that has asked for our certificate.
TlsProblem of_demand(const TlsTrace& trace, std::uint8_t alert) {
    if (!trace.own_certificate) return client_certificate_demanded();
    return trace.own_certificate_known ? our_certificate_refused(alert) : our_key_not_taken();
}

TlsProblem old_version() {
    return {TlsFailure::OldVersion, "it offers neither TLS 1.2 nor TLS 1.3"};
}

TlsProblem no_common_cipher() {
    return {TlsFailure::NoCommonCipher, "it has no cipher suite in common with this charge point"};
}

TlsProblem of_alert(const TlsTrace& trace, std::uint8_t alert) {
    // In a session that goes on nobody asks, and the certificate may have ended meanwhile.
    const bool asked =
        trace.certificate_demanded || (trace.own_certificate_known && trace.server_hello);
    if (alert == certificate_required || (asked && !about_our_certificate(alert).empty()))
        return of_demand(trace, alert);
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
        case TlsFailure::ClientCertificateRefused: return DialProblem::CertificateRefused;
        case TlsFailure::OldVersion: return DialProblem::TlsVersion;
        case TlsFailure::NoCommonCipher: return DialProblem::TlsCipherSuite;
        case TlsFailure::Stalled: return DialProblem::Stalled;
        case TlsFailure::NotTls:
        case TlsFailure::ClientCertificateDemanded:
        case TlsFailure::ClientCertificateNotAsked:
        case TlsFailure::Cut:
        case TlsFailure::Refused: break;
    }
    return DialProblem::TlsOther;
}

std::optional<TlsProblem> lacking(const TlsTrace& trace) {
    if (!trace.own_certificate || trace.own_certificate_known) return std::nullopt;
    if (trace.certificate_demanded) return our_key_not_taken();
    return TlsProblem{TlsFailure::ClientCertificateNotAsked,
                      "it does not ask for our certificate, as security profile 3 demands"};
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
        const bool asked = trace.certificate_demanded;
        if (asked && !trace.own_certificate) return client_certificate_demanded();
        return {TlsFailure::Cut, "it closed the connection " + progress(trace) +
                                     (asked ? ": has it refused our certificate?" : "")};
    }
    if (auto known = of_reason(end.reason)) return *std::move(known);
    if (!trace.server_hello && trace.first_bytes.starts_with("HTTP"))
        return {TlsFailure::NotTls, "it speaks plain HTTP and not TLS: is the port right?"};
    if (!trace.server_hello && !trace.first_bytes.empty())
        return {TlsFailure::NotTls, "it does not speak TLS: is the port right?"};
    return {TlsFailure::Refused, "TLS handshake: " + end.text};
}

}  // namespace charge_daemon
