// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the configuration files into Settings. The only user of the TOML library.

#include "hal-service/process/keys.hpp"
#include "hal-service/process/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace process {

inline constexpr std::size_t max_config_bytes = 1024 * 1024;
inline constexpr std::size_t max_key_file_bytes = 256;

struct Sources {
    std::optional<std::string> file;     // --config: instead of the three below
    std::vector<std::string> overrides;  // --set: "section.key=VALUE"
    std::string vendor_file = "/usr/lib/chargepoint/chargepoint.toml";
    std::string site_file = "/etc/chargepoint/chargepoint.toml";
    std::string site_folder = "/etc/chargepoint/conf.d";
};

// Later files win, overrides win over all. The errors are ready to be shown:
// "/etc/chargepoint/chargepoint.toml:12: central_system.url: must begin with ws://".
shared::Result<Settings, std::vector<std::string>> load(const Sources& sources);

// One file's text on top of the settings. Returns what is wrong with it.
std::vector<std::string> apply_text(Settings& settings, std::string_view text,
                                    const std::string& file_name);

// "file:line: key: text", as far as it is known where the key stands.
std::string describe(const Settings& settings, const Complaint& complaint);

// The key's hex digits, from the file when the settings name one; "" when there is none.
shared::Result<std::string, Complaint> authorization_key(const Settings& settings);

// Every value with where it came from, as TOML.
std::string print(const Settings& settings);

}  // namespace process
