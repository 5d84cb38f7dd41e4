// SPDX-License-Identifier: Apache-2.0
#include "daemon/keys/signing_request.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>

namespace charge_daemon {
namespace {

using shared::Failure;

// Nothing when it is no UTF-8.
std::optional<std::size_t> characters_of(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        unsigned long character = 0;
        const int size = UTF8_getc(reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), &character);
        if (size <= 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return count;
}

// "" when it can be a part of the subject, else why not.
std::string why_not(std::string_view what, std::string_view text) {
    if (text.empty()) return std::string(what) + " is missing";
    const auto characters = characters_of(text);
    if (!characters) return std::string(what) + " is not UTF-8";
    if (*characters > max_name_characters)
        return std::string(what) + " is longer than " + std::to_string(max_name_characters) +
               " characters, the most that a certificate holds";
    return {};
}

// A UTF8String, whatever is in the text.
bool add(X509_NAME* name, int field, const std::string& text) {
    return X509_NAME_add_entry_by_NID(name, field, V_ASN1_UTF8STRING,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
}

// Ed25519 hashes by itself.
const EVP_MD* digest_for(EVP_PKEY* key) {
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

}  // namespace

shared::Result<std::string, std::string> signing_request(const PrivateKey& key,
                                                         const SigningSubject& subject) {
    for (const auto& why : {why_not("the organization", subject.organization),
                            why_not("the common name", subject.common_name)})
        if (!why.empty()) return Failure{why};
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(X509_REQ_new(),
                                                                      X509_REQ_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    auto* name = X509_REQ_get_subject_name(request.get());
    const bool made = X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                      add(name, NID_organizationName, subject.organization) &&
                      add(name, NID_commonName, subject.common_name) &&
                      X509_REQ_set_pubkey(request.get(), key.native()) == 1 &&
                      X509_REQ_sign(request.get(), key.native(), digest_for(key.native())) > 0 &&
                      PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1;
    ERR_clear_error();
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    if (!made || size <= 0) return Failure<std::string>{"the request can't be signed"};
    std::string pem(data, static_cast<std::size_t>(size));
    if (pem.size() > max_request_characters)
        return Failure{"the request is longer than " + std::to_string(max_request_characters) +
                       " characters"};
    return pem;
}

}  // namespace charge_daemon
