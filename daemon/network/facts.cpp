// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/facts.hpp"

#include <algorithm>

namespace charge_daemon {
namespace {

using ocpp::core::WifiWish;
using shared::Json;

// NMDeviceType, NMDeviceState, NMActiveConnectionState
constexpr std::uint32_t type_ethernet = 1;
constexpr std::uint32_t type_wifi = 2;
constexpr std::uint32_t device_unmanaged = 10;
constexpr std::uint32_t device_unavailable = 20;
constexpr std::uint32_t device_disconnected = 30;
constexpr std::uint32_t device_activated = 100;
constexpr std::uint32_t connection_activating = 1;
constexpr std::uint32_t connection_activated = 2;

const ActiveConnection* active_on(const NetworkObjects& all, const NetworkDevice& device) {
    for (const auto& active : all.active)
        if (active.state == connection_activated && active.path == device.active) return &active;
    return nullptr;
}

// Our profile of the connection, as it is wished; null = it is another's.
const ocpp::core::WifiProfile* profile_of(const ActiveConnection& active, const WifiWish& wish) {
    for (const auto* profile : {&wish.proven, &wish.candidate})
        if (*profile && (*profile)->slot == slot_of(active.uuid)) return &**profile;
    return nullptr;
}

const AccessPoint* access_point_of(const NetworkObjects& all, const NetworkDevice& device,
                                   const WifiWish& wish) {
    const auto* active = active_on(all, device);
    if (active == nullptr) return nullptr;
    for (const auto* path : {&device.access_point, &active->specific_object})
        for (const auto& point : all.access_points)
            if (point.path == *path) return &point;
    // The strongest of those with the name of our profile.
    const AccessPoint* best = nullptr;
    if (const auto* profile = profile_of(*active, wish))
        for (const auto& point : all.access_points)
            if (point.ssid == profile->ssid && (best == nullptr || point.strength > best->strength))
                best = &point;
    return best;
}

}  // namespace

const NetworkDevice* radio_of(const NetworkObjects& all) {
    const NetworkDevice* first = nullptr;
    for (const auto& device : all.devices) {
        if (device.type != type_wifi) continue;
        if (device.state > device_unavailable) return &device;
        if (first == nullptr) first = &device;
    }
    return first;
}

std::string problem_of(const NetworkDevice* radio) {
    if (radio == nullptr) return "NetworkManager has no Wi-Fi device";
    if (radio->state <= device_unmanaged) return "NetworkManager does not manage " + radio->name;
    if (radio->state <= device_unavailable)
        return "the Wi-Fi device " + radio->name + " is not available";
    return {};
}

void observe(const NetworkObjects& all, WifiSituation& situation) {
    situation.connected = situation.connecting = 0;
    situation.idle = false;
    for (const auto& active : all.active)
        if (active.state == connection_activating && slot_of(active.uuid) != 0)
            situation.connecting = slot_of(active.uuid);
    const auto* radio = radio_of(all);
    if (radio == nullptr) return;
    if (const auto* active = active_on(all, *radio)) situation.connected = slot_of(active->uuid);
    situation.idle = radio->state == device_disconnected && situation.connected == 0 &&
                     situation.connecting == 0;
}

std::string ssid_of(const NetworkObjects& all, const NetworkDevice& device, const WifiWish& wish) {
    const auto* active = active_on(all, device);
    if (active == nullptr) return {};
    if (const auto* profile = profile_of(*active, wish)) return profile->ssid;
    const auto* point = access_point_of(all, device, wish);
    return point != nullptr ? point->ssid : std::string();
}

Json interfaces_of(const NetworkObjects& all, const WifiWish& wish) {
    Json list = Json::array();
    for (const auto& device : all.devices) {
        if (device.type != type_ethernet && device.type != type_wifi) continue;
        Json one{{"name", device.name},
                 {"kind", device.type == type_wifi ? "wifi" : "ethernet"},
                 {"up", device.state == device_activated}};
        if (device.type == type_wifi) {
            if (auto ssid = ssid_of(all, device, wish); !ssid.empty()) one["ssid"] = ssid;
            if (const auto* point = access_point_of(all, device, wish))
                one["signal"] = point->strength;
        }
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace charge_daemon
