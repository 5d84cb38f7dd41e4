// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/authorization_key.hpp"

#include "daemon/settings/settings.hpp"
#include "hal-service/process/file.hpp"
#include "hal-service/shared/authorization_key.hpp"

namespace charge_daemon {

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
    if (const auto wrong = shared::check_authorization_key(*text))
        return complain("the file's text " + *wrong);
    return *std::move(text);
}

}  // namespace charge_daemon
