// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads and writes messages of NetworkManager, as far as the Wi-Fi is concerned. A message in which
// something is missing, or of another type, is read without it.

#include "daemon/network/bus.hpp"
#include "daemon/network/facts.hpp"
#include "daemon/network/wifi_plan.hpp"

#include <map>
#include <string>

namespace charge_daemon {

// More of a kind are left out.
inline constexpr std::size_t max_network_objects = 256;

// The answer to GetManagedObjects.
NetworkObjects read_objects(const BusLibrary& bus, sd_bus_message* answer);
// The answer to GetSettings of a profile.
KeptProfile read_profile(const BusLibrary& bus, sd_bus_message* answer, std::string path);
// The answer to GetPermissions: by name, "yes", "no" or "auth".
std::map<std::string, std::string> read_permissions(const BusLibrary& bus, sd_bus_message* answer);
// Appends a profile as an argument of AddConnection and Update.
void append_profile(const BusLibrary& bus, sd_bus_message* call,
                    const ocpp::core::WifiProfile& profile, bool by_itself);

}  // namespace charge_daemon
