// SPDX-License-Identifier: Apache-2.0
#pragma once
// Looks how much storage and memory is left. Pure but for room_of().

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace charge_daemon {

// With less the storage is nearly used up: a day's transactions and meter values still fit.
inline constexpr std::uint64_t least_storage_bytes = 4U << 20U;
// With less the kernel is about to end processes.
inline constexpr std::uint64_t least_memory_bytes = 16U << 20U;
inline constexpr std::chrono::seconds room_judged_every{60};

// Bytes that are left; none where nothing tells.
struct Room {
    std::optional<std::uint64_t> storage;
    std::optional<std::uint64_t> memory;
};

// Says in words what is nearly used up; "" = there is room. After it was, there is room again only
// with twice as much, so that a level at the edge is not told again and again.
std::string exhausted(const Room& room, bool was_exhausted);

// `folder` is where the database is.
Room room_of(const std::string& folder);

}  // namespace charge_daemon
