// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/keys.hpp"

#include "hal-service/process/key_rules.hpp"
#include "hal-service/shared/levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace process {
namespace {

// Tenths of an ampere, as everywhere in OCPP 1.6.
Objection read_amps(const Value& value, units::Milliamps& out) {
    constexpr double max_amps = 1000;
    double amps = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        amps = static_cast<double>(*whole);
    else if (const auto* real = std::get_if<double>(&value))
        amps = *real;
    else
        return "must be a number of amperes";
    if (!(amps >= 0 && amps <= max_amps)) return "is not a current";
    const double tenths = std::round(amps * 10);
    if (std::abs(tenths - amps * 10) > 1e-6) return "must not have more than one decimal";
    out = units::Milliamps{static_cast<std::int64_t>(tenths) * 100};
    return std::nullopt;
}

std::string show_amps(units::Milliamps current) {
    return std::to_string(current.count / 1000) + '.' + std::to_string(current.count % 1000 / 100);
}

Objection set_fallback_current(Settings& settings, const Value& value) {
    units::Milliamps current;
    if (auto wrong = read_amps(value, current)) return wrong;
    // IEC 61851-1 Annex A: a duty cycle says 6 A to 80 A.
    if (current.count != 0 && (current.count < 6000 || current.count > 80'000))
        return "must be 0 or between 6.0 and 80.0";
    settings.hal.fallback_current = current;
    return std::nullopt;
}

Objection set_log_level(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (const auto levels = shared::parse_levels(*text); !levels) return levels.error();
    settings.log.level = *text;
    return std::nullopt;
}

using S = Settings;
using H = HalSettings;

constexpr std::array rows{
    Key{"hal", "backend", set_choice<&S::hal, &H::backend>, show_choice<&S::hal, &H::backend>},
    Key{"hal", "board", set_text<max_text_characters, &S::hal, &H::board>,
        show_text<&S::hal, &H::board>},
    Key{"hal", "socket", set_socket<&S::hal, &H::socket>, show_text<&S::hal, &H::socket>},
    Key{"hal", "service_socket", set_text<max_socket_path, &S::hal, &H::service_socket>,
        show_text<&S::hal, &H::service_socket>},
    Key{"hal", "lease_seconds", set_integer<1, 60, &S::hal, &H::lease>,
        show_integer<&S::hal, &H::lease>},
    Key{"hal", "fallback_current", set_fallback_current,
        [](const S& s) { return show_amps(s.hal.fallback_current); }},
    Key{"hal", "fallback_seconds", set_integer<0, 86'400, &S::hal, &H::fallback_time>,
        show_integer<&S::hal, &H::fallback_time>},
    Key{"simulator", "socket", set_socket<&S::simulator, &SimulatorSettings::socket>,
        show_text<&S::simulator, &SimulatorSettings::socket>},
    Key{"simulator", "speed", set_integer<1, 10'000, &S::simulator, &SimulatorSettings::speed>,
        show_integer<&S::simulator, &SimulatorSettings::speed>},
    Key{"storage", "directory", set_needed_text<&S::storage_directory>,
        show_text<&S::storage_directory>},
    Key{"storage", "boot_id_file", set_text<max_text_characters, &S::boot_id_file>,
        show_text<&S::boot_id_file>},
    Key{"log", "level", set_log_level, show_text<&S::log, &LogSettings::level>},
    Key{"log", "format", set_choice<&S::log, &LogSettings::format>,
        show_choice<&S::log, &LogSettings::format>},
};

Objection set_id(hal::ConnectorInfo& connector, const Value& value) {
    std::int64_t id = 0;
    if (auto wrong = read_integer(value, 1, hal::max_connectors, id)) return wrong;
    connector.id = static_cast<int>(id);
    return std::nullopt;
}

Objection set_type(hal::ConnectorInfo& connector, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    const auto type = shared::enum_from<hal::ConnectorType>(*text);
    if (!type) return R"(must be one of "type2-cable", "type2-socket", "schuko")";
    connector.type = *type;
    return std::nullopt;
}

Objection set_phases(hal::ConnectorInfo& connector, const Value& value) {
    const auto* phases = std::get_if<std::int64_t>(&value);
    if (!phases || (*phases != 1 && *phases != 3)) return "must be 1 or 3";
    connector.phases = static_cast<int>(*phases);
    return std::nullopt;
}

Objection set_max_current(hal::ConnectorInfo& connector, const Value& value) {
    if (auto wrong = read_amps(value, connector.max_current)) return wrong;
    if (connector.max_current.count < 6000 || connector.max_current.count > 80'000)
        return "must be between 6.0 and 80.0";
    return std::nullopt;
}

constexpr std::array all_connector_keys{
    ConnectorKey{"id", set_id, [](const hal::ConnectorInfo& c) { return std::to_string(c.id); }},
    ConnectorKey{"type", set_type,
                 [](const hal::ConnectorInfo& c) { return toml_text(shared::name_of(c.type)); }},
    ConnectorKey{"phases", set_phases,
                 [](const hal::ConnectorInfo& c) { return std::to_string(c.phases); }},
    ConnectorKey{"max_current", set_max_current,
                 [](const hal::ConnectorInfo& c) { return show_amps(c.max_current); }},
};

}  // namespace

std::span<const Key> hardware_keys() { return rows; }
std::span<const ConnectorKey> connector_keys() { return all_connector_keys; }

shared::Result<std::string, std::string> wire_text(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return std::string(*flag ? "true" : "false");
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    const auto* text = std::get_if<std::string>(&value);
    if (!text)
        return shared::Failure<std::string>{
            "must be a whole number, true, false or text in quotes"};
    if (shared::code_points(*text) > max_ocpp_value_characters)
        return shared::Failure<std::string>{
            "is longer than " + std::to_string(max_ocpp_value_characters) + " characters"};
    return *text;
}

std::vector<Complaint> check_connectors(const Settings& settings) {
    std::vector<Complaint> complaints;
    constexpr units::Milliamps max_schuko{16'000};
    for (std::size_t i = 0; i < settings.connectors.size(); ++i) {
        const auto& connector = settings.connectors[i];
        if (connector.id != static_cast<int>(i) + 1) {
            complaints.push_back({"connector", "the ids must be 1, 2, ... in this order"});
            return complaints;
        }
        if (connector.type != hal::ConnectorType::Schuko) continue;
        if (connector.phases != 1)
            complaints.push_back({"connector", "a schuko connector has 1 phase"});
        if (connector.max_current > max_schuko)
            complaints.push_back({"connector", "a schuko connector has at most 16.0 A"});
    }
    if (settings.connectors.empty()) complaints.push_back({"connector", "there must be one"});
    return complaints;
}

std::string toml_text(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if ((c >= 0 && c < ' ') || c == 127) {
            out += "\\u00";
            out += hex[static_cast<std::size_t>(c) / 16];
            out += hex[static_cast<std::size_t>(c) % 16];
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace process
