// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says how long the link to the central system waits for each thing.

#include <chrono>

namespace charge_daemon {

struct LinkTimes {
    std::chrono::milliseconds connect{10'000};    // for the name, and for each address it has
    std::chrono::milliseconds handshake{30'000};  // for the answer to the first request
    std::chrono::milliseconds pong{10'000};       // but never longer than the ping interval
    std::chrono::milliseconds close{2'000};       // for what is still queued and the close frames
    // A connection that ended sooner was refused in effect: the next attempt takes a breather.
    std::chrono::milliseconds settled{30'000};
    std::chrono::milliseconds breather{1'000};
};

}  // namespace charge_daemon
