// SPDX-License-Identifier: Apache-2.0
#pragma once
// A configuration key (OCPP 1.6 section 9) and everything that is true of it. Each key is one
// declared object in ocpp/config/keys/; nothing else in the program knows a key by its name.

#include "hal-service/shared/result.hpp"
#include "ocpp/config/keys/per_connector.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ocpp::config {

using std::chrono::seconds;

enum class Access { ReadOnly, ReadWrite };

// How long a value that was written lasts.
enum class Keep {
    Durable,  // on disk before the answer leaves
    Relaxed,  // on disk within a minute, and no news for the log: it is written every few seconds
    ThisRun   // until the program ends
};

// The effect of a changed value beyond the value itself; ChargePoint's switch names each.
enum class Changed {
    Nothing,
    HeartbeatInterval,
    AuthorizationCacheEnabled,
    RemoteDebug,
    ChargePointID
};

// Facts that the check of a key may use besides its text.
struct Installation {
    std::size_t connectors = 0;
    bool has_socket = false;  // some cable can be locked
    bool sets_wifi = true;    // somebody carries out what the keys of the Wi-Fi say
};

// Judges a text of the right type and length: the text to store, or why it is refused.
using Judged = shared::Result<std::string, std::string>;
using Check = Judged (*)(std::string text, const Installation& installation);
using Condition = bool (*)(const Installation& installation);

Judged check_measurands(std::string text, const Installation& installation);
Judged check_phase_rotation(std::string text, const Installation& installation);
Judged check_identity(std::string text, const Installation& installation);
Judged check_authorization_key(std::string text, const Installation& installation);
Judged check_log_levels(std::string text, const Installation& installation);
Judged check_wifi_password(std::string text, const Installation& installation);
constexpr bool without_socket(const Installation& installation) { return !installation.has_socket; }
constexpr bool without_wifi(const Installation& installation) { return !installation.sets_wifi; }

struct Rules {
    std::string_view unit = {};  // of a number that is no time
    Keep keep = Keep::Durable;
    Check check = nullptr;               // any text will do
    bool secret = false;                 // never told: to no central system, log or person
    Condition read_only_when = nullptr;  // never
    bool outlives_factory_reset = false;
    bool any_character = false;  // of a Text, also a control character
    Changed changed = Changed::Nothing;
    // The setting with the factory value, when that does not stand under [ocpp].
    std::string_view setting = {};
};

// A comma-separated list of at most `max` elements.
struct List {
    std::string_view fallback;
};

// A text of `min` to `max` bytes.
// Control characters are refused, unless the rules take any character.
struct Text {
    std::string_view fallback;
};

// The type of a value: bool, a whole number, seconds, a List, a Text, or one value Each connector.
enum class Kind { Bool, Int, Seconds, List, Text, Each };

// The type of the value of a key of type T.
template <class T>
struct Stored;
template <>
struct Stored<bool> {
    using type = bool;
    static constexpr auto kind = Kind::Bool;
};
template <>
struct Stored<int> {
    using type = int;
    static constexpr auto kind = Kind::Int;
};
template <>
struct Stored<seconds> {
    using type = seconds;
    static constexpr auto kind = Kind::Seconds;
};
template <>
struct Stored<List> {
    using type = std::string;
    static constexpr auto kind = Kind::List;
};
template <>
struct Stored<Text> {
    using type = std::string;
    static constexpr auto kind = Kind::Text;
};
template <>
struct Stored<Each> {
    using type = PerConnector;
    static constexpr auto kind = Kind::Each;
};
template <class T>
using ValueOf = typename Stored<T>::type;

// A key whose type is left out.
struct KeyRow {
    Kind kind;
    std::string_view name;
    Access access;
    // Bounds of a number, of a list's elements, of a text's characters. A bool whose min is 1 can
    // only be true.
    std::int32_t min;
    std::int32_t max;
    std::string_view about;  // for people: what it does, with its unit
    Rules rules;
};

template <class T>
struct Key : KeyRow {
    T fallback;  // the factory value

    constexpr Key(std::string_view key_name, T factory_value, Access key_access, std::int32_t least,
                  std::int32_t most, std::string_view meaning, Rules key_rules = {})
        : KeyRow{Stored<T>::kind, key_name, key_access, least, most, meaning, key_rules},
          fallback(factory_value) {}
    // A key is known by its address.
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
};

using KeyRef = const KeyRow*;
constexpr KeyRef row(const KeyRow& key) { return &key; }

inline constexpr std::int32_t a_day = 86'400;
inline constexpr std::int32_t max_list_elements = 16;

std::optional<bool> bool_from(std::string_view text);         // without case
std::optional<std::int32_t> int_from(std::string_view text);  // the whole text, decimal
std::string text_of(bool value);
std::string text_of(int value);
std::string text_of(seconds value);
inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(const PerConnector& value) { return value.text(); }

}  // namespace ocpp::config
