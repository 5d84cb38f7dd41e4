// SPDX-License-Identifier: Apache-2.0
#pragma once
// Parses the address of the central system. The settings and the link use this one parser, so that
// an address that was accepted can be dialled.

#include "hal-service/shared/result.hpp"

#include <string>
#include <string_view>

namespace charge_daemon {

inline constexpr std::size_t max_url_bytes = 512;

struct Url {
    std::string user;  // any bytes, percent-decoded
    std::string password;
    bool credentials = false;  // "user:password@" stands in the URL
    bool secure = false;       // wss
    std::string host;          // an IPv6 address without its brackets
    std::string port;          // the one of the scheme, 80 or 443, when none is written
    bool port_written = false;
    std::string path;  // begins with '/', as written
};

// "ws[s]://[user:password@]host[:port][/path]". The error says what is wrong with it.
shared::Result<Url, std::string> parse_url(std::string_view text);

// The URL that a security profile (0 to 3) dials: profile 2 and 3 turn ws into wss, to the port
// that is written, else 443.
Url for_profile(Url url, int security_profile);
// The host as it stands in a URL: an IPv6 address in brackets.
std::string written_host(const Url& url);
// Writes it without user and password, for people and journals.
std::string shown(const Url& url);

// Leaves out the password, for people and journals.
std::string without_password(std::string_view url);

// Writes all but unreserved characters (RFC 3986 2.3) as %XX.
std::string percent_encoded(std::string_view text);

// "127.0.0.1:8080", "[::1]:8080".
bool is_host_and_port(std::string_view text);

}  // namespace charge_daemon
