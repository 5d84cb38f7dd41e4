// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON and messages, by their tables of fields; see fields.hpp. Only the file that owns a message
// includes this, and instantiates MessageJson for it.
//
// The templates here only bind a member of a struct to one of a few functions for a kind of value,
// which are compiled once, in json_fields.cpp.

#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/json.hpp"

#include <cstdint>
#include <limits>
#include <span>

namespace shared {
namespace detail {

using Failed = std::optional<FieldError>;

// The operations on a value whose type is left out.
struct ValueKind {
    bool optional;
    Failed (*read)(const Json& json, void* value, const std::string& path, Manner manner);
    void (*reset)(void* value);  // empties an optional value
    // Returns nothing for an optional value that is absent.
    std::optional<Json> (*write)(const void* value);
};

// A member of a struct, with the struct's own type left out.
struct Member {
    std::string_view name;
    const ValueKind* kind;
    void* (*in)(void* message);
};

// An integer in [min, max]. A number written as 300.0 is accepted: schemas before 2019-12 typed
// some integers as "number" (OCPP-J errata 1.0, 2.x).
Failed read_integer(const Json& json, std::int64_t min, std::int64_t max, std::int64_t& out,
                    const std::string& path);
Failed read_bool(const Json& json, bool& out, const std::string& path);
Failed read_text(const Json& json, const std::string*& out, std::size_t max_characters,
                 const std::string& path);
Failed read_name(const Json& json, std::span<const char* const> names, std::size_t& out,
                 const std::string& path);
Failed read_number(const Json& json, double& out, const std::string& path);
Failed not_well_formed(const std::string& path, std::string_view form);
Failed number_refused(const std::string& path);
Failed read_object(const Json& json, void* out, std::span<const Member> members,
                   const std::string& path, Manner manner);
Json write_object(const void* message, std::span<const Member> members);
Json write_number(double number);

// The number of elements, if it is within [min, max].
Failed read_size(const Json& json, std::size_t min, std::size_t max, std::size_t& out,
                 const std::string& path);
Failed read_elements(const Json& json, const std::string& path, Manner manner, void* list,
                     Failed (*read)(const Json&, void* list, std::size_t index,
                                    const std::string& path, Manner manner));

template <class T>
Failed read(const Json& json, T& out, const std::string& path, Manner manner);
template <class T>
Json write(const T& value);

template <class T>
inline constexpr ValueKind kind_of{
    is_optional<T>,
    [](const Json& json, void* value, const std::string& path, Manner manner) {
        return detail::read(json, *static_cast<T*>(value), path, manner);
    },
    [](void* value) {
        if constexpr (is_optional<T>) static_cast<T*>(value)->reset();
    },
    [](const void* value) -> std::optional<Json> {
        const auto& known = *static_cast<const T*>(value);
        if constexpr (!is_optional<T>)
            return detail::write(known);
        else if (known)
            return detail::write(*known);
        else
            return std::nullopt;
    }};

template <class S, class T>
constexpr const ValueKind* kind_of_field(const Field<S, T>&) {
    return &kind_of<T>;
}

template <class S, std::size_t I>
constexpr Member member_of() {
    constexpr auto field = std::get<I>(fields_of<S>());
    return {field.name, kind_of_field(field), [](void* message) -> void* {
                constexpr auto here = std::get<I>(fields_of<S>());
                return &(static_cast<S*>(message)->*here.member);
            }};
}

template <class S>
constexpr auto members_of() {
    constexpr auto count = std::tuple_size_v<decltype(fields_of<S>())>;
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<Member, sizeof...(I)>{member_of<S, I>()...};
    }
    (std::make_index_sequence<count>{});
}

template <class S>
inline constexpr auto members = members_of<S>();

template <class E>
inline constexpr auto names_in_order = names(E{});

template <class L>
Failed read_list(const Json& json, L& out, const std::string& path, Manner manner) {
    std::size_t size = 0;
    if constexpr (is_array<L>) {
        if (auto failed = read_size(json, out.size(), out.size(), size, path)) return failed;
    } else {
        if (auto failed = read_size(json, L::min, L::max, size, path)) return failed;
        out.resize(size);
    }
    return read_elements(json, path, manner, &out,
                         [](const Json& element, void* list, std::size_t index,
                            const std::string& here, Manner how) {
                             return detail::read(element, (*static_cast<L*>(list))[index], here,
                                                 how);
                         });
}

template <class T>
Failed read_string(const Json& json, T& out, const std::string& path) {
    if constexpr (NamedEnum<T>) {
        std::size_t index = 0;
        auto failed = read_name(json, names_in_order<T>, index, path);
        if (!failed) out = static_cast<T>(index);
        return failed;
    } else {
        const std::string* text = nullptr;
        std::size_t max_characters = 0;
        if constexpr (requires { T::max; }) max_characters = T::max;
        if (auto failed = read_text(json, text, max_characters, path)) return failed;
        if constexpr (is_text<T>) {
            out.value = *text;
        } else if constexpr (TextValue<T>) {
            auto value = T::from_text(*text);
            if constexpr (requires { T::form; }) {
                if (!value) return not_well_formed(path, T::form);
            } else {
                if (!value) return not_well_formed(path, "well-formed");
            }
            out = *std::move(value);
        } else {
            out = *text;
        }
        return std::nullopt;
    }
}

template <class T>
Failed read_numeric(const Json& json, T& out, const std::string& path) {
    using Limits = std::numeric_limits<std::int64_t>;
    if constexpr (NumberValue<T>) {
        double number = 0;
        if (auto failed = read_number(json, number, path)) return failed;
        const auto value = T::from_number(number);
        if constexpr (requires { T::form; }) {
            if (!value) return not_well_formed(path, T::form);
        } else {
            if (!value) return number_refused(path);
        }
        out = *value;
        return std::nullopt;
    } else if constexpr (is_quantity<T>) {
        return read_integer(json, Limits::min(), Limits::max(), out.count, path);
    } else {
        std::int64_t value = 0;
        if constexpr (is_duration<T>) {
            auto failed =
                read_integer(json, 0, std::numeric_limits<std::int32_t>::max(), value, path);
            if (!failed) out = T{value};
            return failed;
        } else {
            auto failed = read_integer(json, std::numeric_limits<T>::min(),
                                       std::numeric_limits<T>::max(), value, path);
            if (!failed) out = static_cast<T>(value);
            return failed;
        }
    }
}

template <class T>
Failed read(const Json& json, T& out, const std::string& path, Manner manner) {
    if constexpr (is_optional<T>) {
        return detail::read(json, out.emplace(), path, manner);
    } else if constexpr (is_list<T> || is_array<T>) {
        return read_list(json, out, path, manner);
    } else if constexpr (std::is_same_v<T, bool>) {
        return read_bool(json, out, path);
    } else if constexpr (is_text<T> || NamedEnum<T> || TextValue<T> ||
                         std::is_same_v<T, std::string>) {
        return read_string(json, out, path);
    } else if constexpr (std::is_integral_v<T> || is_quantity<T> || is_duration<T> ||
                         NumberValue<T>) {
        return read_numeric(json, out, path);
    } else {
        static_assert(Message<T>, "give this type a fields() table");
        return read_object(json, &out, members<T>, path, manner);
    }
}

template <class T>
Json write(const T& value) {
    if constexpr (is_list<T> || is_array<T>) {
        Json array = Json::array();
        for (const auto& item : value) array.push_back(detail::write(item));
        return array;
    } else if constexpr (is_text<T>) {
        return value.value;
    } else if constexpr (NamedEnum<T>) {
        return std::string(name_of(value));
    } else if constexpr (TextValue<T>) {
        return std::string(value.to_text());
    } else if constexpr (NumberValue<T>) {
        return write_number(value.to_number());
    } else if constexpr (is_quantity<T>) {
        return value.count;
    } else if constexpr (is_duration<T>) {
        return value.count();
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        return value;
    } else {
        return write_object(&value, members<T>);
    }
}

}  // namespace detail

template <class T>
Result<T, FieldError> MessageJson<T>::parse(const Json& json, Manner manner) {
    T message{};
    if (auto failed = detail::read(json, message, "", manner)) return Failure{*std::move(failed)};
    return message;
}

template <class T>
Result<T, FieldError> MessageJson<T>::parse_text(std::string_view text, JsonBounds bounds,
                                                 Unknown unknown) {
    const auto json = parse_json(text, bounds);
    if (!json)
        return Failure{FieldError{Violation::Formation, "", std::string(describe(json.error()))}};
    return parse(*json, Manner{unknown, nullptr});
}

template <class T>
Json MessageJson<T>::to_json(const T& message) {
    return detail::write(message);
}

template <class T>
std::string MessageJson<T>::to_text(const T& message) {
    return dump(detail::write(message));
}

}  // namespace shared
