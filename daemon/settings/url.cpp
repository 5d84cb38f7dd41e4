// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace charge_daemon {
namespace {

using shared::Failure;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_name(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(std::string_view host) {
    return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
               return hex_value(c) >= 0 || c == ':' || c == '.';
           });
}

struct HostAndPort {
    std::string_view host;
    std::string_view port;  // "" when there is none
};

std::optional<HostAndPort> split_host(std::string_view text) {
    HostAndPort out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        out.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        if (!is_ipv6(out.host)) return std::nullopt;
    } else {
        const auto colon = text.find(':');
        out.host = text.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
        if (!is_name(out.host)) return std::nullopt;
    }
    if (rest.empty()) return out;
    if (!rest.starts_with(':') || !is_port(rest.substr(1))) return std::nullopt;
    out.port = rest.substr(1);
    return out;
}

constexpr std::string_view plain_scheme = "ws://";
constexpr std::string_view secure_scheme = "wss://";
constexpr std::string_view plain_port = "80";
constexpr std::string_view secure_port = "443";

std::optional<std::string> objection(std::string_view text) {
    if (text.size() > max_url_bytes) return "is longer than 512 bytes";
    if (!text.starts_with(plain_scheme) && !text.starts_with(secure_scheme))
        return "must begin with ws:// or wss://";
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; }))
        return "must be printable ASCII without spaces; write others as %XX";
    if (text.find_first_of("?#") != std::string_view::npos)
        return "must not have a query or a fragment: the identity is appended to the path";
    return std::nullopt;
}

}  // namespace

shared::Result<Url, std::string> parse_url(std::string_view text) {
    if (auto wrong = objection(text)) return Failure{*std::move(wrong)};
    Url url;
    url.secure = text.starts_with(secure_scheme);
    text.remove_prefix(url.secure ? secure_scheme.size() : plain_scheme.size());
    const auto slash = text.find('/');
    std::string_view authority = text.substr(0, slash);
    url.path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const auto userinfo = authority.substr(0, at);
        const auto colon = userinfo.find(':');
        if (colon == std::string_view::npos)
            return Failure{std::string("must have user:password before the @")};
        auto user = percent_decoded(userinfo.substr(0, colon));
        auto password = percent_decoded(userinfo.substr(colon + 1));
        if (!user || !password) return Failure{std::string("has a wrong %XX before the @")};
        // RFC 7617: the first colon ends the user.
        if (user->find(':') != std::string::npos)
            return Failure{std::string("must not have a colon in the user")};
        url.user = *std::move(user);
        url.password = *std::move(password);
        url.credentials = true;
        authority.remove_prefix(at + 1);
    }
    const auto host = split_host(authority);
    if (!host) return Failure{std::string("has no right host[:port]")};
    url.host = std::string(host->host);
    url.port_written = !host->port.empty();
    url.port = url.port_written ? host->port : url.secure ? secure_port : plain_port;
    return url;
}

Url for_profile(Url url, int security_profile) {
    if (security_profile < 2 || url.secure) return url;
    url.secure = true;
    if (!url.port_written) url.port = secure_port;
    return url;
}

std::string written_host(const Url& url) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    return ipv6 ? '[' + url.host + ']' : url.host;
}

std::string shown(const Url& url) {
    return std::string(url.secure ? secure_scheme : plain_scheme) + written_host(url) +
           (url.port_written ? ':' + url.port : "") + url.path;
}

std::string without_password(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::string(url);
    const auto begin = scheme + 3;
    const auto at = url.substr(begin, url.find('/', begin) - begin).rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    const auto user = url.substr(begin, std::min(at, url.substr(begin, at).find(':')));
    return std::string(url.substr(0, begin)) + std::string(user) + ":***" +
           std::string(url.substr(begin + at));
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
                                c == '~';
        if (unreserved) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte / 16];
            out += hex[byte % 16];
        }
    }
    return out;
}

bool is_host_and_port(std::string_view text) {
    const auto parts = split_host(text);
    return parts && !parts->port.empty();
}

}  // namespace charge_daemon
