// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/authorization_key.hpp"

#include "daemon/settings/settings.hpp"
#include "hal-service/process/file.hpp"

#include <algorithm>

namespace charge_daemon {

process::Objection check_authorization_key(std::string_view hex_digits) {
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

shared::Result<std::string, process::Complaint> authorization_key(
    const process::Settings& settings) {
    const auto& central = daemon_settings(settings).central_system;
    if (central.authorization_key_file.empty()) return central.authorization_key;
    const auto complain = [](std::string text) {
        return shared::Failure{
            process::Complaint{"central_system.authorization_key_file", std::move(text)}};
    };
    auto text = process::read_file(central.authorization_key_file, max_key_file_bytes,
                                   process::Privacy::OwnerOnly);
    if (!text) return complain(text.error().text);
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (auto wrong = check_authorization_key(*text)) return complain("the file's text " + *wrong);
    return *std::move(text);
}

}  // namespace charge_daemon
