// SPDX-License-Identifier: Apache-2.0
#pragma once
// Streams over TCP that nobody has encrypted: ws:// (security profiles 0 and 1).

#include "daemon/host/event_loop.hpp"
#include "daemon/link/stream.hpp"

namespace charge_daemon {

StreamMaker plain_streams(EventLoop& loop, std::shared_ptr<Lookups> lookups);

}  // namespace charge_daemon
