// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a row of the key table is made of, and how each kind of value is read from and written to
// the text that travels in OCPP (section 9).

#include "ocpp/config/per_connector.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ocpp::config {

enum class Access { ReadOnly, ReadWrite };

using std::chrono::seconds;

// Text that a rule of its own judges, e.g. a list of measurands; see Values.
struct Csl {
    std::string_view fallback;
};

// Any text of `min` to `max` characters.
struct Free {
    std::string_view fallback;
};

// A key is of one of these types: bool, int, seconds, Csl, Free, Each (a value for each connector).
// `min` and `max` bound numbers, and the number of elements of a Csl. A bool whose min is 1 can
// only be true.
template <class T>
struct Key {
    std::string_view name;
    T fallback;
    Access access;
    std::int32_t min;
    std::int32_t max;
    std::string_view about;  // for people: what it does, with its unit
};

// What is kept for a key of type T.
template <class T>
struct Stored {
    using type = T;
};
template <>
struct Stored<Csl> {
    using type = std::string;
};

template <>
struct Stored<Free> {
    using type = std::string;
};
template <>
struct Stored<Each> {
    using type = PerConnector;
};

std::optional<bool> bool_from(std::string_view text);         // without case
std::optional<std::int32_t> int_from(std::string_view text);  // the whole text, decimal
std::string text_of(bool value);
std::string text_of(int value);
std::string text_of(seconds value);
inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(const PerConnector& value) { return value.text(); }

}  // namespace ocpp::config
