// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of the first HTTP request to the central system. Pure.

#include "hal-service/process/url.hpp"

#include <string>
#include <string_view>

namespace charge_daemon {

inline constexpr std::string_view subprotocol = "ocpp1.6";  // OCPP-J 1.6 3.2

struct Credentials {
    std::string user;
    std::string password;  // any bytes
};

// The path of the URL and the identity behind it, with exactly one slash between them.
std::string request_target(const process::Url& url, std::string_view identity);
// `usual_port` is the one that the scheme implies; it is left out.
std::string host_header(const process::Url& url, std::string_view usual_port);
// Why there is no connection when the answer was not 101, with what a person may do about it.
std::string declined(unsigned status, const std::string& reason, const std::string& location);
// RFC 7617.
std::string basic_authorization(const Credentials& credentials);

}  // namespace charge_daemon
