// SPDX-License-Identifier: Apache-2.0
#pragma once
// Makes certificates for tests: roots, intermediates and leaves, good ones and bad ones.

#include "ocpp/security/x509.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;

namespace certificates {

using ocpp::security::Certificate;
using ocpp::security::Instant;

inline constexpr Instant day(int year, unsigned month, unsigned day_of_month) {
    return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                                 static_cast<int>(day_of_month)};
}

// Keys of a kind are told apart by their number, and made once for the whole program.
struct Key {
    std::string kind = "P-256";  // or "RSA"; or a curve of OpenSSL
    int number = 0;
    int bits = 2048;  // of RSA

    auto operator<=>(const Key&) const = default;
};

// The contents of a certificate. Extensions are as in OpenSSL's configuration; an empty one is left
// out.
struct Wish {
    std::string name = "a certificate";
    Key key{};
    Instant not_before = day(2020, 1, 1);
    Instant not_after = day(2040, 1, 1);
    std::string constraints = "critical,CA:FALSE";
    std::string key_usage{};
    std::string purposes{};  // extendedKeyUsage
    std::string names{};     // subjectAltName
    std::string digest = "SHA256";
    std::string serial = "01";  // hex, maybe with '-'
    std::string extra_critical_oid{};
};

struct Made {
    Certificate certificate;
    std::shared_ptr<evp_pkey_st> key;
};

inline Wish ca(std::string name, Key key = {}) {
    Wish wish;
    wish.name = std::move(name);
    wish.key = std::move(key);
    wish.constraints = "critical,CA:TRUE";
    wish.key_usage = "critical,keyCertSign,cRLSign";
    return wish;
}

// A server's, for this host as common name.
inline Wish server(std::string host, Key key = {}) {
    Wish wish;
    wish.name = std::move(host);
    wish.key = std::move(key);
    wish.key_usage = "critical,digitalSignature";
    wish.purposes = "serverAuth";
    return wish;
}

// Without an issuer it signs itself.
Made make(const Wish& wish, const Made* issuer = nullptr);

// Its bytes, also where no certificate can be read from them.
std::string make_der(const Wish& wish, const Made* issuer = nullptr);

// The hash data as OpenSSL's OCSP counts them.
ocpp::wire::CertificateHashData ocsp_hash_data(ocpp::wire::HashAlgorithm algorithm,
                                               const Certificate& certificate,
                                               const Certificate& issuer);

// The key in PEM, for a server of the tests.
std::string private_key_of(const Made& made);

}  // namespace certificates
