// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the state of the machine's network from the kernel, for DataTransfer networkStatus and for
// chargepointctl.

#include "hal-service/shared/json.hpp"

#include <string>

namespace charge_daemon {

struct NetworkFiles {
    std::string sys_class_net = "/sys/class/net";
    std::string routes = "/proc/net/route";
    std::string wireless = "/proc/net/wireless";
    std::string resolver = "/etc/resolv.conf";
};

// Returns "ethernet", "wifi" or "lte".
std::string kind_of(const NetworkFiles& files, const std::string& interface);
// Finds the IPv4 gateway of an interface in the kernel's table of routes; "" = none.
std::string gateway_of(const std::string& routes, const std::string& interface);
// Lists the addresses of the name servers.
shared::Json name_servers(const std::string& resolver_configuration);
// Returns dBm, or null when the interface has no radio.
shared::Json signal_of(const std::string& wireless, const std::string& interface);

// A signal in percent, and in dBm, as NetworkManager converts one to the other.
int percent_of(int dbm);
int dbm_of(int percent);

// In both, `managed` is what NetworkManager says: NetworkManager::interfaces(). It knows networks
// of which the kernel tells nothing to this process.

// Describes the interface that has `address`, or else the one with the default route: interface,
// link, ip4, gateway, dns, mac, and of a radio ssid, rssi (dBm) and channel. Unknown values are
// null.
shared::Json network_status(const std::string& address, const shared::Json& managed,
                            const NetworkFiles& files = {});

// Lists every interface but the loopback: name, kind, up, addresses, and of a radio ssid and signal
// (percent). Unknown values are null.
shared::Json network_interfaces(const shared::Json& managed, const NetworkFiles& files = {});

}  // namespace charge_daemon
