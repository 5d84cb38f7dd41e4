// SPDX-License-Identifier: Apache-2.0
#pragma once
// A message is a plain struct with one table of its fields. The table is the only place a JSON
// name is written; reading, writing and validation are all derived from it.
//
//     struct Reset {
//         ResetType type{};
//         static constexpr auto fields(auto of) { return of(Field{"type", &Reset::type}); }
//     };
//     constexpr auto names(ResetType) { return std::array{"Hard", "Soft"}; }  // in value order
//
// A member may be: bool, an integer, Text<N>, std::string (unbounded by schema; the frame bounds
// it), an enum with names(), units::Quantity, a duration (a count, never negative), a TextValue (a
// class that is text on the wire), a NumberValue (a class that is a number on the wire), List<T,
// Min, Max>, std::array<T, N>, another such struct, or std::optional of any of these.
//
// This header knows no JSON library. The file that owns a message says once
//
//     template struct shared::MessageJson<Reset>;
//
// after including json_fields.hpp; everybody else calls parse<Reset>() and text_of(reset).

#include "hal-service/shared/json_bounds.hpp"
#include "hal-service/shared/json_fwd.hpp"
#include "hal-service/shared/result.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace shared {

template <class S, class T>
struct Field {
    std::string_view name;
    T S::*member;
};
template <class S, class T>
Field(std::string_view, T S::*) -> Field<S, T>;  // Clang 14 does not deduce aggregates

// Text of at most Max characters (code points, as in JSON Schema).
template <std::size_t Max>
struct Text {
    std::string value;
    static constexpr std::size_t max = Max;
    auto operator<=>(const Text&) const = default;
    bool empty() const { return value.empty(); }
};

// Between Min and Max elements.
template <class T, std::size_t Min = 0, std::size_t Max = 1000>
struct List : std::vector<T> {
    using std::vector<T>::vector;
    static constexpr std::size_t min = Min;
    static constexpr std::size_t max = Max;
};

enum class Violation {
    Formation,   // a member that does not belong there
    Occurrence,  // a member is missing, or a list has too few or too many elements
    Type,        // wrong JSON type
    Property     // right type, illegal value: length, enumeration, range, format
};

struct FieldError {
    Violation violation{};
    std::string path;  // "meterValue[0].sampledValue[2].unit"; "" is the whole message
    std::string reason;
};

// The treatment of a member that the table does not know. Requests are held to their schema; an
// extra member of a response is no reason to lose the answer.
enum class Unknown { Refuse, Ignore };

// The manner of reading a message. An optional member that is null counts as absent; with
// `overlooked` one that is unreadable does as well, and is listed there.
struct Manner {
    Unknown unknown = Unknown::Refuse;
    std::vector<FieldError>* overlooked = nullptr;
};

// Collects a table of fields into a tuple.
inline constexpr auto in_a_tuple = [](const auto&... field) { return std::tuple{field...}; };

template <class T>
concept Message = requires {
    T::fields(in_a_tuple);
};

// The table of a message, as a tuple. In the struct it is a template, so that those who only use
// the struct need not compile it.
template <Message T>
constexpr auto fields_of() {
    return T::fields(in_a_tuple);
}

// A class that is text on the wire: from_text() gives nothing for text that is not one. A refusal
// tells its `max`, the most characters, and its `form`, where it has them.
template <class T>
concept TextValue = requires(const T value, std::string_view text) {
    { T::from_text(text) } -> std::same_as<std::optional<T>>;
    { value.to_text() } -> std::convertible_to<std::string>;
};

// A class that is a JSON number on the wire. A refusal tells its `form`, where it has one.
template <class T>
concept NumberValue = requires(const T value, double number) {
    { T::from_number(number) } -> std::same_as<std::optional<T>>;
    { value.to_number() } -> std::convertible_to<double>;
};

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires {
    names(T{});
};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
    return names(E{})[static_cast<std::size_t>(value)];
}

template <NamedEnum E>
constexpr std::optional<E> enum_from(std::string_view text) {
    constexpr auto all = names(E{});
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i] == text) return static_cast<E>(i);
    return std::nullopt;
}

// Returns at most `bytes` of the text and no half of a character. The limit is in bytes, so that
// text which is not UTF-8 stays within as many characters when they are replaced.
std::string_view prefix(std::string_view utf8, std::size_t bytes);
std::size_t code_points(std::string_view utf8);

namespace detail {

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_list = false;
template <class T, std::size_t Min, std::size_t Max>
constexpr bool is_list<List<T, Min, Max>> = true;
template <class T>
constexpr bool is_array = false;
template <class T, std::size_t N>
constexpr bool is_array<std::array<T, N>> = true;
template <class T>
constexpr bool is_text = false;
template <std::size_t N>
constexpr bool is_text<Text<N>> = true;
template <class T>
constexpr bool is_quantity = false;
template <class Tag>
constexpr bool is_quantity<units::Quantity<Tag>> = true;
template <class T>
constexpr bool is_duration = false;
template <class Rep, class Period>
constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

}  // namespace detail

// Reads a message from JSON and writes it. The members are defined in json_fields.hpp.
template <class T>
struct MessageJson {
    static Result<T, FieldError> parse(const Json& json, Manner manner);
    static Result<T, FieldError> parse_text(std::string_view text, JsonBounds bounds,
                                            Unknown unknown);
    static Json to_json(const T& message);
    static std::string to_text(const T& message);
};

template <class T>
Result<T, FieldError> parse(const Json& json, Manner manner) {
    return MessageJson<T>::parse(json, manner);
}

template <class T>
Result<T, FieldError> parse(const Json& json, Unknown unknown = Unknown::Refuse) {
    return MessageJson<T>::parse(json, Manner{unknown, nullptr});
}

// Reads a message from text. Text that is not JSON within the bounds is a Violation::Formation of
// the whole message.
template <class T>
Result<T, FieldError> parse_text(std::string_view text, JsonBounds bounds,
                                 Unknown unknown = Unknown::Refuse) {
    return MessageJson<T>::parse_text(text, bounds, unknown);
}

// The caller includes json.hpp.
template <class T>
auto to_json(const T& message) {
    return MessageJson<T>::to_json(message);
}

// The message as JSON text on one line, without its end.
template <class T>
std::string to_text(const T& message) {
    return MessageJson<T>::to_text(message);
}

}  // namespace shared
