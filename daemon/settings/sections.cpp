// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/sections.hpp"

#include "daemon/settings/settings.hpp"
#include "daemon/settings/url.hpp"
#include "hal-service/process/key_rules.hpp"
#include "hal-service/shared/authorization_key.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace charge_daemon {
namespace {

using process::Complaint;
using process::Key;
using process::max_text_characters;
using process::not_text;
using process::Objection;
using process::set_choice;
using process::set_socket;
using process::set_text;
using process::show_choice;
using process::show_integer;
using process::show_text;
using process::toml_text;
using process::Value;

constexpr std::size_t max_identity_characters = 48;

Objection check_identity(std::string_view text) {
    if (text.size() > max_identity_characters)
        return "is longer than " + std::to_string(max_identity_characters) + " characters";
    const bool legal =
        std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127 && c != ':'; });
    if (!legal) return "must be printable ASCII without ':'";
    return std::nullopt;
}

Objection set_identity(process::Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (auto wrong = check_identity(*text)) return wrong;
    daemon_settings(settings).central_system.identity = *text;
    return std::nullopt;
}

Objection set_url(process::Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty())
        if (const auto url = parse_url(*text); !url) return url.error();
    daemon_settings(settings).central_system.url = *text;
    return std::nullopt;
}

std::string show_url(const process::Settings& settings) {
    return toml_text(without_password(daemon_settings(settings).central_system.url));
}

Objection set_security_profile(process::Settings& settings, const Value& value) {
    std::int64_t profile = 0;
    if (auto wrong = process::read_integer(value, 0, 3, profile)) return wrong;
    daemon_settings(settings).central_system.security_profile = static_cast<int>(profile);
    return std::nullopt;
}

Objection set_authorization_key(process::Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty())
        if (auto wrong = shared::check_authorization_key(*text)) return wrong;
    daemon_settings(settings).central_system.authorization_key = *text;
    return std::nullopt;
}

std::string show_authorization_key(const process::Settings& settings) {
    return daemon_settings(settings).central_system.authorization_key.empty() ? "\"\"" : "\"***\"";
}

Objection set_listen(process::Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (!text->empty() && !is_host_and_port(*text)) return "must be \"\" or \"address:port\"";
    daemon_settings(settings).local_interface_listen = *text;
    return std::nullopt;
}

// As a list in the file, without its brackets.
std::string listed(const std::vector<TransferProtocol>& protocols) {
    std::string text;
    for (const auto protocol : protocols)
        text += (text.empty() ? "" : ", ") + toml_text(shared::name_of(protocol));
    return text;
}

Objection set_protocols(process::Settings& settings, const Value& value) {
    const auto* texts = std::get_if<process::Texts>(&value);
    if (!texts) return "must be a list of texts in quotes";
    std::vector<TransferProtocol> protocols;
    for (const auto& text : *texts) {
        const auto protocol = shared::enum_from<TransferProtocol>(text);
        if (!protocol) return "must be a list of " + listed(TransferSettings{}.protocols);
        if (std::ranges::count(protocols, *protocol) > 0)
            return "names " + toml_text(text) + " twice";
        protocols.push_back(*protocol);
    }
    daemon_settings(settings).transfer.protocols = std::move(protocols);
    return std::nullopt;
}

std::string show_protocols(const process::Settings& settings) {
    return '[' + listed(daemon_settings(settings).transfer.protocols) + ']';
}

using S = Settings;
using CP = ChargePointSettings;
using CS = CentralSystemSettings;

// Lengths under [charge_point] are those of BootNotification.req, OCPP 1.6 6.3.
constexpr std::array before_the_hardware{
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
    Key{"central_system", "root_certificates",
        set_text<max_text_characters, &S::central_system, &CS::root_certificates>,
        show_text<&S::central_system, &CS::root_certificates>},
    Key{"central_system", "client_certificate",
        set_text<max_text_characters, &S::central_system, &CS::client_certificate>,
        show_text<&S::central_system, &CS::client_certificate>},
    Key{"central_system", "client_key",
        set_text<max_text_characters, &S::central_system, &CS::client_key>,
        show_text<&S::central_system, &CS::client_key>},
    Key{"central_system", "client_key_type", set_choice<&S::central_system, &CS::client_key_type>,
        show_choice<&S::central_system, &CS::client_key_type>},
    Key{"central_system", "trust_system_roots",
        process::set_flag<&S::central_system, &CS::trust_system_roots>,
        process::show_flag<&S::central_system, &CS::trust_system_roots>},
    Key{"central_system", "network_unit",
        set_text<max_text_characters, &S::central_system, &CS::network_unit>,
        show_text<&S::central_system, &CS::network_unit>},
};

constexpr std::array after_the_hardware{
    Key{"control", "socket", set_socket<&S::control_socket>, show_text<&S::control_socket>},
    Key{"firmware", "manufacturer_roots", set_text<max_text_characters, &S::manufacturer_roots>,
        show_text<&S::manufacturer_roots>},
    Key{"local_interface", "listen", set_listen, show_text<&S::local_interface_listen>},
    Key{"restart", "mode", set_choice<&S::restart_mode>, show_choice<&S::restart_mode>},
    Key{"transfer", "protocols", set_protocols, show_protocols},
};

const std::vector<Key>& all_keys() {
    static const auto all = [] {
        std::vector<Key> keys(before_the_hardware.begin(), before_the_hardware.end());
        std::ranges::copy(process::hardware_keys(), std::back_inserter(keys));
        std::ranges::copy(after_the_hardware, std::back_inserter(keys));
        return keys;
    }();
    return all;
}

void check_own_certificate(const CentralSystemSettings& central,
                           std::vector<Complaint>& complaints) {
    const bool certificate = !central.client_certificate.empty();
    const bool key = !central.client_key.empty();
    if (certificate && !key)
        complaints.push_back({"central_system.client_certificate", "client_key is needed as well"});
    if (key && !certificate)
        complaints.push_back({"central_system.client_key", "client_certificate is needed as well"});
    if (central.security_profile == 3 && !certificate && !key)
        complaints.push_back(
            {"central_system.security_profile", "3 needs client_certificate and client_key"});
}

std::vector<Complaint> check_together(const process::Settings& settings) {
    std::vector<Complaint> complaints;
    const auto& own = daemon_settings(settings);
    const auto& central = own.central_system;
    if (own.identity().empty())
        complaints.push_back({"central_system.identity", "or serial_number is needed"});
    else if (auto wrong = check_identity(own.identity()))
        complaints.push_back({"charge_point.serial_number",
                              *wrong + ", because central_system.identity is not given"});
    if (!central.authorization_key.empty() && !central.authorization_key_file.empty())
        complaints.push_back(
            {"central_system.authorization_key_file", "authorization_key is given as well"});
    check_own_certificate(central, complaints);
    std::ranges::move(process::check_connectors(settings), std::back_inserter(complaints));
    return complaints;
}

}  // namespace

const process::Sections& sections() {
    static const process::Sections all{all_keys(), [] { return std::any(Settings{}); },
                                       check_together};
    return all;
}

const Settings& daemon_settings(const process::Settings& settings) {
    return *std::any_cast<Settings>(&settings.others);
}
Settings& daemon_settings(process::Settings& settings) {
    return *std::any_cast<Settings>(&settings.others);
}

}  // namespace charge_daemon
