// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/key_table.hpp"

#include "ocpp/config/keys/current.hpp"
#include "ocpp/config/keys/drivers.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/reports.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/config/keys/wifi.hpp"
#include "ocpp/wire/types.hpp"

#include <algorithm>

namespace ocpp::config {
namespace {

constexpr auto all = [] {
    constexpr auto count = keys::all_drivers.size() + keys::all_current.size() +
                           keys::all_reports.size() + keys::all_link.size() +
                           keys::all_security.size() + keys::all_station.size() +
                           keys::all_wifi.size();
    std::array<KeyRef, count> together{};
    auto end = together.begin();
    const auto append = [&end](const auto& group) {
        end = std::copy(group.begin(), group.end(), end);
    };
    append(keys::all_drivers);
    append(keys::all_current);
    append(keys::all_reports);
    append(keys::all_link);
    append(keys::all_security);
    append(keys::all_station);
    append(keys::all_wifi);
    std::sort(together.begin(), together.end(),
              [](KeyRef a, KeyRef b) { return a->name < b->name; });
    return together;
}();

constexpr bool in_range(const KeyRow& key, std::int64_t number) {
    return key.min <= number && number <= key.max;
}

constexpr bool in_own_range(const KeyRow& key) {
    switch (key.kind) {
        case Kind::Int: return in_range(key, static_cast<const Key<int>&>(key).fallback);
        case Kind::Seconds:
            return in_range(key, static_cast<const Key<seconds>&>(key).fallback.count());
        case Kind::Text: {
            const auto size = static_cast<const Key<Text>&>(key).fallback.fallback.size();
            // A secret is not given by the factory.
            return (key.rules.secret && size == 0) ||
                   in_range(key, static_cast<std::int64_t>(size));
        }
        case Kind::Bool:
        case Kind::List:
        case Kind::Each: break;
    }
    return true;
}

static_assert(std::adjacent_find(all.begin(), all.end(),
                                 [](KeyRef a, KeyRef b) { return a->name == b->name; }) ==
                  all.end(),
              "one row for each key");
static_assert(std::all_of(all.begin(), all.end(), [](KeyRef key) { return in_own_range(*key); }),
              "a factory value is out of its own range");

std::string fallback_of(const Key<Each>& key) {
    if (key.fallback == Each::Amps) return "MaxCurrent";
    return key.fallback == Each::Switch ? "false" : "MaxPhases";
}
std::string fallback_of(const Key<List>& key) { return std::string(key.fallback.fallback); }
std::string fallback_of(const Key<Text>& key) { return std::string(key.fallback.fallback); }
template <class T>
std::string fallback_of(const Key<T>& key) {
    return text_of(key.fallback);
}

}  // namespace

std::span<const KeyRef> all_keys() { return all; }

const KeyRow* key_of(std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [name](KeyRef key) {
        return wire::compare_ignoring_case(key->name, name) == 0;
    });
    return found == all.end() ? nullptr : *found;
}

std::optional<shared::ValueType> written_as(std::string_view name) {
    const auto* key = key_of(name);
    if (key == nullptr) return std::nullopt;
    switch (key->kind) {
        case Kind::Bool: return shared::ValueType::Boolean;
        case Kind::Int:
        case Kind::Seconds: return shared::ValueType::WholeNumber;
        case Kind::List:
        case Kind::Text:
        case Kind::Each: break;
    }
    return shared::ValueType::Text;
}

std::string_view type_of(const KeyRow& key) {
    switch (key.kind) {
        case Kind::Bool: return "bool";
        case Kind::Int: return "int";
        case Kind::Seconds: return "seconds";
        case Kind::List: return "list";
        case Kind::Text: return "text";
        case Kind::Each: break;
    }
    return "per connector";
}

std::string range_of(const KeyRow& key) {
    switch (key.kind) {
        case Kind::Bool: return key.min != 0 ? "true" : "";
        case Kind::List: return "at most " + std::to_string(key.max);
        case Kind::Each: {
            constexpr std::array ranges{"0..MaxCurrent", "1, 3", "L1, L123", ""};
            return ranges[static_cast<std::size_t>(static_cast<const Key<Each>&>(key).fallback)];
        }
        case Kind::Int:
        case Kind::Seconds:
        case Kind::Text: break;
    }
    return std::to_string(key.min) + ".." + std::to_string(key.max);
}

std::string key_table() {
    std::string table =
        "| key | type | factory value | access | range | meaning |\n|---|---|---|---|---|---|\n";
    for (const auto* key : all)
        table += "| " + std::string(key->name) + " | " + std::string(type_of(*key)) + " | " +
                 visit_key(*key, [](const auto& typed) { return fallback_of(typed); }) + " | " +
                 (key->access == Access::ReadOnly ? "R"
                  : key->rules.secret             ? "W"
                                                  : "RW") +
                 " | " + range_of(*key) + " | " + std::string(key->about) + " |\n";
    return table;
}

}  // namespace ocpp::config
