// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/room.hpp"

#include "hal-service/process/file.hpp"
#include "hal-service/shared/text.hpp"

#include <sys/statvfs.h>

#include <string_view>

namespace charge_daemon {
namespace {

constexpr std::size_t max_meminfo_bytes = 16'384;

std::string left(const char* what, std::uint64_t bytes) {
    return std::to_string(bytes >> 20U) + " MiB of " + what + " is left";
}

// proc(5): "MemAvailable:   12345 kB". A sandbox may hide the file.
std::optional<std::uint64_t> available_memory() {
    const auto text = process::read_file("/proc/meminfo", max_meminfo_bytes);
    if (!text) return std::nullopt;
    constexpr std::string_view name = "MemAvailable:";
    const auto at = text->find(name);
    if (at == std::string::npos) return std::nullopt;
    const auto begin = text->find_first_not_of(' ', at + name.size());
    if (begin == std::string::npos) return std::nullopt;
    const auto kilobytes = shared::integer_from<std::int64_t>(
        std::string_view(*text).substr(begin, text->find(' ', begin) - begin));
    if (!kilobytes || *kilobytes < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*kilobytes) * 1024;
}

}  // namespace

std::string exhausted(const Room& room, bool was_exhausted) {
    const std::uint64_t factor = was_exhausted ? 2 : 1;
    if (room.storage && *room.storage < factor * least_storage_bytes)
        return left("storage", *room.storage);
    if (room.memory && *room.memory < factor * least_memory_bytes)
        return left("memory", *room.memory);
    return "";
}

Room room_of(const std::string& folder) {
    Room room;
    struct statvfs found {};
    if (::statvfs(folder.c_str(), &found) == 0)
        room.storage = static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
    room.memory = available_memory();
    return room;
}

}  // namespace charge_daemon
