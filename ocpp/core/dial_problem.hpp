// SPDX-License-Identifier: Apache-2.0
#pragma once
// Causes that keep the link from opening a connection to the central system, as the edge found
// them.

#include <array>
#include <cstdint>
#include <string>

namespace ocpp::core {

enum class DialProblem : std::uint8_t {
    Unreachable,   // no name, no route, nobody listens
    Declined,      // anything but a WebSocket with ocpp1.6, and 401
    Unauthorized,  // HTTP 401
    CertificateExpired,
    CertificateNotYetValid,
    CertificateWrongName,
    CertificateUnknownIssuer,
    CertificateOther,    // for example of the wrong usage, or too weak
    CertificateRefused,  // ours, by the central system
    TlsVersion,          // no version of TLS in common
    TlsCipherSuite,      // no cipher suite in common
    TlsOther,
    Stalled  // connected, and then nothing came in time
};
constexpr auto names(DialProblem) {
    return std::array{"Unreachable",
                      "Declined",
                      "Unauthorized",
                      "CertificateExpired",
                      "CertificateNotYetValid",
                      "CertificateWrongName",
                      "CertificateUnknownIssuer",
                      "CertificateOther",
                      "CertificateRefused",
                      "TlsVersion",
                      "TlsCipherSuite",
                      "TlsOther",
                      "Stalled"};
}

// An event: an attempt to connect has failed before Connected.
struct DialFailed {
    DialProblem problem{};
    std::string reason;  // for people
};

}  // namespace ocpp::core
