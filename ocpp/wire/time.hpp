// SPDX-License-Identifier: Apache-2.0
#pragma once
// A moment as OCPP writes it: RFC 3339, read with any offset, written in UTC with milliseconds.

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ocpp::wire {

struct DateTime {
    using Point = std::chrono::sys_time<std::chrono::milliseconds>;

    // Years 1 to 9999, the ones RFC 3339 can write; to_text() shows what lies beyond as these ends.
    static constexpr Point earliest{std::chrono::milliseconds{-62'135'596'800'000}};
    static constexpr Point latest{std::chrono::milliseconds{253'402'300'799'999}};

    static constexpr std::string_view form = "a date-time like 2026-01-31T12:00:00Z";

    Point point{};

    // A fraction of any length (digits after the third are dropped), 'T' or a space, either case
    // of 'T' and 'Z'. Without an offset it is UTC (OCPP 1.6 3.11). A leap second is the second
    // after it.
    static std::optional<DateTime> from_text(std::string_view text);
    std::string to_text() const;

    auto operator<=>(const DateTime&) const = default;
};

}  // namespace ocpp::wire
