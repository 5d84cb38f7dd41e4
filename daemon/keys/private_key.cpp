// SPDX-License-Identifier: Apache-2.0
#include "daemon/keys/private_key.hpp"

#include "ocpp/security/x509.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>

namespace charge_daemon {
namespace {

using shared::Failure;

constexpr std::array curves{"prime256v1", "secp384r1", "secp521r1"};

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;
struct FreeContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

// The machine's openssl.cnf could put another library in the place of this one.
void leave_out_machine_configuration() {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

Failure<std::string> no_key(std::string why) { return {std::move(why)}; }

std::string id_of(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size <= 0) return {};
    auto id = ocpp::security::key_id_of(
        {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return id;
}

// "" when TLS takes the key here, else why not.
std::string unfit(EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS:
            if (bits >= static_cast<int>(made_rsa_bits)) return {};
            return "the key is too weak: RSA of " + std::to_string(bits) +
                   " bits, and 2048 are the least";
        case EVP_PKEY_EC: {
            std::array<char, 64> name{};
            EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr);
            if (std::ranges::find(curves, std::string_view(name.data())) != curves.end()) return {};
            return "the key is on the curve " + std::string(name.data()) +
                   ", and only P-256, P-384 and P-521 are offered over TLS";
        }
        case EVP_PKEY_ED25519: return {};
        default: break;
    }
    const char* kind = EVP_PKEY_get0_type_name(key);
    return "the key is of the kind " + std::string(kind != nullptr ? kind : "unknown") +
           ", and only RSA, EC and Ed25519 are offered over TLS";
}

int go_on_unless_stopped(EVP_PKEY_CTX* context) {
    const auto* stop = static_cast<const std::stop_token*>(EVP_PKEY_CTX_get_app_data(context));
    return stop->stop_requested() ? 0 : 1;
}

EVP_PKEY* generated(ClientKeyType type, const std::stop_token& stop) {
    const bool rsa = type == ClientKeyType::Rsa;
    const std::unique_ptr<EVP_PKEY_CTX, FreeContext> context(
        EVP_PKEY_CTX_new_from_name(nullptr, rsa ? "RSA" : "EC", nullptr));
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
    const int set = rsa ? EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), made_rsa_bits)
                        : EVP_PKEY_CTX_set_group_name(context.get(), "P-256");
    if (set != 1) return nullptr;
    EVP_PKEY_CTX_set_app_data(context.get(), const_cast<std::stop_token*>(&stop));
    EVP_PKEY_CTX_set_cb(context.get(), go_on_unless_stopped);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_generate(context.get(), &key);
    return key;
}

// Without it OpenSSL would ask for a passphrase at the terminal.
int passphrase_is_missed(char*, int, int, void* missed) {
    *static_cast<bool*>(missed) = true;
    return -1;
}

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)), id_(id_of(key_.get())) {}

shared::Result<PrivateKey, std::string> PrivateKey::make(ClientKeyType type,
                                                         const std::stop_token& stop) {
    leave_out_machine_configuration();
    std::shared_ptr<EVP_PKEY> key(generated(type, stop), EVP_PKEY_free);
    const auto error = ERR_peek_last_error();
    ERR_clear_error();
    if (stop.stop_requested()) return no_key("stopped while a key was made");
    if (key) return PrivateKey(std::move(key));
    const char* reason = ERR_reason_error_string(error);
    return no_key("a key can't be made: " + std::string(reason != nullptr ? reason : "unknown"));
}

shared::Result<PrivateKey, std::string> PrivateKey::from_pem(std::string_view text) {
    leave_out_machine_configuration();
    if (text.size() > max_private_key_bytes)
        return no_key("is longer than " + std::to_string(max_private_key_bytes) + " bytes");
    const BioPointer bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    bool missed = false;
    std::shared_ptr<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, passphrase_is_missed, &missed), EVP_PKEY_free);
    ERR_clear_error();
    if (missed) return no_key("the key is encrypted, and nobody is there who knows its passphrase");
    if (!key) return no_key("no private key in PEM can be read in it");
    if (auto why = unfit(key.get()); !why.empty()) return no_key(std::move(why));
    return PrivateKey(std::move(key));
}

std::string PrivateKey::pem() const {
    const BioPointer bio(BIO_new(BIO_s_secmem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace charge_daemon
