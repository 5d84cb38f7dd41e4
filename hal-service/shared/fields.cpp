// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/fields.hpp"

namespace shared {

std::string_view prefix(std::string_view utf8, std::size_t bytes) {
    if (utf8.size() <= bytes) return utf8;
    while (bytes > 0 && (static_cast<unsigned char>(utf8[bytes]) & 0xC0U) == 0x80U) --bytes;
    return utf8.substr(0, bytes);
}

namespace detail {

std::size_t code_points(std::string_view utf8) {
    std::size_t count = 0;
    for (const char byte : utf8)
        if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) ++count;
    return count;
}

Failed read_integer(const Json& json, std::int64_t min, std::int64_t max, std::int64_t& out,
                    const std::string& path) {
    if (!json.is_number()) return FieldError{Violation::Type, path, "is not a number"};
    if (json.is_number_float()) {
        constexpr double exact = 9007199254740992.0;  // 2^53: above it a double has no unit digit
        const double number = json.get<double>();
        if (number != std::floor(number) || std::fabs(number) > exact)
            return FieldError{Violation::Type, path, "is not a whole number"};
        out = static_cast<std::int64_t>(number);
    } else if (json.is_number_unsigned() &&
               json.get<std::uint64_t>() >
                   static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return FieldError{Violation::Property, path, "is out of range"};
    } else {
        out = json.get<std::int64_t>();
    }
    if (out < min || out > max) return FieldError{Violation::Property, path, "is out of range"};
    return std::nullopt;
}

}  // namespace detail
}  // namespace shared
