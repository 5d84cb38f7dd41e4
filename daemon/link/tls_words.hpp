// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names the ways in which a TLS handshake fails, and says them in words for people. Pure.

#include "ocpp/core/dial_problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace charge_daemon {

enum class TlsFailure : std::uint8_t {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    WrongUsage,
    WeakKey,
    BadCertificate,             // can't be read, or breaks a rule of RFC 5280
    LongChain,                  // longer than we read
    OldVersion,                 // no version in common
    NoCommonCipher,             // no cipher suite, group or signature in common
    NotTls,                     // plain HTTP, or anything else
    Stalled,                    // nothing came in time
    ClientCertificateDemanded,  // and we have none
    ClientCertificateRefused,
    ClientCertificateNotAsked,  // in profile 3
    Cut,                        // closed by the other end without a word
    Refused                     // everything else
};

struct TlsProblem {
    TlsFailure failure{};
    std::string words;  // without the host
};

// Facts of one handshake, as the messages that came tell them.
struct TlsTrace {
    std::string first_bytes;  // of the other end, at most 5
    bool server_hello = false;
    bool certificate = false;
    bool certificate_demanded = false;
    bool own_certificate = false;        // ours is ready to be presented
    bool own_certificate_known = false;  // it was, now or when the resumed session began
    bool finished = false;
    std::optional<std::uint8_t> alert;       // the fatal one that was received, RFC 8446 6
    std::optional<TlsProblem> judged_wrong;  // the verdict on the certificate
};

// How it ended at our end.
struct TlsEnd {
    enum class How : std::uint8_t { TimedOut, Closed, Error };
    How how = How::Error;
    int reason = 0;      // of OpenSSL, see openssl/sslerr.h
    std::string text{};  // of the library, for what has no words here
};

// Finds the cause of a handshake, or of a first request after it, that failed.
TlsProblem problem_of(const TlsTrace& trace, const TlsEnd& end);

// Finds what a finished handshake lacks: in security profile 3 a central system that does not want
// to know who calls has not accepted this profile, and nothing is said to it (A00.FR.001).
std::optional<TlsProblem> lacking(const TlsTrace& trace);

ocpp::core::DialProblem dial_problem(TlsFailure failure);

// True when the end of a connection whose handshake was done is about TLS and not about what was
// said on it: TLS 1.3 refuses a client after its handshake.
bool refused_afterwards(const TlsTrace& trace);

}  // namespace charge_daemon
