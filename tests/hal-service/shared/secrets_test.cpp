// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/secrets.hpp"

#include "tests/support/catch.hpp"

namespace secrets_test {

using shared::without_secrets;

TEST_CASE("passwords of URLs are hidden, wherever they stand") {
    CHECK(without_secrets("ftp://user:s3cret@host/x") == "ftp://user:***@host/x");
    CHECK(without_secrets("can't load ftps://a:s3c@r@et@h:21/p@q, nor http://b:s3cret@i") ==
          "can't load ftps://a:***@h:21/p@q, nor http://b:***@i");
    CHECK(without_secrets(R"({"location":"sftp://u:s3cret@h"})") ==
          R"({"location":"sftp://u:***@h"})");
    CHECK(without_secrets("http://:s3cret@h?x") == "http://:***@h?x");
    CHECK(without_secrets("http://u:s3cret@") == "http://u:***@");
}

TEST_CASE("private keys are hidden, whole or cut") {
    const std::string key =
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----";
    CHECK(without_secrets("a " + key + " b " + key) == "a *** b ***");
    for (std::size_t size = key.find("KEY--") + 3; size < key.size(); ++size)
        CHECK(without_secrets("a " + key.substr(0, size)) == "a ***");
    const std::string certificate =
        "-----BEGIN CERTIFICATE-----\nMHcC\n-----END CERTIFICATE-----\n";
    CHECK(without_secrets(certificate + key + '.') == certificate + "***.");
}

TEST_CASE("other text stays as it is") {
    for (const auto* text :
         {"", "://", "ws://host:9000/ocpp", "http://user@host", "a:b@c", "12:00 http://h/a:b@c",
          "-----BEGIN ", "-----BEGIN CERTIFICATE-----", "urn:x://h:1 me@here.example"})
        CHECK(without_secrets(text) == text);
}

TEST_CASE("names of secrets are found without case") {
    for (const auto* name : {"AuthorizationKey", "authorizationkey", "WIFIPASSWORD", "wifi.passwd",
                             "AuthorisationKey", "central_system.authorization_key"})
        CHECK(shared::names_secret(name));
    for (const auto* name :
         {"", "AuthorizeRemoteTxRequests", "MeterValuesSampledData", "SecurityProfile"})
        CHECK(!shared::names_secret(name));
    CHECK(shared::carries_secret("AuthorizationKey=00"));
    CHECK(!shared::carries_secret("AuthorizationKey is refused"));
}

}  // namespace secrets_test
