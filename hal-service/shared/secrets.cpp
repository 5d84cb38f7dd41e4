// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/secrets.hpp"

#include "hal-service/shared/ascii.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::string_view private_key = "private key";

// The first two are the keys of OCPP; the others are how people name such things besides.
constexpr std::array<std::string_view, 9> names_of_secrets{
    "authorizationkey",  "password",  "authorisationkey",
    "authorization_key", "passwd",    "passphrase",
    "private_key",       private_key, "secret"};

bool in_authority(char c) {
    // An apostrophe may be part of a password.
    constexpr std::string_view ends = "/?#\"<>\\ \t\r\n";
    return ends.find(c) == std::string_view::npos;
}

// RFC 3986 3.2.1: user and password end at the last '@' before the path.
std::string without_passwords(std::string_view text) {
    std::string out;
    for (;;) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) return out + std::string(text);
        const auto begin = scheme + 3;
        const auto* const end = std::find_if_not(text.begin() + begin, text.end(), in_authority);
        const auto authority =
            text.substr(begin, static_cast<std::size_t>(end - text.begin()) - begin);
        const auto at = authority.rfind('@');
        const auto user = at == std::string_view::npos ? std::string_view::npos
                                                       : authority.substr(0, at).find(':');
        out += text.substr(0, begin);
        if (user == std::string_view::npos) {
            out += authority;
        } else {
            out += authority.substr(0, user + 1);
            out += hidden;
            out += authority.substr(at);
        }
        text.remove_prefix(begin + authority.size());
    }
}

// RFC 7468: "-----BEGIN EC PRIVATE KEY-----" up to the end line, or to the end of the text.
std::string without_private_keys(std::string_view text) {
    constexpr std::string_view begins = "-----BEGIN ";
    constexpr std::string_view ends = "-----END ";
    constexpr std::string_view dashes = "-----";
    std::string out;
    for (;;) {
        const auto begin = text.find(begins);
        if (begin == std::string_view::npos) return out + std::string(text);
        const auto label = text.substr(begin + begins.size());
        const auto label_end = label.find(dashes);
        out += text.substr(0, begin);
        if (ascii_lower(label.substr(0, label_end)).find(private_key) == std::string::npos) {
            out += begins;
            text.remove_prefix(begin + begins.size());
            continue;
        }
        out += hidden;
        const auto end = text.find(ends, begin);
        if (end == std::string_view::npos) return out;
        const auto last = text.find(dashes, end + ends.size());
        if (last == std::string_view::npos) return out;
        text.remove_prefix(last + dashes.size());
    }
}

}  // namespace

bool names_secret(std::string_view text) {
    const auto plain = ascii_lower(text);
    return std::ranges::any_of(
        names_of_secrets, [&plain](auto name) { return plain.find(name) != std::string::npos; });
}

bool carries_secret(std::string_view text) {
    return names_secret(text) && (text.find_first_of("{=\"") != std::string_view::npos ||
                                  ascii_lower(text).find(private_key) != std::string::npos);
}

std::string without_secrets(std::string_view text) {
    const bool url = text.find("://") != std::string_view::npos;
    const bool key = text.find("-----BEGIN ") != std::string_view::npos;
    if (!url && !key) return std::string(text);
    return without_private_keys(without_passwords(text));
}

}  // namespace shared
