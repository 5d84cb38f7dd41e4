// SPDX-License-Identifier: Apache-2.0
#pragma once
// A number with one decimal, as charging limits have (OCPP 1.6 7.13, 7.14). Floating point ends
// here: rules compute with tenths.

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ocpp::wire {

struct Tenths {
    std::int64_t count = 0;

    static constexpr std::int64_t max_count = 10'000'000'000;  // a gigawatt
    static constexpr std::string_view form = "a number up to 1000000000";
    // Further digits are cut, so that a limit never becomes a higher one.
    // How far from a whole tenth a sender's arithmetic in single precision may be, as a part of the
    // number: 22000.1 is 0.0098 away from itself there.
    static constexpr double rounding_noise = 5e-7;

    static std::optional<Tenths> from_number(double number) {
        const double tenths = number * 10.0;
        const double whole = std::round(tenths);
        // Written so that NaN and infinity fail, too.
        if (!(std::fabs(tenths) <= static_cast<double>(max_count))) return std::nullopt;
        const bool is_whole = std::fabs(tenths - whole) <= rounding_noise * std::fabs(tenths);
        return Tenths{static_cast<std::int64_t>(is_whole ? whole : std::floor(tenths))};
    }
    double to_number() const { return static_cast<double>(count) / 10.0; }

    constexpr auto operator<=>(const Tenths&) const = default;
};

}  // namespace ocpp::wire
