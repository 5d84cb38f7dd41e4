// SPDX-License-Identifier: Apache-2.0
#pragma once
// A table has every key of the configuration file once: its name, which values it takes, where they
// go and how they are shown. It knows nothing of TOML, so that only load.cpp includes that library.
// The rows of the hardware process stand here, those of the daemon in daemon/settings;
// key_rules.hpp has the rules that both use.

#include "hal-service/process/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace process {

// A value as it stands in the file.
using Texts = std::vector<std::string>;
using Value = std::variant<bool, std::int64_t, double, std::string, Texts>;
// Says why a value is refused; nothing when it is accepted.
using Objection = std::optional<std::string>;

inline constexpr std::size_t max_text_characters = 255;
inline constexpr std::size_t max_ocpp_value_characters = 500;  // ChangeConfiguration, OCPP 1.6 6.7
inline constexpr std::size_t max_socket_path = 107;            // sun_path and its end

// Keys that do not fit together give a complaint, which names one of them.
struct Complaint {
    std::string key;
    std::string text;
};

struct Key {
    std::string_view section;
    std::string_view name;
    Objection (*set)(Settings&, const Value&);
    std::string (*show)(const Settings&);  // in TOML; never a secret
};
// Returns the rows of [hal], [simulator], [storage] and [log].
std::span<const Key> hardware_keys();

// A key of one [[connector]]; all of them are needed.
struct ConnectorKey {
    std::string_view name;
    Objection (*set)(hal::ConnectorInfo&, const Value&);
    std::string (*show)(const hal::ConnectorInfo&);
};
std::span<const ConnectorKey> connector_keys();

// Describes the whole file for whoever loads it: the keys of all programs, and what belongs to
// those that this folder knows nothing of.
struct Sections {
    std::span<const Key> keys;  // in the order in which they are printed
    std::any (*others)();       // returns the defaults of Settings::others
    std::vector<Complaint> (*check_together)(const Settings&);
};

// Converts a value under [ocpp] to the text that goes over the wire.
shared::Result<std::string, std::string> wire_text(const Value& value);

// Judges the list of connectors as a whole.
std::vector<Complaint> check_connectors(const Settings& settings);

// Writes a TOML string with its quotes.
std::string toml_text(std::string_view text);

}  // namespace process
