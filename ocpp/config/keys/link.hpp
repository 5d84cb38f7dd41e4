// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about the connection to the central system, and how calls are repeated.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<Text> charge_point_id{"ChargePointID", Text{"CP0001"}, Access::ReadWrite, 1, 48,
    "the identity in the URL and the user of Basic authentication; a new one connects anew",
    {.check = check_identity, .outlives_factory_reset = true, .changed = Changed::ChargePointID}};

inline constexpr Key<seconds> hi_superv{"HISuperv", seconds{3600}, Access::ReadWrite, 0, 7 * a_day,
    "s without a word of the central system before network and link begin anew, then everything; 0 = never"};

inline constexpr Key<seconds> hi_superv_charge{"HISupervCharge", seconds{86'400}, Access::ReadWrite, 0, 7 * a_day,
    "s, as HISuperv, while a transaction goes on"};

inline constexpr Key<seconds> heartbeat_interval{"HeartbeatInterval", seconds{300}, Access::ReadWrite, 1, a_day,
    "s, between heartbeats; BootNotification.conf sets it",
    {.changed = Changed::HeartbeatInterval}};

inline constexpr Key<seconds> message_timeout{"MessageTimeout", seconds{30}, Access::ReadWrite, 1, 600,
    "s, how long a call waits for its answer"};

inline constexpr Key<seconds> retry_back_off_random_range{"RetryBackOffRandomRange", seconds{10}, Access::ReadWrite, 0, 3600,
    "s, most that chance adds to a wait before connecting again"};

inline constexpr Key<int> retry_back_off_repeat_times{"RetryBackOffRepeatTimes", 5, Access::ReadWrite, 0, 10,
    "how often the wait before connecting again doubles"};

inline constexpr Key<seconds> retry_back_off_wait_minimum{"RetryBackOffWaitMinimum", seconds{30}, Access::ReadWrite, 1, 3600,
    "s, first wait before connecting again"};

inline constexpr Key<int> transaction_message_attempts{"TransactionMessageAttempts", 3, Access::ReadWrite, 1, 100,
    "how often a transaction message is sent before it is given up"};

inline constexpr Key<seconds> transaction_message_retry_interval{"TransactionMessageRetryInterval", seconds{60}, Access::ReadWrite, 0, a_day,
    "s, before a transaction message is sent again, times the attempts made"};

inline constexpr Key<seconds> web_socket_ping_interval{"WebSocketPingInterval", seconds{30}, Access::ReadWrite, 0, a_day,
    "s, between WebSocket pings; 0 = none"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_link{
    row(charge_point_id),
    row(hi_superv),
    row(hi_superv_charge),
    row(heartbeat_interval),
    row(message_timeout),
    row(retry_back_off_random_range),
    row(retry_back_off_repeat_times),
    row(retry_back_off_wait_minimum),
    row(transaction_message_attempts),
    row(transaction_message_retry_interval),
    row(web_socket_ping_interval),
};

}  // namespace ocpp::keys
