// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/handshake.hpp"

#include <cstdint>

namespace charge_daemon {
namespace {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group =
                group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

}  // namespace

std::string request_target(const Url& url, std::string_view identity) {
    std::string path = url.path;
    while (path.ends_with('/')) path.pop_back();
    return path + '/' + percent_encoded(identity);
}

std::string host_header(const Url& url, std::string_view usual_port) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    return (ipv6 ? '[' + url.host + ']' : url.host) +
           (url.port == usual_port ? "" : ':' + url.port);
}

std::string declined(unsigned status, const std::string& reason, const std::string& location) {
    constexpr std::size_t longest = 200;  // for words that the other end chooses
    auto text = "it answered " + std::to_string(status) + ' ' + reason.substr(0, longest);
    if (status == 401 || status == 403) return text + ": are identity and password known there?";
    if (status == 404) return text + ": is the URL right, and the identity known there?";
    if (status >= 300 && status < 400)
        return text + ": it wants to be called at \"" + location.substr(0, longest) +
               "\", which is not followed";
    return text;
}

std::optional<Credentials> credentials_of(const Url& url, const Caller& caller) {
    if (caller.security_profile == 3) return std::nullopt;
    if (caller.security_profile != 0 && !caller.authorization_key.empty())
        return Credentials{caller.identity, caller.authorization_key};
    if (url.credentials) return Credentials{url.user, url.password};
    return std::nullopt;
}

std::string basic_authorization(const Credentials& credentials) {
    return "Basic " + base64(credentials.user + ':' + credentials.password);
}

}  // namespace charge_daemon
