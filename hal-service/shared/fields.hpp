// SPDX-License-Identifier: Apache-2.0
#pragma once
// A message is a plain struct with one table of its fields. The table is the only place a JSON
// name is written; reading, writing and validation are all derived from it.
//
//     struct Reset {
//         ResetType type{};
//         static constexpr auto fields() { return std::tuple{Field{"type", &Reset::type}}; }
//     };
//     constexpr auto names(ResetType) { return std::array{"Hard", "Soft"}; }  // in value order
//
// A member may be: bool, an integer, Text<N>, std::string (unbounded by schema; the frame bounds
// it), an enum with names(), units::Quantity, a duration (a count, never negative), a TextValue (a
// class that is text on the wire), a NumberValue (a class that is a number on the wire), List<T,
// Min, Max>, std::array<T, N>, another such struct, or std::optional of any of these.

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/result.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
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

// What to do with a member that the table does not know. Requests are held to their schema;
// in a response an extra member is the sender's affair and no reason to lose the answer.
enum class Unknown { Refuse, Ignore };

// How a message is read. Whoever gives `overlooked` would rather have half of the message than
// none: an optional member that is null, or that nobody can read, counts as absent; the latter are
// listed there.
struct Manner {
    Unknown unknown = Unknown::Refuse;
    std::vector<FieldError>* overlooked = nullptr;
};

template <class T>
concept Message = requires {
    T::fields();
};

// A class that is text on the wire: from_text() gives nothing for text that is not one.
template <class T>
concept TextValue = requires(const T value, std::string_view text) {
    { T::from_text(text) } -> std::same_as<std::optional<T>>;
    { value.to_text() } -> std::convertible_to<std::string>;
};

// A class that is a JSON number on the wire.
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

// At most `bytes` of it, and no half of a character. Bytes, so that text which is not UTF-8 stays
// within the same number of characters when they are replaced.
std::string_view prefix(std::string_view utf8, std::size_t bytes);

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

using Failed = std::optional<FieldError>;

std::size_t code_points(std::string_view utf8);

// An integer in [min, max]. A number written as 300.0 is accepted: schemas before 2019-12 typed
// some integers as "number" (OCPP-J errata 1.0, 2.x).
Failed read_integer(const Json& json, std::int64_t min, std::int64_t max, std::int64_t& out,
                    const std::string& path);

template <class T>
Failed read(const Json& json, T& out, const std::string& path, Manner manner);

template <class S, class T>
void read_field(const Json& json, S& out, const Field<S, T>& field, const std::string& path,
                Manner manner, std::size_t& known, Failed& failed) {
    if (failed) return;
    const auto it = json.find(field.name);
    if (it == json.end()) {
        if constexpr (!is_optional<T>)
            failed = FieldError{
                Violation::Occurrence,
                path.empty() ? std::string(field.name) : path + '.' + std::string(field.name),
                "is required"};
        return;
    }
    ++known;
    std::string here = path;
    if (!here.empty()) here += '.';
    here += field.name;
    if constexpr (is_optional<T>) {
        if (manner.overlooked != nullptr) {
            if (it->is_null()) return;
            auto unreadable = read(*it, out.*field.member, here, manner);
            if (!unreadable) return;
            (out.*field.member).reset();
            manner.overlooked->push_back(*std::move(unreadable));
            return;
        }
    }
    failed = read(*it, out.*field.member, here, manner);
}

template <class S>
std::string first_unknown(const Json& json) {
    for (const auto& item : json.items()) {
        const std::string& name = item.key();  // Clang 14 captures no structured binding
        bool known = false;
        std::apply([&](const auto&... field) { known = ((field.name == name) || ...); },
                   S::fields());
        if (!known) return name;
    }
    return {};
}

template <class S>
Failed read_object(const Json& json, S& out, const std::string& path, Manner manner) {
    if (!json.is_object()) return FieldError{Violation::Type, path, "is not an object"};
    Failed failed;
    std::size_t known = 0;
    std::apply(
        [&](const auto&... field) {
            (read_field(json, out, field, path, manner, known, failed), ...);
        },
        S::fields());
    if (!failed && known != json.size() && manner.unknown == Unknown::Refuse) {
        const auto name = first_unknown<S>(json);
        return FieldError{Violation::Formation, path.empty() ? name : path + '.' + name,
                          "is not known"};
    }
    return failed;
}

template <class L>
Failed read_elements(const Json& json, L& out, const std::string& path, Manner manner) {
    for (std::size_t i = 0; i < json.size(); ++i)
        if (auto failed = read(json[i], out[i], path + '[' + std::to_string(i) + ']', manner))
            return failed;
    return std::nullopt;
}

template <class L>
Failed read_list(const Json& json, L& out, const std::string& path, Manner manner) {
    if (!json.is_array()) return FieldError{Violation::Type, path, "is not an array"};
    if constexpr (is_array<L>) {
        if (json.size() != out.size())
            return FieldError{Violation::Occurrence, path, "has the wrong number of elements"};
    } else {
        if (json.size() < L::min)
            return FieldError{Violation::Occurrence, path, "has too few elements"};
        if (json.size() > L::max)
            return FieldError{Violation::Occurrence, path, "has too many elements"};
        out.resize(json.size());
    }
    return read_elements(json, out, path, manner);
}

template <class T>
Failed read_string(const Json& json, T& out, const std::string& path) {
    if (!json.is_string()) return FieldError{Violation::Type, path, "is not a string"};
    const auto& text = json.get_ref<const std::string&>();
    if constexpr (is_text<T>) {
        if (text.size() > T::max && code_points(text) > T::max)
            return FieldError{Violation::Property, path,
                              "is longer than " + std::to_string(T::max) + " characters"};
        out.value = text;
    } else if constexpr (NamedEnum<T>) {
        const auto value = enum_from<T>(text);
        if (!value) return FieldError{Violation::Property, path, "is none of its values"};
        out = *value;
    } else if constexpr (TextValue<T>) {
        auto value = T::from_text(text);
        if (!value) return FieldError{Violation::Property, path, "is not well-formed"};
        out = *std::move(value);
    } else {
        out = text;
    }
    return std::nullopt;
}

template <class T>
Failed read_number(const Json& json, T& out, const std::string& path) {
    if constexpr (NumberValue<T>) {
        if (!json.is_number()) return FieldError{Violation::Type, path, "is not a number"};
        const auto value = T::from_number(json.get<double>());
        if (!value)
            return FieldError{Violation::Property, path, "is out of range or has too many digits"};
        out = *value;
        return std::nullopt;
    } else if constexpr (is_quantity<T>) {
        return read_integer(json, std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max(), out.count, path);
    } else if constexpr (is_duration<T>) {
        std::int64_t count = 0;
        if (auto failed =
                read_integer(json, 0, std::numeric_limits<std::int32_t>::max(), count, path))
            return failed;
        out = T{count};
        return std::nullopt;
    } else {
        std::int64_t value = 0;
        if (auto failed = read_integer(json, std::numeric_limits<T>::min(),
                                       std::numeric_limits<T>::max(), value, path))
            return failed;
        out = static_cast<T>(value);
        return std::nullopt;
    }
}

template <class T>
Failed read(const Json& json, T& out, const std::string& path, Manner manner) {
    if constexpr (is_optional<T>) {
        return read(json, out.emplace(), path, manner);
    } else if constexpr (is_list<T> || is_array<T>) {
        return read_list(json, out, path, manner);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_boolean()) return FieldError{Violation::Type, path, "is not true or false"};
        out = json.get<bool>();
        return std::nullopt;
    } else if constexpr (is_text<T> || NamedEnum<T> || TextValue<T> ||
                         std::is_same_v<T, std::string>) {
        return read_string(json, out, path);
    } else if constexpr (std::is_integral_v<T> || is_quantity<T> || is_duration<T> ||
                         NumberValue<T>) {
        return read_number(json, out, path);
    } else {
        static_assert(Message<T>, "give this type a fields() table");
        return read_object(json, out, path, manner);
    }
}

template <class T>
Json write(const T& value);

template <class S, class T>
void write_field(Json& object, const S& message, const Field<S, T>& field) {
    const auto& member = message.*field.member;
    if constexpr (is_optional<T>) {
        if (member) object.emplace(std::string(field.name), write(*member));
    } else {
        object.emplace(std::string(field.name), write(member));
    }
}

template <class T>
Json write(const T& value) {
    if constexpr (is_list<T> || is_array<T>) {
        Json array = Json::array();
        for (const auto& item : value) array.push_back(write(item));
        return array;
    } else if constexpr (is_text<T>) {
        return value.value;
    } else if constexpr (NamedEnum<T>) {
        return std::string(name_of(value));
    } else if constexpr (TextValue<T>) {
        return std::string(value.to_text());
    } else if constexpr (NumberValue<T>) {
        const double number = value.to_number();
        if (number == std::floor(number)) return static_cast<std::int64_t>(number);
        return number;
    } else if constexpr (is_quantity<T>) {
        return value.count;
    } else if constexpr (is_duration<T>) {
        return value.count();
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        return value;
    } else {
        Json object = Json::object();
        std::apply([&](const auto&... field) { (write_field(object, value, field), ...); },
                   T::fields());
        return object;
    }
}

}  // namespace detail

template <class T>
Result<T, FieldError> parse(const Json& json, Manner manner) {
    T message{};
    if (auto failed = detail::read(json, message, "", manner)) return Failure{*std::move(failed)};
    return message;
}

template <class T>
Result<T, FieldError> parse(const Json& json, Unknown unknown = Unknown::Refuse) {
    return parse<T>(json, Manner{unknown, nullptr});
}

template <class T>
Json to_json(const T& message) {
    return detail::write(message);
}

}  // namespace shared
