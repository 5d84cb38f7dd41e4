// SPDX-License-Identifier: Apache-2.0
#pragma once
// A key pair of the charge point's own certificate (security white paper A02, A00.FR.501). It is a
// secret: nothing but pem() gives it away, and only the folder of the keys calls that.

#include "daemon/settings/settings.hpp"
#include "hal-service/shared/result.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace charge_daemon {

// PEM; RSA 16384 has 13 KiB.
inline constexpr std::size_t max_private_key_bytes = 16UL * 1024;
inline constexpr unsigned made_rsa_bits = 2048;

class PrivateKey {
public:
    // EC P-256 in less than a millisecond, RSA 2048 in up to some seconds. The error says what is
    // wrong; a wish to stop is an error soon.
    static shared::Result<PrivateKey, std::string> make(ClientKeyType type,
                                                        const std::stop_token& stop = {});
    // One PEM block, PKCS#8 or one of the older kinds, without a passphrase. The key must be one
    // that TLS takes here: RSA of 2048 bits or more, EC on P-256, P-384 or P-521, or Ed25519. The
    // error never repeats the text.
    static shared::Result<PrivateKey, std::string> from_pem(std::string_view text);

    // ocpp::security::key_id_of() its public half, as a certificate tells it about its key.
    const std::string& id() const { return id_; }
    // PKCS#8; a secret.
    std::string pem() const;
    evp_pkey_st* native() const { return key_.get(); }

private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key);
    std::shared_ptr<evp_pkey_st> key_;  // never null
    std::string id_;
};

}  // namespace charge_daemon
