// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state of the link to the central system, as people and networkStatus are told about it.

#include <chrono>
#include <optional>
#include <string>

namespace charge_daemon {

struct TcpPath {
    std::string address;                                  // at this end; "" = not known
    std::optional<std::chrono::microseconds> round_trip;  // measured by the kernel
};

struct TlsReport {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // IANA's name
    std::string subject;  // of the central system's certificate
    std::string issuer;
    std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds> ends;
    bool resumed = false;  // the session of an earlier connection goes on
};

struct LinkReport {
    std::string state = "waiting";  // "connected", "connecting", "waiting", "held"
    std::string problem;            // why the last attempt or connection ended
    std::optional<std::chrono::milliseconds> next_attempt;  // from now
    std::optional<std::chrono::seconds> connected_for;
    TcpPath path;
    std::optional<TlsReport> tls;        // only while connected over TLS
    int reconnects = 0;                  // since the start of the program
    std::optional<int> last_close_code;  // RFC 6455 7.4; 1006 without a close frame
};

}  // namespace charge_daemon
