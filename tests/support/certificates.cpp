// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificates.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace certificates {
namespace {

void need(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "certificates of the tests: %s\n", what);
    std::abort();
}

std::shared_ptr<EVP_PKEY> key_for(const Key& wanted) {
    static std::map<Key, std::shared_ptr<EVP_PKEY>> kept;
    auto& key = kept[wanted];
    if (!key) {
        auto* made = wanted.kind == "RSA"
                         ? EVP_RSA_gen(static_cast<unsigned>(wanted.bits))
                         : (wanted.kind.starts_with("ED")
                                ? EVP_PKEY_Q_keygen(nullptr, nullptr, wanted.kind.c_str())
                                : EVP_EC_gen(wanted.kind.c_str()));
        need(made != nullptr, "a key can't be made");
        key.reset(made, EVP_PKEY_free);
    }
    return key;
}

void set_name(X509_NAME* name, const std::string& common_name) {
    const auto add = [&](const char* field, const std::string& text) {
        need(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                        reinterpret_cast<const unsigned char*>(text.data()),
                                        static_cast<int>(text.size()), -1, 0) == 1,
             "a name");
    };
    add("O", "Tests");
    if (!common_name.empty()) add("CN", common_name);
}

void set_time(ASN1_TIME* time, Instant instant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    need(ASN1_TIME_adj(time, 0, static_cast<int>(seconds.time_since_epoch().count() / 86'400),
                       seconds.time_since_epoch().count() % 86'400) != nullptr,
         "a time");
}

void add_extension(X509* x509, X509* issuer, int nid, const std::string& text) {
    if (text.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, text.c_str());
    need(extension != nullptr && X509_add_ext(x509, extension, -1) == 1, text.c_str());
    X509_EXTENSION_free(extension);
}

void add_unknown_extension(X509* x509, const std::string& oid) {
    if (oid.empty()) return;
    auto* object = OBJ_txt2obj(oid.c_str(), 1);
    auto* octets = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(octets, reinterpret_cast<const unsigned char*>("\x05\x00"), 2);
    auto* extension = X509_EXTENSION_create_by_OBJ(nullptr, object, 1, octets);
    need(X509_add_ext(x509, extension, -1) == 1, "an extension");
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(object);
}

void set_serial(X509* x509, const std::string& hex) {
    BIGNUM* number = nullptr;
    need(BN_hex2bn(&number, hex.c_str()) > 0, "a serial number");
    need(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != nullptr, "a serial number");
    BN_free(number);
}

std::string der_of(X509* x509) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(x509, &bytes);
    need(size > 0, "DER");
    std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

X509* x509_from(const std::string& der) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    return d2i_X509(nullptr, &bytes, static_cast<long>(der.size()));
}

}  // namespace

std::string make_der(const Wish& wish, const Made* issuer) {
    const auto key = key_for(wish.key);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    const std::unique_ptr<X509, decltype(&X509_free)> above(
        issuer != nullptr ? x509_from(issuer->certificate.der()) : nullptr, X509_free);
    auto* signer = above ? above.get() : x509.get();
    X509_set_version(x509.get(), X509_VERSION_3);
    set_serial(x509.get(), wish.serial);
    set_name(X509_get_subject_name(x509.get()), wish.name);
    X509_set_issuer_name(x509.get(), X509_get_subject_name(signer));
    set_time(X509_getm_notBefore(x509.get()), wish.not_before);
    set_time(X509_getm_notAfter(x509.get()), wish.not_after);
    X509_set_pubkey(x509.get(), key.get());
    add_extension(x509.get(), signer, NID_basic_constraints, wish.constraints);
    add_extension(x509.get(), signer, NID_key_usage, wish.key_usage);
    add_extension(x509.get(), signer, NID_ext_key_usage, wish.purposes);
    add_extension(x509.get(), signer, NID_subject_alt_name, wish.names);
    add_unknown_extension(x509.get(), wish.extra_critical_oid);
    auto* signing_key = issuer != nullptr ? issuer->key.get() : key.get();
    const bool own_digest = EVP_PKEY_get_base_id(signing_key) == EVP_PKEY_ED25519;
    need(X509_sign(x509.get(), signing_key,
                   own_digest ? nullptr : EVP_get_digestbyname(wish.digest.c_str())) > 0,
         "a signature");
    return der_of(x509.get());
}

Made make(const Wish& wish, const Made* issuer) {
    auto certificate = Certificate::from_der(make_der(wish, issuer));
    need(static_cast<bool>(certificate), certificate ? "" : certificate.error().c_str());
    return {*std::move(certificate), key_for(wish.key)};
}

ocpp::wire::CertificateHashData ocsp_hash_data(ocpp::wire::HashAlgorithm algorithm,
                                               const Certificate& certificate,
                                               const Certificate& issuer) {
    auto* x509 = x509_from(certificate.der());
    auto* above = x509_from(issuer.der());
    const auto name = std::string(shared::name_of(algorithm));
    auto* id = OCSP_cert_to_id(EVP_get_digestbyname(name.c_str()), x509, above);
    need(id != nullptr, "an id of OCSP");
    ASN1_OCTET_STRING* name_hash = nullptr;
    ASN1_OCTET_STRING* key_hash = nullptr;
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(&name_hash, nullptr, &key_hash, &serial, id);
    const auto hex = [](const ASN1_STRING* octets) {
        std::string text;
        for (int i = 0; i < ASN1_STRING_length(octets); ++i) {
            std::array<char, 3> two{};
            std::snprintf(two.data(), two.size(), "%02x", ASN1_STRING_get0_data(octets)[i]);
            text += two.data();
        }
        return text;
    };
    const ocpp::wire::CertificateHashData data{
        algorithm, {hex(name_hash)}, {hex(key_hash)}, {hex(serial)}};
    OCSP_CERTID_free(id);
    X509_free(x509);
    X509_free(above);
    return data;
}

std::string private_key_of(const Made& made) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    need(PEM_write_bio_PrivateKey(bio.get(), made.key.get(), nullptr, nullptr, 0, nullptr,
                                  nullptr) == 1,
         "a key in PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace certificates
