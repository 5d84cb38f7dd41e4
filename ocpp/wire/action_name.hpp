// SPDX-License-Identifier: Apache-2.0
#pragma once
// The action of a request that a charge point sends, for those who need not know the others.

#include <string_view>

namespace ocpp::wire {

// "Heartbeat" for HeartbeatRequest, as catalogue.hpp has it.
template <class Request>
std::string_view action_name();

}  // namespace ocpp::wire
