// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/client_certificate.hpp"

namespace charge_daemon {
namespace {

shared::Failure<std::string> obstacle(const std::string& why) {
    return {"security profile 3 can't be used: " + why};
}

}  // namespace

OwnCertificate own_certificate(int security_profile, const std::string& chain,
                               const KeyLoader& load) {
    if (security_profile != 3) return std::optional<ClientCertificate>();
    if (chain.empty()) return obstacle("there is no certificate of our own");
    auto certificates = ocpp::security::Certificate::from_pem(chain);
    if (!certificates) return obstacle("our own certificate: " + certificates.error());
    auto key = load(certificates->front().key_id());
    if (!key) return obstacle("the key of our own certificate: " + key.error());
    return std::optional(ClientCertificate{*std::move(certificates), *std::move(key)});
}

}  // namespace charge_daemon
