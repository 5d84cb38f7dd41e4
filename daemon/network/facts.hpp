// SPDX-License-Identifier: Apache-2.0
#pragma once
// NetworkManager's objects, as far as they are of interest, and what follows from them; pure.

#include "daemon/network/wifi_plan.hpp"
#include "hal-service/shared/json.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace charge_daemon {

struct NetworkDevice {
    std::string path;
    std::string name;
    std::uint32_t type = 0;    // NMDeviceType
    std::uint32_t state = 0;   // NMDeviceState
    std::string access_point;  // the one in use
    std::string active;        // the connection
};
struct AccessPoint {
    std::string path;
    std::string ssid;  // bytes
    int strength = 0;  // percent
};
struct ActiveConnection {
    std::string path;
    std::string uuid;
    std::uint32_t state = 0;      // NMActiveConnectionState
    std::string specific_object;  // of a Wi-Fi: the access point it was asked for
};
struct NetworkObjects {
    std::vector<NetworkDevice> devices;
    std::vector<AccessPoint> access_points;
    std::vector<ActiveConnection> active;
};

// The Wi-Fi device that is used: the first that can be, else the first; null without one.
const NetworkDevice* radio_of(const NetworkObjects& all);
// Why no network can be set on the device; "" = one can.
std::string problem_of(const NetworkDevice* radio);
// Fills in what the objects say: connected, connecting, idle.
void observe(const NetworkObjects& all, WifiSituation& situation);
// The network that the device is connected with; "" = none, or nothing tells its name. Of our own
// profiles `wish` tells it.
std::string ssid_of(const NetworkObjects& all, const NetworkDevice& device,
                    const ocpp::core::WifiWish& wish);
// As NetworkManager::interfaces() has them.
shared::Json interfaces_of(const NetworkObjects& all, const ocpp::core::WifiWish& wish);

}  // namespace charge_daemon
