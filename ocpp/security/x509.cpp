// SPDX-License-Identifier: Apache-2.0
#include "ocpp/security/x509.hpp"

#include "ocpp/security/pem.hpp"
#include "ocpp/security/x509_parsed.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <ctime>

namespace ocpp::security {
namespace {

using BioPointer = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using BignumPointer = std::unique_ptr<BIGNUM, Freed<BN_free>>;

// The machine's openssl.cnf could change what is read and what is strong enough.
void leave_out_machine_configuration() {
    [[maybe_unused]] static const int once =
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

shared::Failure<std::string> refused(std::string why) { return {std::move(why)}; }

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string one_line(const X509_NAME* name) {
    const BioPointer bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string common_name_of(const X509_NAME* name) {
    int last = -1;
    for (int next; (next = X509_NAME_get_index_by_NID(name, NID_commonName, last)) >= 0;)
        last = next;
    if (last < 0) return {};
    unsigned char* utf8 = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
    if (size < 0) return {};
    std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return text;
}

std::string hex_of(const unsigned char* bytes, std::size_t size, const char* digits) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xFU];
    }
    return text;
}

// Nothing when it is longer than RFC 5280 permits.
std::optional<std::string> serial_of(const X509* x509) {
    const BignumPointer number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), nullptr));
    if (!number || BN_num_bytes(number.get()) > static_cast<int>(max_serial_bytes))
        return std::nullopt;
    std::string bytes(max_serial_bytes, '\0');
    const auto size = BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    auto text = hex_of(bytes_of(bytes), static_cast<std::size_t>(size), "0123456789ABCDEF");
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    if (text.empty()) return "0";
    return BN_is_negative(number.get()) ? '-' + text : text;
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
    std::tm tm{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &tm) != 1) return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::year{tm.tm_year + 1900},
                                          std::chrono::month{static_cast<unsigned>(tm.tm_mon) + 1},
                                          std::chrono::day{static_cast<unsigned>(tm.tm_mday)}};
    if (!day.ok()) return std::nullopt;
    return std::chrono::sys_days{day} + std::chrono::hours{tm.tm_hour} +
           std::chrono::minutes{tm.tm_min} + std::chrono::seconds{tm.tm_sec};
}

void describe_key(const X509* x509, Facts& facts) {
    const auto* key = X509_get0_pubkey(x509);
    if (key == nullptr) return;
    const char* kind = EVP_PKEY_get0_type_name(key);
    facts.key_kind = kind != nullptr ? kind : "";
    facts.key_bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS:
        case EVP_PKEY_DSA: facts.strong_key = facts.key_bits >= min_rsa_bits; break;
        case EVP_PKEY_EC: facts.strong_key = facts.key_bits >= min_ec_bits; break;
        case EVP_PKEY_ED25519:
        case EVP_PKEY_ED448: facts.strong_key = true; break;
        default: break;
    }
}

shared::Result<Facts, std::string> facts_of(X509* x509) {
    Facts facts;
    // Extensions are decoded here, once and for all.
    if (X509_check_purpose(x509, -1, 0) != 1)
        return refused("an extension of the certificate can't be read");
    const auto* subject = X509_get_subject_name(x509);
    const auto* issuer = X509_get_issuer_name(x509);
    facts.subject = one_line(subject);
    facts.issuer = one_line(issuer);
    facts.common_name = common_name_of(subject);
    const auto serial = serial_of(x509);
    if (!serial) return refused("the serial number is longer than 20 bytes");
    facts.serial = *serial;
    const auto not_before = instant_of(X509_get0_notBefore(x509));
    const auto not_after = instant_of(X509_get0_notAfter(x509));
    if (!not_before || !not_after) return refused("the validity of the certificate can't be read");
    facts.not_before = *not_before;
    facts.not_after = *not_after;
    describe_key(x509, facts);
    facts.is_ca = X509_check_ca(x509) == 1;
    facts.says_ca = (X509_get_extension_flags(x509) & EXFLAG_CA) != 0;
    facts.self_issued = X509_NAME_cmp(subject, issuer) == 0;
    facts.self_signed = X509_self_signed(x509, 1) == 1;
    return facts;
}

std::string digest_of(const EVP_MD* algorithm, const unsigned char* bytes, std::size_t size) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    [[maybe_unused]] const int done =
        EVP_Digest(bytes, size, digest.data(), &length, algorithm, nullptr);
    assert(done == 1);
    return hex_of(digest.data(), length, "0123456789abcdef");
}

const EVP_MD* digest_named(wire::HashAlgorithm algorithm) {
    switch (algorithm) {
        case wire::HashAlgorithm::SHA256: return EVP_sha256();
        case wire::HashAlgorithm::SHA384: return EVP_sha384();
        case wire::HashAlgorithm::SHA512: return EVP_sha512();
    }
    return EVP_sha256();
}

}  // namespace

shared::Result<Certificate, std::string> Certificate::from_der(std::string_view bytes) {
    leave_out_machine_configuration();
    if (bytes.size() > max_certificate_bytes)
        return refused("a certificate is longer than " + std::to_string(max_certificate_bytes) +
                       " bytes");
    const auto* position = bytes_of(bytes);
    X509Pointer x509(d2i_X509(nullptr, &position, static_cast<long>(bytes.size())));
    if (!x509) return refused("the certificate can't be read as X.509");
    if (position != bytes_of(bytes) + bytes.size())
        return refused("there are bytes after the end of the certificate");
    auto facts = facts_of(x509.get());
    if (!facts) return refused(facts.error());
    auto fingerprint = digest_of(EVP_sha256(), bytes_of(bytes), bytes.size());
    return Certificate(std::make_shared<const Parsed>(
        Parsed{std::move(x509), std::string(bytes), std::move(fingerprint), *std::move(facts)}));
}

shared::Result<std::vector<Certificate>, std::string> Certificate::from_pem(std::string_view text) {
    const auto blocks = pem_blocks(text);
    if (!blocks) return refused(blocks.error());
    std::vector<Certificate> certificates;
    for (const auto& block : *blocks) {
        auto certificate = from_der(block);
        if (!certificate)
            return refused(blocks->size() == 1
                               ? certificate.error()
                               : "certificate " + std::to_string(certificates.size() + 1) + ": " +
                                     certificate.error());
        certificates.push_back(*std::move(certificate));
    }
    return certificates;
}

const std::string& Certificate::der() const& { return parsed_->der; }
std::string Certificate::pem() const { return pem_of(parsed_->der); }
const Facts& Certificate::facts() const& { return parsed_->facts; }
const std::string& Certificate::fingerprint() const& { return parsed_->fingerprint; }

std::string key_id_of(std::string_view public_key) {
    return digest_of(EVP_sha256(), bytes_of(public_key), public_key.size())
        .substr(0, key_id_digits);
}

std::string Certificate::key_id() const {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509_of(*this)), &der);
    if (size <= 0) return {};
    const std::unique_ptr<unsigned char,
                          decltype([](unsigned char* bytes) { OPENSSL_free(bytes); })>
        owned(der);
    return key_id_of({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
}

bool Certificate::is_issued_by(const Certificate& issuer) const {
    auto* key = X509_get0_pubkey(x509_of(issuer));
    return key != nullptr && X509_check_issued(x509_of(issuer), x509_of(*this)) == X509_V_OK &&
           X509_verify(x509_of(*this), key) == 1;
}

wire::CertificateHashData Certificate::hash_data(wire::HashAlgorithm algorithm,
                                                 const Certificate& issuer) const {
    const auto* digest = digest_named(algorithm);
    const unsigned char* name = nullptr;
    std::size_t name_size = 0;
    X509_NAME_get0_der(X509_get_issuer_name(x509_of(*this)), &name, &name_size);
    // The value of the bit string, whose octet of unused bits OpenSSL keeps apart.
    const auto* key = X509_get0_pubkey_bitstr(x509_of(issuer));
    return {algorithm,
            {digest_of(digest, name, name_size)},
            {digest_of(digest, ASN1_STRING_get0_data(key),
                       static_cast<std::size_t>(ASN1_STRING_length(key)))},
            {facts().serial}};
}

}  // namespace ocpp::security
