// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/fields.hpp"

namespace shared::detail {

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

}  // namespace shared::detail
