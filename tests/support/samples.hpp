// SPDX-License-Identifier: Apache-2.0
#pragma once
// The smallest and the largest message that a field table allows, built by walking it.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/decimal.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>

namespace support {

// A text of characters that take one to four bytes in UTF-8 and of those that JSON must escape.
inline std::string text_of(std::size_t characters) {
    static const std::string alphabet[] = {"a",    "\"",       "\\",           "\n",
                                           "\x01", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x94\x8C"};
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) text += alphabet[i % std::size(alphabet)];
    return text;
}

template <class T>
void fill_smallest(T& value) {
    if constexpr (shared::detail::is_list<T>) {
        value.resize(T::min);
        for (auto& item : value) fill_smallest(item);
    } else if constexpr (shared::Message<T>) {
        std::apply([&](const auto&... field) { (fill_smallest(value.*field.member), ...); },
                   shared::fields_of<T>());
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        value = std::numeric_limits<T>::min();
    }
}

template <class T>
void fill_largest(T& value) {
    if constexpr (shared::detail::is_optional<T>) {
        fill_largest(value.emplace());
    } else if constexpr (shared::detail::is_list<T>) {
        value.resize(std::min<std::size_t>(T::max, 2));  // not T::max: the frame has its limit, too
        for (auto& item : value) fill_largest(item);
    } else if constexpr (shared::Message<T>) {
        std::apply([&](const auto&... field) { (fill_largest(value.*field.member), ...); },
                   shared::fields_of<T>());
    } else if constexpr (std::is_same_v<T, bool>) {
        value = true;
    } else if constexpr (std::is_integral_v<T>) {
        value = std::numeric_limits<T>::max();
    } else if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(names(T{}).size() - 1);
    } else if constexpr (std::is_same_v<T, std::string>) {
        value = text_of(3000);
    } else if constexpr (shared::detail::is_text<T>) {
        value.value = text_of(T::max);
    } else if constexpr (std::is_same_v<T, ocpp::wire::IdToken>) {
        value = ocpp::wire::IdToken{{text_of(T::max)}};
    } else if constexpr (std::is_same_v<T, ocpp::wire::DateTime>) {
        value.point = T::latest;
    } else {
        static_assert(std::is_same_v<T, ocpp::wire::Tenths>, "say what its largest value is");
        value.count = T::max_count - 1;
    }
}

template <class T>
T smallest() {
    T value{};
    fill_smallest(value);
    return value;
}

template <class T>
T largest() {
    T value{};
    fill_largest(value);
    return value;
}

}  // namespace support
