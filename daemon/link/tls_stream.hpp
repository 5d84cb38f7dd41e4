// SPDX-License-Identifier: Apache-2.0
#pragma once
// Streams over TLS: wss://, whatever the security profile.

#include "daemon/host/event_loop.hpp"
#include "daemon/link/stream.hpp"
#include "daemon/link/tls_context.hpp"

#include <memory>

namespace charge_daemon {

StreamMaker tls_streams(EventLoop& loop, std::shared_ptr<Lookups> lookups,
                        std::shared_ptr<TlsContext> context);

}  // namespace charge_daemon
