// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the configuration files into Settings.

#include "hal-service/process/keys.hpp"
#include "hal-service/process/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace process {

inline constexpr std::size_t max_config_bytes = 1024 * 1024;

struct Sources {
    std::optional<std::string> file;     // --config: instead of the three below
    std::vector<std::string> overrides;  // --set: "section.key=VALUE"
    std::string vendor_file = "/usr/lib/chargepoint/chargepoint.toml";
    std::string site_file = "/etc/chargepoint/chargepoint.toml";
    std::string site_folder = "/etc/chargepoint/conf.d";
};

Settings default_settings(const Sections& sections);

// Later files win, overrides win over all. The errors are ready to be shown:
// "/etc/chargepoint/chargepoint.toml:12: central_system.url: must begin with ws:// or wss://".
shared::Result<Settings, std::vector<std::string>> load(const Sources& sources,
                                                        const Sections& sections);

// Applies one file's text on top of the settings. Returns complaints about it.
std::vector<std::string> apply_text(const Sections& sections, Settings& settings,
                                    std::string_view text, const std::string& file_name);

// Formats a complaint as "file:line: key: text", if it is known where the key stands.
std::string describe(const Settings& settings, const Complaint& complaint);

// Prints every value as TOML, with the place where it came from.
std::string print(const Sections& sections, const Settings& settings);

}  // namespace process
