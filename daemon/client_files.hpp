// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the charge point's own certificate and its key, which the configuration file names for a
// delivery on security profile 3.

#include "daemon/keys/private_key.hpp"
#include "daemon/settings/settings.hpp"
#include "hal-service/process/key_rules.hpp"

#include <optional>
#include <string>

namespace charge_daemon {

struct ClientFiles {
    std::string chain;              // PEM, its own certificate first; "" = none is named
    std::optional<PrivateKey> key;  // of the first
    std::string expired;            // for the log: the end of the certificate has come; "" = not
};

// The certificate must be one that can be presented: no CA, for clients, with a key that is strong
// enough and that is the one in the other file. One that has expired is no mistake of the
// configuration. The complaint names the setting and what is wrong.
shared::Result<ClientFiles, process::Complaint> client_files(const process::Settings& settings);

}  // namespace charge_daemon
