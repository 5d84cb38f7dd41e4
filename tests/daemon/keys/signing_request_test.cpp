// SPDX-License-Identifier: Apache-2.0
// Requests for a certificate, read by OpenSSL as an authority would.

#include "daemon/keys/signing_request.hpp"

#include "tests/support/catch.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace signing_request_test {

using namespace charge_daemon;

namespace {

using Request = std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)>;

Request read(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
    return {PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr), X509_REQ_free};
}

PrivateKey key(ClientKeyType type = ClientKeyType::Ec) { return *PrivateKey::make(type); }

std::string repeated(int times, std::string_view text) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("an authority reads organization, common name, key and signature") {
    const auto made = key(GENERATE(ClientKeyType::Ec, ClientKeyType::Rsa));
    // A letter of two bytes, one of three, one of four; and signs that stand for more elsewhere.
    const std::string organization = GENERATE(
        as<std::string>(), "Operator", "Elbil & Co, \"Öst\"/CN=x, \xE5\x85\x85\xF0\x9F\x94\x8C",
        repeated(64, "\xF0\x9F\x94\x8C"));
    const auto pem = signing_request(made, {organization, "CP 0001"});
    REQUIRE(pem);
    CHECK(pem->starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    CHECK(pem->size() <= 5500);
    const auto request = read(*pem);
    REQUIRE(request);
    CHECK(X509_REQ_get_version(request.get()) == 0);
    CHECK(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) == 1);
    CHECK(EVP_PKEY_eq(X509_REQ_get0_pubkey(request.get()), made.native()) == 1);
    const int signed_by = X509_REQ_get_signature_nid(request.get());
    CHECK((signed_by == NID_ecdsa_with_SHA256 || signed_by == NID_sha256WithRSAEncryption));
    const auto* name = X509_REQ_get_subject_name(request.get());
    REQUIRE(X509_NAME_entry_count(name) == 2);
    const auto check = [&](int at, int field, const std::string& text) {
        const auto* entry = X509_NAME_get_entry(name, at);
        CHECK(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == field);
        const auto* value = X509_NAME_ENTRY_get_data(entry);
        CHECK(ASN1_STRING_type(value) == V_ASN1_UTF8STRING);
        CHECK(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                          static_cast<std::size_t>(ASN1_STRING_length(value))) == text);
    };
    check(0, NID_organizationName, organization);
    check(1, NID_commonName, "CP 0001");
}

TEST_CASE("a name that no certificate can hold is refused by name") {
    const auto made = key();
    const auto why = [&](const SigningSubject& subject) {
        const auto request = signing_request(made, subject);
        REQUIRE_FALSE(request);
        return request.error();
    };
    CHECK(why({"", "CP1"}) == "the organization is missing");
    CHECK(why({"Operator", ""}) == "the common name is missing");
    CHECK(why({repeated(65, "a"), "CP1"}).starts_with("the organization is longer than 64"));
    CHECK(why({"Operator", repeated(65, "\xC3\xA4")}).starts_with("the common name is longer"));
    for (const auto* wrong : {"\xFF", "a\xC3", "\xED\xA0\x80", "\xC0\x80"})
        CHECK(why({wrong, "CP1"}) == "the organization is not UTF-8");
}

}  // namespace signing_request_test
