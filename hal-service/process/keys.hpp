// SPDX-License-Identifier: Apache-2.0
#pragma once
// A table has every key of the configuration file once: its name, which values it takes, where they
// go and how they are shown. It knows nothing of TOML, so that only load.cpp includes that library.

#include "hal-service/process/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace process {

// A value as it stands in the file.
using Value = std::variant<bool, std::int64_t, double, std::string>;
// Says why a value is refused; nothing when it is accepted.
using Objection = std::optional<std::string>;

inline constexpr std::size_t max_identity_characters = 48;
inline constexpr std::size_t max_text_characters = 255;
inline constexpr std::size_t max_ocpp_value_characters = 500;  // ChangeConfiguration, OCPP 1.6 6.7
inline constexpr std::size_t max_socket_path = 107;            // sun_path and its end
inline constexpr std::size_t min_authorization_key_digits = 32;
inline constexpr std::size_t max_authorization_key_digits = 40;

struct Key {
    std::string_view section;
    std::string_view name;
    Objection (*set)(Settings&, const Value&);
    std::string (*show)(const Settings&);  // in TOML; never a secret
};
std::span<const Key> keys();

// A key of one [[connector]]; all of them are needed.
struct ConnectorKey {
    std::string_view name;
    Objection (*set)(hal::ConnectorInfo&, const Value&);
    std::string (*show)(const hal::ConnectorInfo&);
};
std::span<const ConnectorKey> connector_keys();

// Converts a value under [ocpp] to the text that goes over the wire.
shared::Result<std::string, std::string> wire_text(const Value& value);

// Keys that do not fit together give a complaint, which names one of them.
struct Complaint {
    std::string key;
    std::string text;
};
std::vector<Complaint> check_together(const Settings& settings);

Objection check_authorization_key(std::string_view hex_digits);
// Converts the hex digits of a checked key to bytes.
std::string authorization_key_bytes(std::string_view hex_digits);

// Writes a TOML string with its quotes.
std::string toml_text(std::string_view text);

}  // namespace process
