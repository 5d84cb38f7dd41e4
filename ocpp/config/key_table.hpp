// SPDX-License-Identifier: Apache-2.0
#pragma once
// All keys together, for those who go by a name from outside. A feature names its keys one by one.

#include "hal-service/shared/value_type.hpp"
#include "ocpp/config/keys/key.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ocpp::config {

// All keys by name, in alphabetical order.
std::span<const KeyRef> all_keys();

// Without case; null when there is none.
const KeyRow* key_of(std::string_view name);

// How the factory value of a key is written in a settings file; nothing for a key that is not
// known.
std::optional<shared::ValueType> written_as(std::string_view key);

// Calls visit() with the key as a Key<T>.
template <class Visitor>
auto visit_key(const KeyRow& key, Visitor&& visit) {
    switch (key.kind) {
        case Kind::Bool: return visit(static_cast<const Key<bool>&>(key));
        case Kind::Int: return visit(static_cast<const Key<int>&>(key));
        case Kind::Seconds: return visit(static_cast<const Key<seconds>&>(key));
        case Kind::List: return visit(static_cast<const Key<List>&>(key));
        case Kind::Text: return visit(static_cast<const Key<Text>&>(key));
        case Kind::Each: break;
    }
    return visit(static_cast<const Key<Each>&>(key));
}

// For people: "int", "per connector".
std::string_view type_of(const KeyRow& key);
// For people: "0..3600".
std::string range_of(const KeyRow& key);
// "| key | type | factory value | access | range | meaning |" for the documentation.
std::string key_table();

}  // namespace ocpp::config
