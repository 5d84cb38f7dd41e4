// SPDX-License-Identifier: Apache-2.0
#pragma once
// A value that outlives the process in two places, written in turn, each with a number and a
// checksum: whatever interrupts a write, the other place still holds the value before it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace hal {

std::uint32_t crc32(std::span<const std::byte> bytes);

template <class T>
requires std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>
struct Sealed {
    static constexpr std::uint64_t current_format = 0x4843'5031'0000'0001;

    std::uint64_t format = 0;
    std::uint64_t sequence = 0;
    T value{};
    std::uint64_t checksum = 0;

    std::uint64_t expected() const {
        return crc32(std::as_bytes(std::span(this, 1)).first(offsetof(Sealed, checksum)));
    }
    bool intact() const { return format == current_format && checksum == expected(); }
};

template <class T>
Sealed<T> seal(const T& value, std::uint64_t sequence) {
    Sealed<T> sealed;
    sealed.format = Sealed<T>::current_format;
    sealed.sequence = sequence;
    sealed.value = value;
    sealed.checksum = sealed.expected();
    return sealed;
}

// The place (0 or 1) with the newest value, or nothing when neither is intact.
template <class T>
std::optional<std::size_t> newest(const Sealed<T>& first, const Sealed<T>& second) {
    if (first.intact() && second.intact()) return second.sequence > first.sequence ? 1 : 0;
    if (first.intact()) return 0;
    if (second.intact()) return 1;
    return std::nullopt;
}

}  // namespace hal
