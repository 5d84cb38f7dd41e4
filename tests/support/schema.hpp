// SPDX-License-Identifier: Apache-2.0
#pragma once
// A field table and a JSON schema say the same in two ways. Here both become a set of sentences,
// so that comparing them is a difference of sets:
//
//     "Reset.type is required"   "Reset.type is string"   "Reset.type may be Hard"

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/decimal.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"
#include "hal-service/shared/json.hpp"

#include <set>
#include <string>
#include <tuple>
#include <type_traits>

namespace support {

using Facts = std::set<std::string>;

template <class T>
void add_facts(Facts& facts, const std::string& path);

template <class S, class T>
void add_member(Facts& facts, const std::string& path, const shared::Field<S, T>& field) {
    const std::string here = path + '.' + std::string(field.name);
    if constexpr (shared::detail::is_optional<T>) {
        add_facts<typename T::value_type>(facts, here);
    } else {
        facts.insert(here + " is required");
        add_facts<T>(facts, here);
    }
}

template <class T>
void add_facts(Facts& facts, const std::string& path) {
    if constexpr (shared::detail::is_list<T>) {
        facts.insert(path + " is array");
        if (T::min > 0) facts.insert(path + " has minItems " + std::to_string(T::min));
        add_facts<typename T::value_type>(facts, path + "[]");
    } else if constexpr (std::is_same_v<T, bool>) {
        facts.insert(path + " is boolean");
    } else if constexpr (std::is_integral_v<T>) {
        facts.insert(path + " is integer");
    } else if constexpr (std::is_same_v<T, ocpp::wire::Tenths>) {
        facts.insert(path + " is number");
        facts.insert(path + " has multipleOf 0.1");
    } else if constexpr (shared::Message<T>) {
        facts.insert(path + " is object");
        facts.insert(path + " is closed");
        std::apply([&](const auto&... field) { (add_member(facts, path, field), ...); },
                   shared::fields_of<T>());
    } else {
        facts.insert(path + " is string");
        if constexpr (std::is_enum_v<T>)
            for (const auto* name : names(T{})) facts.insert(path + " may be " + name);
        if constexpr (shared::detail::is_text<T> || std::is_same_v<T, ocpp::wire::IdToken>)
            facts.insert(path + " has maxLength " + std::to_string(T::max));
        if constexpr (std::is_same_v<T, ocpp::wire::DateTime>)
            facts.insert(path + " has format date-time");
    }
}

template <class T>
Facts facts_of_table(const std::string& name) {
    Facts facts;
    add_facts<T>(facts, name);
    return facts;
}

namespace detail {

inline void add_schema(Facts& facts, const std::string& path, const shared::Json& schema,
                       const shared::Json& root) {
    if (schema.contains("$ref")) {
        const shared::Json::json_pointer target(schema["$ref"].get<std::string>().substr(1));
        return add_schema(facts, path, root.at(target), root);
    }
    // Names and remarks; additionalItems means nothing beside a single schema for the items, nor
    // additionalProperties beside a string.
    static const Facts meaningless{"$schema",  "$id",         "id",
                                   "title",    "description", "comment",
                                   "javaType", "definitions", "additionalItems"};
    const bool is_object = schema.value("type", "") == "object";
    for (const auto& [keyword, value] : schema.items()) {
        if (meaningless.count(keyword) != 0) continue;
        if (keyword == "type") {
            facts.insert(path + " is " + value.get<std::string>());
        } else if (keyword == "additionalProperties") {
            if (is_object && value == false) facts.insert(path + " is closed");
        } else if (keyword == "required") {
            for (const auto& name : value)
                facts.insert(path + '.' + name.get<std::string>() + " is required");
        } else if (keyword == "enum") {
            for (const auto& name : value)
                facts.insert(path + " may be " + name.get<std::string>());
        } else if (keyword == "properties") {
            for (const auto& [name, member] : value.items())
                add_schema(facts, path + '.' + name, member, root);
        } else if (keyword == "items") {
            add_schema(facts, path + "[]", value, root);
        } else {
            facts.insert(path + " has " + keyword + ' ' +
                         (value.is_string() ? value.get<std::string>() : value.dump()));
        }
    }
}

}  // namespace detail

// A keyword that is not understood becomes a sentence too, so that none is passed over.
inline Facts facts_of_schema(const std::string& name, const shared::Json& schema) {
    Facts facts;
    detail::add_schema(facts, name, schema, schema);
    return facts;
}

}  // namespace support
