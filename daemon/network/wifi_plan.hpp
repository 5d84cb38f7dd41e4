// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides what NetworkManager is asked for next, from what is wished and what it has; pure. It is
// asked again after each answer, so that nothing needs to be remembered over a restart or a failure
// of either side: our profiles are known by their two UUIDs.

#include "ocpp/core/step.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace charge_daemon {

inline constexpr int wifi_slots = 2;
// The UUID of our profile in each slot; nobody else's profile has one of them.
std::string_view uuid_of(int slot);
// 0 = it is none of ours.
int slot_of(std::string_view uuid);

// A profile of ours as NetworkManager has it; it tells no password.
struct KeptProfile {
    std::string path;
    std::string ssid;  // bytes
    bool hidden = false;
    bool by_itself = false;  // NetworkManager connects with it by itself
};

struct WifiSituation {
    std::array<std::optional<KeptProfile>, wifi_slots> kept{};
    int connected = 0;   // slot; 0 = none of ours
    int connecting = 0;  // likewise
    bool idle = false;   // the device is ready, and neither connected nor connecting
    // The candidate that was written there since it is wished.
    std::optional<ocpp::core::WifiProfile> written{};
    // A candidate was there, and is not any more: the way back has not been taken yet.
    bool way_back = false;

    const std::optional<KeptProfile>& in(int slot) const {
        return kept[static_cast<std::size_t>(slot) - 1];
    }
};

enum class WifiDeed {
    Nothing,
    Add,        // a profile
    Update,     // the proven profile as it is wished
    Delete,     // the profile in the slot
    Connect,    // with the profile in the slot; not again and again at once
    ConnectAny  // with whatever NetworkManager chooses
};

struct WifiStep {
    WifiDeed deed = WifiDeed::Nothing;
    int slot = 0;
    // The profile is tried: NetworkManager must not connect with it by itself.
    bool candidate = false;
    bool operator==(const WifiStep&) const = default;
};

WifiStep next_step(const ocpp::core::WifiWish& wish, const WifiSituation& situation);

// Why a device has left its connection, in words: NMDeviceStateReason.
std::string_view reason_in_words(std::uint32_t reason);

}  // namespace charge_daemon
