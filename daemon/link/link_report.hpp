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

struct LinkReport {
    std::string state = "waiting";  // "connected", "connecting", "waiting", "held"
    std::string problem;            // why the last attempt or connection ended
    std::optional<std::chrono::milliseconds> next_attempt;  // from now
    std::optional<std::chrono::seconds> connected_for;
    TcpPath path;
    int reconnects = 0;                  // since the start of the program
    std::optional<int> last_close_code;  // RFC 6455 7.4; 1006 without a close frame
};

}  // namespace charge_daemon
