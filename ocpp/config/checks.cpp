// SPDX-License-Identifier: Apache-2.0
// The checks that rows of the key table name.

#include "hal-service/shared/authorization_key.hpp"
#include "hal-service/shared/levels.hpp"
#include "ocpp/config/keys/key.hpp"
#include "ocpp/config/keys/text.hpp"
#include "ocpp/config/measurands.hpp"
#include "ocpp/config/phase_rotation.hpp"

#include <algorithm>

namespace ocpp::config {
namespace {

// Bounds a complaint about an element that may be as long as a message.
constexpr std::size_t most_quoted = 40;

auto element_refused(std::string_view element, std::string_view why) {
    return shared::Failure{"has \"" + std::string(shared::prefix(element, most_quoted)) + "\", " +
                           std::string(why)};
}

}  // namespace

Judged check_measurands(std::string text, const Installation&) {
    for (const auto element : split_list(text))
        if (element.empty() || !measurands_from(element))
            return element_refused(element, "which is no measurand of this charge point");
    return without_duplicates(text);
}

Judged check_phase_rotation(std::string text, const Installation& installation) {
    for (const auto element : split_list(text))
        if (element.empty() || !is_phase_rotation(element, installation.connectors))
            return element_refused(element, "which is no connector, a point and its rotation");
    if (!is_phase_rotation(text, installation.connectors))
        return shared::Failure{std::string("names a connector twice")};
    return text;
}

// The user of Basic authentication ends at a ':' (RFC 7617, 2).
Judged check_identity(std::string text, const Installation&) {
    if (!std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != ':'; }))
        return shared::Failure{std::string("takes printable ASCII without ':'")};
    return text;
}

Judged check_authorization_key(std::string text, const Installation&) {
    if (auto wrong = shared::check_authorization_key(text))
        return shared::Failure{*std::move(wrong)};
    return text;
}

Judged check_log_levels(std::string text, const Installation&) {
    const auto levels = shared::parse_levels(text, shared::remote_levels);
    if (!levels) return shared::Failure{levels.error()};
    return text;
}

// IEEE 802.11, J.4: a passphrase of 8 to 63 characters, or the 256 bits that it stands for.
Judged check_wifi_password(std::string text, const Installation&) {
    constexpr std::size_t shortest = 8;
    constexpr std::size_t digits_of_bits = 64;
    const auto is_digit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    const bool phrase = text.size() >= shortest && text.size() < digits_of_bits;
    const bool bits =
        text.size() == digits_of_bits && std::all_of(text.begin(), text.end(), is_digit);
    if (!text.empty() && !phrase && !bits)
        return shared::Failure{std::string(
            "takes 8 to 63 bytes, 64 hexadecimal digits, or nothing for an open network")};
    return text;
}

}  // namespace ocpp::config
