// SPDX-License-Identifier: Apache-2.0
// Keys by themselves: made, written, read again; and everything that is no key or is not good
// enough.

#include "daemon/keys/private_key.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <thread>

namespace private_key_test {

using namespace charge_daemon;

namespace {

std::string pem_with(certificates::Key key) {
    return certificates::private_key_of(certificates::make({.key = std::move(key)}));
}

std::string why_not(const std::string& text) {
    const auto key = PrivateKey::from_pem(text);
    REQUIRE_FALSE(key);
    return key.error();
}

// As a certificate of the key would count it.
std::string id_by_hand(const PrivateKey& key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.native(), &der);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(der, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(der);
    std::string hex;
    for (std::size_t i = 0; i < 16; ++i) {
        std::array<char, 3> two{};
        std::snprintf(two.data(), two.size(), "%02x", digest[i]);
        hex += two.data();
    }
    return hex;
}

}  // namespace

TEST_CASE("a key that is made is strong, is another each time, and comes back from its text") {
    const auto type = GENERATE(ClientKeyType::Ec, ClientKeyType::Rsa);
    const auto key = PrivateKey::make(type);
    REQUIRE(key);
    CHECK(EVP_PKEY_get_bits(key->native()) == (type == ClientKeyType::Ec ? 256 : 2048));
    CHECK(key->id() == id_by_hand(*key));
    CHECK(key->id().size() == 32);
    const auto text = key->pem();
    CHECK(text.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    CHECK(text.size() <= max_private_key_bytes);
    const auto again = PrivateKey::from_pem(text);
    REQUIRE(again);
    CHECK(again->id() == key->id());
    CHECK(again->pem() == text);
    CHECK(PrivateKey::make(ClientKeyType::Ec)->id() != key->id());
}

TEST_CASE("the making of an RSA key ends soon when nobody waits for it") {
    std::stop_source source;
    source.request_stop();
    const auto key = PrivateKey::make(ClientKeyType::Rsa, source.get_token());
    REQUIRE_FALSE(key);
    CHECK(key.error().find("stopped") != std::string::npos);
}

TEST_CASE("keys that TLS takes are read") {
    const auto key =
        GENERATE(certificates::Key{"P-256"}, certificates::Key{"P-384"}, certificates::Key{"P-521"},
                 certificates::Key{"RSA"}, certificates::Key{"ED25519"});
    CAPTURE(key.kind);
    CHECK(PrivateKey::from_pem(pem_with(key)));
}

TEST_CASE("a weak or strange key is refused by name") {
    CHECK(why_not(pem_with({"RSA", 0, 1024})).find("too weak: RSA of 1024 bits") !=
          std::string::npos);
    CHECK(why_not(pem_with({"secp192k1"})).find("curve secp192k1") != std::string::npos);
    CHECK(why_not(pem_with({"brainpoolP256r1"})).find("curve brainpoolP256r1") !=
          std::string::npos);
}

TEST_CASE("the older kinds of PEM are read, with their parameters before them") {
    // Made by `openssl ecparam -name prime256v1 -genkey`.
    const std::string ec = R"(-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIEtvGTUESoo4DhSZrqRbrO4p+zzbxCU9HpfJlp2s6/zmoAoGCCqGSM49
AwEHoUQDQgAEJpLUYCQD53bx8F9EG5eXEoX2EYlRCXfYmEpHk1BaR8vnXaC/91Yg
geDR6+4SpMUhgKQXqwLlD919h9KSiPWdOQ==
-----END EC PRIVATE KEY-----
)";
    CHECK(PrivateKey::from_pem(ec));
}

TEST_CASE("anything else is no key, and the error does not repeat it") {
    const std::string secret = "MHcCAQEEIPcYsecret";
    const auto good = PrivateKey::make(ClientKeyType::Ec)->pem();
    for (const auto& text :
         {std::string(), secret, "-----BEGIN PRIVATE KEY-----\n" + secret + "\n",
          "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n",
          good.substr(0, good.size() / 2), std::string(max_private_key_bytes, 'A'),
          certificates::make({}).certificate.pem()}) {
        const auto why = why_not(text);
        CAPTURE(why);
        CHECK(why.find(secret) == std::string::npos);
        CHECK(why.find("no private key") != std::string::npos);
    }
    CHECK(why_not(std::string(max_private_key_bytes + 1, 'A')).find("longer than") !=
          std::string::npos);
}

TEST_CASE("nobody is asked for a passphrase") {
    const std::string encrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAg5PdNexgENOQIBATAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQdIomJtVqThZ0nzvTDsXnEgSBkGhH
i3LvuQ9ZbUTkxvqHkucimIuGMHWiGXwTInPBF/5kYJwktZBKGXgnY4P4BbYmgrrU
tHfvPapoy9ib83+NXc3E2jiWpLSe0VtKUAjn3Ys1YV8lANNBejTsLWbj4/aMsFQj
lSyKpQ9TK8NSLjfFzKQwmk1BnUdfC3x5JrVncZ7fDxzVGSqqbeyotKtB6QYOpQ==
-----END ENCRYPTED PRIVATE KEY-----
)";
    const std::string traditional = R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,D1417330EBE98809B4D01D05556D0380

UVwr3YBoTrrXFK/68uTvgfeauHd8IwEiqWsqMJbQ8yr9ntNX/l3GcJEphwyBACWa
2cdew+vkWX1X+oduNsCUKtLRtPwNkiF+ZrdwNrhJfabdSYf+NwiXdZ5R0scag2zQ
7wOQWL9ZRKwqGFR/b0r2EEh5iOOK2nJox3vJTvJI3CM=
-----END EC PRIVATE KEY-----
)";
    CHECK(why_not(encrypted).find("encrypted") != std::string::npos);
    CHECK(why_not(traditional).find("encrypted") != std::string::npos);
}

}  // namespace private_key_test
