// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/keys.hpp"

#include "hal-service/process/url.hpp"
#include "hal-service/shared/levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace process {
namespace {

template <auto A>
auto& at(auto& settings) {
    return settings.*A;
}
template <auto A, auto B>
auto& at(auto& settings) {
    return (settings.*A).*B;
}

bool printable(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= 0 && (c < ' ' || c == 127); });
}
Objection not_text() { return "must be text in quotes"; }

template <std::size_t Max, auto... Path>
Objection set_text(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (shared::code_points(*text) > Max)
        return "is longer than " + std::to_string(Max) + " characters";
    if (!printable(*text)) return "must not contain control characters";
    at<Path...>(settings) = *text;
    return std::nullopt;
}

template <auto... Path>
Objection set_needed_text(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->empty()) return "must not be empty";
    return set_text<max_text_characters, Path...>(settings, value);
}

template <auto... Path>
Objection set_socket(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->size() > max_socket_path)
        return "is longer than " + std::to_string(max_socket_path) + " bytes";
    return set_needed_text<Path...>(settings, value);
}

template <auto... Path>
std::string show_text(const Settings& settings) {
    return toml_text(at<Path...>(settings));
}

Objection read_integer(const Value& value, std::int64_t min, std::int64_t max, std::int64_t& out) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number) return "must be a whole number";
    if (*number < min || *number > max)
        return "must be between " + std::to_string(min) + " and " + std::to_string(max);
    out = *number;
    return std::nullopt;
}

template <int Min, int Max, auto... Path>
Objection set_integer(Settings& settings, const Value& value) {
    std::int64_t number = 0;
    if (auto wrong = read_integer(value, Min, Max, number)) return wrong;
    auto& member = at<Path...>(settings);
    member = std::remove_cvref_t<decltype(member)>(static_cast<int>(number));
    return std::nullopt;
}

template <auto... Path>
std::string show_integer(const Settings& settings) {
    const auto& member = at<Path...>(settings);
    if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(member)>>)
        return std::to_string(member);
    else
        return std::to_string(member.count());
}

template <auto... Path>
Objection set_choice(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    auto& member = at<Path...>(settings);
    using Choice = std::remove_cvref_t<decltype(member)>;
    const auto choice = shared::enum_from<Choice>(*text);
    if (choice) {
        member = *choice;
        return std::nullopt;
    }
    std::string all;
    for (const auto* name : names(Choice{})) all += (all.empty() ? "" : ", ") + toml_text(name);
    return "must be one of " + all;
}

template <auto... Path>
std::string show_choice(const Settings& settings) {
    return toml_text(shared::name_of(at<Path...>(settings)));
}

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

Objection check_identity(std::string_view text) {
    if (text.size() > max_identity_characters)
        return "is longer than " + std::to_string(max_identity_characters) + " characters";
    const bool legal =
        std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127 && c != ':'; });
    if (!legal) return "must be printable ASCII without ':'";
    return std::nullopt;
}

Objection set_identity(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (auto wrong = check_identity(*text)) return wrong;
    settings.central_system.identity = *text;
    return std::nullopt;
}

Objection set_url(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty())
        if (const auto url = parse_url(*text); !url) return url.error();
    settings.central_system.url = *text;
    return std::nullopt;
}

std::string show_url(const Settings& settings) {
    return toml_text(without_password(settings.central_system.url));
}

Objection set_security_profile(Settings& settings, const Value& value) {
    std::int64_t profile = 0;
    if (auto wrong = read_integer(value, 0, 3, profile)) return wrong;
    if (profile > 1)
        return "security profile " + std::to_string(profile) +
               " needs TLS, which this version does not have yet";
    settings.central_system.security_profile = static_cast<int>(profile);
    return std::nullopt;
}

Objection set_authorization_key(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty())
        if (auto wrong = check_authorization_key(*text)) return wrong;
    settings.central_system.authorization_key = *text;
    return std::nullopt;
}

std::string show_authorization_key(const Settings& settings) {
    return settings.central_system.authorization_key.empty() ? "\"\"" : "\"***\"";
}

Objection set_listen(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty() && !is_host_and_port(*text)) return "must be \"\" or \"address:port\"";
    settings.local_interface_listen = *text;
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
using CP = ChargePointSettings;
using CS = CentralSystemSettings;
using H = HalSettings;

// Lengths under [charge_point] are those of BootNotification.req, OCPP 1.6 6.3.
constexpr std::array all_keys{
    Key{"charge_point", "vendor", set_text<20, &S::charge_point, &CP::vendor>,
        show_text<&S::charge_point, &CP::vendor>},
    Key{"charge_point", "model", set_text<20, &S::charge_point, &CP::model>,
        show_text<&S::charge_point, &CP::model>},
    Key{"charge_point", "serial_number", set_text<25, &S::charge_point, &CP::serial_number>,
        show_text<&S::charge_point, &CP::serial_number>},
    Key{"charge_point", "hardware_version", set_text<50, &S::charge_point, &CP::hardware_version>,
        show_text<&S::charge_point, &CP::hardware_version>},
    Key{"charge_point", "charge_box_serial_number",
        set_text<25, &S::charge_point, &CP::charge_box_serial_number>,
        show_text<&S::charge_point, &CP::charge_box_serial_number>},
    Key{"charge_point", "iccid", set_text<20, &S::charge_point, &CP::iccid>,
        show_text<&S::charge_point, &CP::iccid>},
    Key{"charge_point", "imsi", set_text<20, &S::charge_point, &CP::imsi>,
        show_text<&S::charge_point, &CP::imsi>},
    Key{"charge_point", "meter_type", set_text<25, &S::charge_point, &CP::meter_type>,
        show_text<&S::charge_point, &CP::meter_type>},
    Key{"charge_point", "meter_serial_number",
        set_text<25, &S::charge_point, &CP::meter_serial_number>,
        show_text<&S::charge_point, &CP::meter_serial_number>},
    Key{"central_system", "url", set_url, show_url},
    Key{"central_system", "identity", set_identity, show_text<&S::central_system, &CS::identity>},
    Key{"central_system", "security_profile", set_security_profile,
        show_integer<&S::central_system, &CS::security_profile>},
    Key{"central_system", "authorization_key", set_authorization_key, show_authorization_key},
    Key{"central_system", "authorization_key_file",
        set_text<max_text_characters, &S::central_system, &CS::authorization_key_file>,
        show_text<&S::central_system, &CS::authorization_key_file>},
    Key{"central_system", "network_unit",
        set_text<max_text_characters, &S::central_system, &CS::network_unit>,
        show_text<&S::central_system, &CS::network_unit>},
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
    Key{"control", "socket", set_socket<&S::control_socket>, show_text<&S::control_socket>},
    Key{"local_interface", "listen", set_listen, show_text<&S::local_interface_listen>},
    Key{"restart", "mode", set_choice<&S::restart_mode>, show_choice<&S::restart_mode>},
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

void check_connectors(const Settings& settings, std::vector<Complaint>& complaints) {
    constexpr units::Milliamps max_schuko{16'000};
    for (std::size_t i = 0; i < settings.connectors.size(); ++i) {
        const auto& connector = settings.connectors[i];
        if (connector.id != static_cast<int>(i) + 1) {
            complaints.push_back({"connector", "the ids must be 1, 2, ... in this order"});
            return;
        }
        if (connector.type != hal::ConnectorType::Schuko) continue;
        if (connector.phases != 1)
            complaints.push_back({"connector", "a schuko connector has 1 phase"});
        if (connector.max_current > max_schuko)
            complaints.push_back({"connector", "a schuko connector has at most 16.0 A"});
    }
    if (settings.connectors.empty()) complaints.push_back({"connector", "there must be one"});
}

}  // namespace

std::span<const Key> keys() { return all_keys; }
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

std::vector<Complaint> check_together(const Settings& settings) {
    std::vector<Complaint> complaints;
    const auto& central = settings.central_system;
    if (settings.identity().empty())
        complaints.push_back({"central_system.identity", "or serial_number is needed"});
    else if (auto wrong = check_identity(settings.identity()))
        complaints.push_back({"charge_point.serial_number",
                              *wrong + ", because central_system.identity is not given"});
    if (!central.authorization_key.empty() && !central.authorization_key_file.empty())
        complaints.push_back(
            {"central_system.authorization_key_file", "authorization_key is given as well"});
    check_connectors(settings, complaints);
    return complaints;
}

Objection check_authorization_key(std::string_view hex_digits) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (hex_digits.size() < min_authorization_key_digits ||
        hex_digits.size() > max_authorization_key_digits || hex_digits.size() % 2 != 0 ||
        !std::ranges::all_of(hex_digits, is_hex))
        return "must be 32 to 40 hexadecimal digits, two for each byte";
    return std::nullopt;
}

std::string authorization_key_bytes(std::string_view hex_digits) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex_digits.size(); i += 2)
        bytes += static_cast<char>(value(hex_digits[i]) * 16 + value(hex_digits[i + 1]));
    return bytes;
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
