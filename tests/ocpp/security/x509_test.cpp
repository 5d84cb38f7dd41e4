// SPDX-License-Identifier: Apache-2.0
#include "ocpp/security/x509.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <string>

namespace x509_test {

namespace {

using certificates::ca;
using certificates::day;
using certificates::Key;
using certificates::Made;
using certificates::make;
using certificates::make_der;
using certificates::server;
using certificates::Wish;
using ocpp::security::Certificate;
using ocpp::wire::HashAlgorithm;

const Made& root() {
    static const auto made = make(ca("a root"));
    return made;
}

std::string error_of(const std::string& pem) {
    const auto read = Certificate::from_pem(pem);
    return read ? "accepted" : read.error();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

Wish with_serial(std::string serial) {
    auto wish = ca("serial");
    wish.serial = std::move(serial);
    return wish;
}

}  // namespace

TEST_CASE("the facts of a certificate are read") {
    auto wish = server("central.example");
    wish.serial = "00A1B2";
    const auto leaf = make(wish, &root());
    const auto& facts = leaf.certificate.facts();
    CHECK(facts.subject == "CN=central.example,O=Tests");
    CHECK(facts.issuer == "CN=a root,O=Tests");
    CHECK(facts.common_name == "central.example");
    CHECK(facts.serial == "A1B2");
    CHECK(facts.not_before == day(2020, 1, 1));
    CHECK(facts.not_after == day(2040, 1, 1));
    CHECK(facts.key_kind == "EC");
    CHECK(facts.key_bits == 256);
    CHECK(facts.strong_key);
    CHECK_FALSE(facts.is_ca);
    CHECK_FALSE(facts.self_issued);
    CHECK_FALSE(facts.self_signed);
    const auto& above = root().certificate.facts();
    CHECK(above.is_ca);
    CHECK(above.self_issued);
    CHECK(above.self_signed);
    CHECK(leaf.certificate.is_issued_by(root().certificate));
    CHECK_FALSE(root().certificate.is_issued_by(leaf.certificate));
    CHECK(leaf.certificate.fingerprint().size() == 64);
    CHECK(leaf.certificate.fingerprint() != root().certificate.fingerprint());
}

TEST_CASE("keys are strong from RSA 2048 and EC 224 on") {
    const struct {
        Key key;
        std::string kind;
        int bits;
        bool strong;
    } keys[] = {
        {{"RSA", 0, 1024}, "RSA", 1024, false}, {{"RSA", 0, 2040}, "RSA", 2040, false},
        {{"RSA", 0, 2048}, "RSA", 2048, true},  {{"RSA", 0, 4096}, "RSA", 4096, true},
        {{"prime192v1"}, "EC", 192, false},     {{"secp224r1"}, "EC", 224, true},
        {{"P-256"}, "EC", 256, true},           {{"P-384"}, "EC", 384, true},
        {{"ED25519"}, "ED25519", 256, true},
    };
    for (const auto& row : keys) {
        INFO(row.kind << ' ' << row.bits);
        const auto made = make(ca("a root", row.key));
        const auto& facts = made.certificate.facts();
        CHECK(facts.key_kind == row.kind);
        if (row.kind != "ED25519") CHECK(facts.key_bits == row.bits);
        CHECK(facts.strong_key == row.strong);
        CHECK(facts.self_signed);
    }
}

TEST_CASE("serial numbers are hex without leading zeros, to the ends of their range") {
    CHECK(make(with_serial("0")).certificate.facts().serial == "0");
    CHECK(make(with_serial("0FFF")).certificate.facts().serial == "FFF");
    CHECK(make(with_serial("80")).certificate.facts().serial == "80");
    CHECK(make(with_serial("-01")).certificate.facts().serial == "-1");
    const std::string longest(40, 'F');
    CHECK(make(with_serial(longest)).certificate.facts().serial == longest);
    const auto too_long = Certificate::from_der(make_der(with_serial("1" + longest)));
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error() == "the serial number is longer than 20 bytes");
}

TEST_CASE("validity is read from the year 1950 to the year 9999") {
    auto wish = ca("long");
    wish.not_before = day(1950, 1, 1);
    wish.not_after = day(10'000, 1, 1) - std::chrono::seconds{1};
    const auto& facts = make(wish).certificate.facts();
    CHECK(ocpp::wire::DateTime{facts.not_before}.to_text() == "1950-01-01T00:00:00.000Z");
    CHECK(ocpp::wire::DateTime{facts.not_after}.to_text() == "9999-12-31T23:59:59.000Z");
    wish.not_before = day(2049, 12, 31);
    wish.not_after = day(2050, 1, 1);
    const auto& around = make(wish).certificate.facts();
    CHECK(around.not_before == day(2049, 12, 31));
    CHECK(around.not_after == day(2050, 1, 1));
}

TEST_CASE("PEM is read as it comes, and written in one form") {
    const auto& certificate = root().certificate;
    const auto pem = certificate.pem();
    CHECK(pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
    CHECK(pem.ends_with("\n-----END CERTIFICATE-----\n"));
    const auto leaf_pem = make(server("x"), &root()).certificate.pem();
    const std::string forms[] = {
        pem,
        replaced(pem, "\n", "\r\n"),
        replaced(pem, "\n", "\\n"),
        replaced(pem, "\n", "\\r\\n"),
        replaced(pem, "\n", " "),
        "subject=/CN=a root\nBag Attributes\n" + pem + "trailing words",
    };
    for (const auto& form : forms) {
        INFO(form);
        const auto read = Certificate::from_pem(form);
        REQUIRE(read);
        CHECK(read->size() == 1);
        CHECK(read->front() == certificate);
    }
    const auto other_label = replaced(pem, "CERTIFICATE", "X509 CERTIFICATE");
    CHECK(Certificate::from_pem(other_label));
    const auto both = Certificate::from_pem(leaf_pem + pem);
    REQUIRE(both);
    REQUIRE(both->size() == 2);
    CHECK((*both)[1] == certificate);
    CHECK((*both)[0].pem() == leaf_pem);
}

TEST_CASE("PEM that is none is refused with its reason") {
    const auto pem = root().certificate.pem();
    CHECK(error_of("") == "there is no -----BEGIN CERTIFICATE----- in it, it is no PEM");
    CHECK(error_of("nonsense") == error_of(""));
    CHECK(error_of(pem + certificates::private_key_of(root())) ==
          "there is a private key in it, which belongs to nobody else");
    CHECK(error_of(replaced(pem, "CERTIFICATE", "CERTIFICATE REQUEST")) ==
          "a block in it is no certificate: CERTIFICATE REQUEST");
    CHECK(error_of(replaced(pem, "CERTIFICATE", "\x01")) == "a block in it is no certificate");
    CHECK(error_of(pem.substr(0, pem.size() / 2)) == "a block begins and does not end");
    CHECK(error_of("-----BEGIN CERTIFICATE") == "the line that begins a block does not end");
    CHECK(error_of(replaced(pem, "\nM", "\n!")) == "a block in it is no base64");
    CHECK(error_of("-----BEGIN CERTIFICATE----------END CERTIFICATE-----") ==
          "a block in it is no base64");
    CHECK(error_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") ==
          "the certificate can't be read as X.509");
    CHECK(error_of(pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") ==
          "certificate 2: the certificate can't be read as X.509");
    CHECK(error_of(std::string(ocpp::security::max_pem_bytes + 1, ' ')) ==
          "the text is longer than 1048576 bytes");
    std::string many;
    for (std::size_t i = 0; i <= ocpp::security::max_pem_certificates; ++i) many += pem;
    CHECK(error_of(many) == "there are more than 500 certificates in it");
}

TEST_CASE("DER that is cut, goes on or is too long is refused") {
    const auto der = root().certificate.der();
    for (std::size_t size = 0; size < der.size(); ++size)
        CHECK_FALSE(Certificate::from_der(der.substr(0, size)));
    CHECK(Certificate::from_der(der + '\0').error() ==
          "there are bytes after the end of the certificate");
    CHECK(Certificate::from_der(std::string(ocpp::security::max_certificate_bytes + 1, '0'))
              .error() == "a certificate is longer than 32768 bytes");
}

TEST_CASE("hash data are those of OCSP, whatever the algorithm and the key") {
    for (const auto& key : {Key{"P-256"}, Key{"P-384"}, Key{"RSA", 0, 2048}}) {
        auto wish = ca("an intermediate", Key{"P-256", 7});
        wish.serial = "0123456789ABCDEF0123456789ABCDEF01234567";
        const auto above = make(ca("a root", key));
        const auto below = make(wish, &above);
        for (const auto algorithm :
             {HashAlgorithm::SHA256, HashAlgorithm::SHA384, HashAlgorithm::SHA512}) {
            auto own = below.certificate.hash_data(algorithm, above.certificate);
            const auto ocsp =
                certificates::ocsp_hash_data(algorithm, below.certificate, above.certificate);
            CHECK(own.hash_algorithm == algorithm);
            CHECK(own.issuer_name_hash == ocsp.issuer_name_hash);
            CHECK(own.issuer_key_hash == ocsp.issuer_key_hash);
            CHECK(own.serial_number.value == "123456789ABCDEF0123456789ABCDEF01234567");
            const auto itself = above.certificate.hash_data(algorithm, above.certificate);
            const auto ocsp_itself =
                certificates::ocsp_hash_data(algorithm, above.certificate, above.certificate);
            CHECK(itself.issuer_name_hash == ocsp_itself.issuer_name_hash);
            CHECK(itself.issuer_key_hash == ocsp_itself.issuer_key_hash);
        }
    }
}

TEST_CASE("the id of a key is that of its SubjectPublicKeyInfo, whoever has signed it") {
    for (const auto& key : {Key{"P-256", 8}, Key{"P-384", 8}, Key{"RSA", 0, 2048}}) {
        const auto one = make(ca("one", key));
        const auto issuer = make(ca("another", Key{"P-256", 9}));
        const auto two = make(ca("two", key), &issuer);
        unsigned char* der = nullptr;
        const int size = i2d_PUBKEY(one.key.get(), &der);
        REQUIRE(size > 0);
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        REQUIRE(EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr,
                           EVP_sha256(), nullptr) == 1);
        OPENSSL_free(der);
        std::string expected;
        for (int i = 0; i < 16; ++i) {
            constexpr std::string_view hex = "0123456789abcdef";
            expected += hex[digest[static_cast<std::size_t>(i)] >> 4U];
            expected += hex[digest[static_cast<std::size_t>(i)] & 0xFU];
        }
        CHECK(one.certificate.key_id() == expected);
        CHECK(two.certificate.key_id() == expected);
        CHECK(issuer.certificate.key_id() != expected);
    }
}

}  // namespace x509_test
