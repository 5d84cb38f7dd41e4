// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about the Wi-Fi network. Their values are those that were written last, until a network that
// was not proven is given up; ConnectedWifiSSID says what is in use.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<Text> connected_wifi_ssid{"ConnectedWifiSSID", Text{""}, Access::ReadOnly, 0, 32,
    "the Wi-Fi network that is connected now, whoever has set it; empty without one",
    {.any_character = true}};

inline constexpr Key<bool> wifi_hidden{"WiFiHidden", false, Access::ReadWrite, 0, 0,
    "the network WiFiSSID does not tell its name; read-only as WiFiSSID",
    {.read_only_when = without_wifi}};

inline constexpr Key<Text> wifi_password{"WiFiPassword", Text{""}, Access::ReadWrite, 0, 64,
    "password of the network WiFiSSID: 8 to 63 bytes, 64 hexadecimal digits, or nothing for an open network; read-only as WiFiSSID",
    {.check = check_wifi_password, .secret = true, .read_only_when = without_wifi}};

inline constexpr Key<Text> wifi_ssid{"WiFiSSID", Text{""}, Access::ReadWrite, 0, 32,
    "the Wi-Fi network to connect to; what is written to the three keys within ten seconds is tried together, and a candidate until the central system was reached; read-only without a NetworkManager that has a Wi-Fi device",
    {.read_only_when = without_wifi, .any_character = true}};
// clang-format on

// Every key of this file.
inline constexpr std::array all_wifi{
    row(connected_wifi_ssid),
    row(wifi_hidden),
    row(wifi_password),
    row(wifi_ssid),
};

}  // namespace ocpp::keys
