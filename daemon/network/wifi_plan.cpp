// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/wifi_plan.hpp"

#include <algorithm>
#include <utility>

namespace charge_daemon {
namespace {

constexpr std::array<std::string_view, wifi_slots> uuids{"c5b7d2a0-63a1-4c55-9d2e-7b1f0e5a4d01",
                                                         "c5b7d2a0-63a1-4c55-9d2e-7b1f0e5a4d02"};

bool is_in(const std::optional<ocpp::core::WifiProfile>& profile, int slot) {
    return profile && profile->slot == slot;
}

bool stands_as_wished(const KeptProfile& kept, const ocpp::core::WifiProfile& proven) {
    return kept.ssid == proven.ssid && kept.hidden == proven.hidden && kept.by_itself;
}

}  // namespace

std::string_view uuid_of(int slot) { return uuids[static_cast<std::size_t>(slot) - 1]; }

int slot_of(std::string_view uuid) {
    const auto found = std::find(uuids.begin(), uuids.end(), uuid);
    return found == uuids.end() ? 0 : static_cast<int>(found - uuids.begin()) + 1;
}

WifiStep next_step(const ocpp::core::WifiWish& wish, const WifiSituation& now) {
    // The way back stands before anything is tried, and before what was there goes.
    if (const auto& proven = wish.proven) {
        const auto& kept = now.in(proven->slot);
        if (!kept) return {WifiDeed::Add, proven->slot, false};
        if (!stands_as_wished(*kept, *proven)) return {WifiDeed::Update, proven->slot, false};
    }
    if (const auto& candidate = wish.candidate) {
        const int slot = candidate->slot;
        const bool written = now.written == candidate;
        if (now.in(slot) && !written) return {WifiDeed::Delete, slot, true};
        if (!now.in(slot)) return {WifiDeed::Add, slot, true};
        if (now.connected != slot && now.connecting != slot) return {WifiDeed::Connect, slot, true};
    }
    for (int slot = 1; slot <= wifi_slots; ++slot)
        if (now.in(slot) && !is_in(wish.proven, slot) && !is_in(wish.candidate, slot))
            return {WifiDeed::Delete, slot, false};
    if (wish.candidate) return {};
    if (!wish.proven) return {now.way_back ? WifiDeed::ConnectAny : WifiDeed::Nothing, 0, false};
    // NetworkManager may have given up connecting by itself.
    const int slot = wish.proven->slot;
    const bool due = now.idle || (now.way_back && now.connected != slot && now.connecting != slot);
    return due ? WifiStep{WifiDeed::Connect, slot, false} : WifiStep{};
}

std::string_view reason_in_words(std::uint32_t reason) {
    static constexpr std::array<std::pair<std::uint32_t, std::string_view>, 16> words{{
        {4, "the device could not be made ready"},
        {5, "no address could be set"},
        {6, "no address was given"},
        {7, "the password is wrong or missing"},
        {8, "the network has ended the connection"},
        {9, "the network takes no such security"},
        {10, "the network has refused the password or the device"},
        {11, "the network did not answer in time"},
        {15, "DHCP could not be started"},
        {16, "DHCP has given no address"},
        {17, "DHCP has failed"},
        {35, "the firmware of the device is missing"},
        {36, "the device is gone"},
        {38, "the profile was removed"},
        {39, "somebody has disconnected it"},
        {53, "no such network is in reach"},
    }};
    for (const auto& [number, text] : words)
        if (number == reason) return text;
    return "NetworkManager could not connect";
}

}  // namespace charge_daemon
