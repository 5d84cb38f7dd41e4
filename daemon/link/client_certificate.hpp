// SPDX-License-Identifier: Apache-2.0
#pragma once
// The charge point's own certificate with its key, as it is presented in security profile 3.

#include "daemon/keys/private_key.hpp"
#include "ocpp/security/x509.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace charge_daemon {

struct ClientCertificate {
    std::vector<ocpp::security::Certificate> chain;  // its own first; never empty
    PrivateKey key;                                  // fits the first
};

// Finds a key by its id: security::Certificate::key_id().
using KeyLoader = std::function<shared::Result<PrivateKey, std::string>(const std::string& id)>;

// Nothing: none is presented. The error says why nobody may be called: without its certificate a
// charge point in profile 3 is nobody (A00.FR.401).
using OwnCertificate = shared::Result<std::optional<ClientCertificate>, std::string>;

// Reads the certificate of a security profile, PEM, its own first, and loads its key.
OwnCertificate own_certificate(int security_profile, const std::string& chain,
                               const KeyLoader& load);

}  // namespace charge_daemon
