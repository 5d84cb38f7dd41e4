// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about who may charge: authorization, local list, reservations, free charging.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<bool> allow_offline_tx_for_unknown_id{"AllowOfflineTxForUnknownId", false, Access::ReadWrite, 0, 0,
    "without a connection, a tag that nothing is known about may charge; only with LocalAuthorizeOffline true"};

inline constexpr Key<bool> authorization_cache_enabled{"AuthorizationCacheEnabled", true, Access::ReadWrite, 0, 0,
    "what the central system says about a tag is remembered; false forgets it all",
    {.changed = Changed::AuthorizationCacheEnabled}};

inline constexpr Key<bool> authorize_remote_tx_requests{"AuthorizeRemoteTxRequests", false, Access::ReadWrite, 0, 0,
    "RemoteStartTransaction asks the central system first, as a tag shown here does"};

inline constexpr Key<seconds> connection_time_out{"ConnectionTimeOut", seconds{60}, Access::ReadWrite, 1, a_day,
    "s, how long an authorization waits for the vehicle to be plugged in"};

inline constexpr Key<Each> free_charging{"FreeCharging", Each::Switch, Access::ReadWrite, 0, 0,
    "whoever plugs in charges, with RfidTagFreeCharging as idTag; 0 means every connector"};

inline constexpr Key<bool> local_auth_list_enabled{"LocalAuthListEnabled", true, Access::ReadWrite, 0, 0,
    "the local authorization list counts, before the cache; false keeps it and does not look into it"};

inline constexpr Key<int> local_auth_list_max_length{"LocalAuthListMaxLength", 1000, Access::ReadOnly, 1, 1000,
    "most tags of the local authorization list"};

inline constexpr Key<bool> local_authorize_offline{"LocalAuthorizeOffline", true, Access::ReadWrite, 0, 0,
    "without a connection, locally known tags may charge"};

inline constexpr Key<bool> local_pre_authorize{"LocalPreAuthorize", false, Access::ReadWrite, 0, 0,
    "locally known tags start without waiting for the central system"};

inline constexpr Key<int> max_energy_on_invalid_id{"MaxEnergyOnInvalidId", 0, Access::ReadWrite, 0, 1'000'000,
    "Wh that a tag may still charge after it was refused in StartTransaction.conf", {.unit = "Wh"}};

inline constexpr Key<bool> reservation_enabled{"ReservationEnabled", true, Access::ReadWrite, 0, 0,
    "ReserveNow is not Rejected"};

inline constexpr Key<bool> reserve_connector_zero_supported{"ReserveConnectorZeroSupported", true, Access::ReadOnly, 0, 0,
    "a reservation may be of any connector instead of one"};

inline constexpr Key<Text> rfid_tag_free_charging{"RfidTagFreeCharging", Text{"00000000000000"}, Access::ReadWrite, 1, 20,
    "the idTag of FreeCharging"};

inline constexpr Key<int> send_local_list_max_length{"SendLocalListMaxLength", 500, Access::ReadOnly, 1, 1000,
    "most tags in one SendLocalList"};

inline constexpr Key<bool> stop_transaction_on_ev_side_disconnect{"StopTransactionOnEVSideDisconnect", true, Access::ReadWrite, 0, 0,
    "a vehicle that leaves ends its transaction; a household plug that is pulled always does"};

inline constexpr Key<bool> stop_transaction_on_invalid_id{"StopTransactionOnInvalidId", true, Access::ReadWrite, 0, 0,
    "a tag refused in StartTransaction.conf ends the transaction; otherwise it is only suspended"};

inline constexpr Key<bool> unlock_connector_on_ev_side_disconnect{"UnlockConnectorOnEVSideDisconnect", true, Access::ReadWrite, 0, 0,
    "a vehicle that leaves unlocks its cable; without a socket it is read-only and false",
    {.read_only_when = without_socket}};
// clang-format on

// Every key of this file.
inline constexpr std::array all_drivers{
    row(allow_offline_tx_for_unknown_id),
    row(authorization_cache_enabled),
    row(authorize_remote_tx_requests),
    row(connection_time_out),
    row(free_charging),
    row(local_auth_list_enabled),
    row(local_auth_list_max_length),
    row(local_authorize_offline),
    row(local_pre_authorize),
    row(max_energy_on_invalid_id),
    row(reservation_enabled),
    row(reserve_connector_zero_supported),
    row(rfid_tag_free_charging),
    row(send_local_list_max_length),
    row(stop_transaction_on_ev_side_disconnect),
    row(stop_transaction_on_invalid_id),
    row(unlock_connector_on_ev_side_disconnect),
};

}  // namespace ocpp::keys
