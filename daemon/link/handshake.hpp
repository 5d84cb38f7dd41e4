// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes the first HTTP request to the central system, and explains a refusal. Pure.

#include "daemon/link/stream.hpp"
#include "daemon/settings/url.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace charge_daemon {

inline constexpr std::string_view subprotocol = "ocpp1.6";  // OCPP-J 1.6 3.2

struct Credentials {
    std::string user;
    std::string password;  // any bytes
};

// Joins the path of the URL and the identity with exactly one slash.
std::string request_target(const Url& url, std::string_view identity);
// Leaves out `usual_port`, which the scheme of the URL implies.
std::string host_header(const Url& url, std::string_view usual_port);
// Says why an answer other than 101 gives no connection, and what a person may do about it.
std::string declined(unsigned status, const std::string& reason, const std::string& location);
// RFC 7617.
std::string basic_authorization(const Credentials& credentials);
// Returns the credentials of the first request, if it has any. Security white paper A00.FR.203,
// 302, 401: profiles 1 and 2 send identity and key, or user and password of the URL when there is
// no key; profile 3 sends none. Profile 0 sends only those of the URL.
std::optional<Credentials> credentials_of(const Url& url, const Caller& caller);

}  // namespace charge_daemon
