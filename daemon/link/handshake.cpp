// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/handshake.hpp"

#include "hal-service/shared/base64.hpp"

namespace charge_daemon {
std::string request_target(const Url& url, std::string_view identity) {
    std::string path = url.path;
    while (path.ends_with('/')) path.pop_back();
    return path + '/' + percent_encoded(identity);
}

std::string host_header(const Url& url, std::string_view usual_port) {
    return written_host(url) + (url.port == usual_port ? "" : ':' + url.port);
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
    return "Basic " + shared::base64(credentials.user + ':' + credentials.password);
}

}  // namespace charge_daemon
