// SPDX-License-Identifier: Apache-2.0
// The certificate and the key that the configuration file names: good ones, and every way to get
// them wrong, by the name of the setting.

#include "daemon/client_files.hpp"

#include "daemon/settings/sections.hpp"
#include "hal-service/process/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>

namespace client_files_test {

using namespace charge_daemon;
using certificates::Made;
using certificates::Wish;

namespace {

constexpr const char* certificate_setting = "central_system.client_certificate";
constexpr const char* key_setting = "central_system.client_key";

Wish wish_for(certificates::Key key = {.number = 3}) {
    Wish wish;
    wish.name = "CP1";
    wish.key = std::move(key);
    wish.purposes = "clientAuth";
    return wish;
}

struct Files {
    support::Folder folder;
    Made authority = certificates::make(certificates::ca("Root"));

    process::Settings settings(const std::string& certificate, const std::string& key) const {
        auto all = process::default_settings(sections());
        auto& central = daemon_settings(all).central_system;
        central.client_certificate = folder.write("own.pem", certificate);
        central.client_key = folder.write("own.key", key);
        std::filesystem::permissions(central.client_key, std::filesystem::perms(0600));
        return all;
    }
    auto read(const Made& leaf, const std::string& more = {}) const {
        return client_files(
            settings(leaf.certificate.pem() + more, certificates::private_key_of(leaf)));
    }
    Made leaf(const Wish& wish = wish_for()) const { return certificates::make(wish, &authority); }
};

template <class Result>
void complains(const Result& result, const std::string& setting, const std::string& words) {
    REQUIRE_FALSE(result);
    CHECK(result.error().key == setting);
    INFO(result.error().text);
    CHECK(result.error().text.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("a certificate with its chain and its key is read") {
    const Files files;
    const auto key = GENERATE(certificates::Key{.number = 3}, certificates::Key{"P-384"},
                              certificates::Key{"RSA"}, certificates::Key{"ED25519"});
    const auto leaf = files.leaf(wish_for(key));
    const auto read = files.read(leaf, "text\n" + files.authority.certificate.pem());
    REQUIRE(read);
    CHECK(read->chain == leaf.certificate.pem() + files.authority.certificate.pem());
    REQUIRE(read->key);
    CHECK(read->key->id() == leaf.certificate.key_id());
    CHECK(read->expired.empty());
}

TEST_CASE("no names, no files") {
    auto all = process::default_settings(sections());
    const auto read = client_files(all);
    REQUIRE(read);
    CHECK(read->chain.empty());
    CHECK_FALSE(read->key);
}

TEST_CASE("an expired certificate is no mistake of the configuration, and is told") {
    const Files files;
    auto wish = wish_for();
    wish.not_after = certificates::day(2021, 1, 1);
    const auto read = files.read(files.leaf(wish));
    REQUIRE(read);
    CHECK(read->expired.find("own.pem: it has expired at 2021-01-01") != std::string::npos);
}

TEST_CASE("a certificate that can't be the charge point's own is complained about") {
    const Files files;
    const auto leaf = files.leaf();
    const auto key = certificates::private_key_of(leaf);
    const auto with = [&](const std::string& text) {
        return client_files(files.settings(text, key));
    };
    complains(with(""), certificate_setting, "no PEM");
    complains(with("garbage"), certificate_setting, "own.pem: ");
    complains(with(leaf.certificate.pem() + key), certificate_setting, "own.pem: ");
    complains(with(files.authority.certificate.pem() + leaf.certificate.pem()), certificate_setting,
              "is a CA");
    std::string many;
    for (int i = 0; i < 20; ++i) many += leaf.certificate.pem();
    complains(with(many), certificate_setting, "too many");
    complains(files.read(files.leaf(wish_for({"RSA", 0, 1024}))), certificate_setting, "too weak");
    auto for_servers = wish_for();
    for_servers.purposes = "serverAuth";
    complains(files.read(files.leaf(for_servers)), certificate_setting, "own.pem: ");
    auto missing = files.settings(leaf.certificate.pem(), key);
    daemon_settings(missing).central_system.client_certificate = "/no.pem";
    complains(client_files(missing), certificate_setting, "/no.pem: No such file");
}

TEST_CASE("a key that is not its key, or not secret, is complained about") {
    const Files files;
    const auto leaf = files.leaf();
    const auto pem = leaf.certificate.pem();
    const auto key = certificates::private_key_of(leaf);
    const auto with = [&](const std::string& text) {
        return client_files(files.settings(pem, text));
    };
    complains(with(""), key_setting, "no private key");
    complains(with(pem), key_setting, "no private key");
    complains(with(certificates::private_key_of(files.authority)), key_setting,
              "not the key of the first certificate in ");
    complains(with(std::string(100'000, 'A')), key_setting, "longer than");
    auto open = files.settings(pem, key);
    const auto file = daemon_settings(open).central_system.client_key;
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    complains(client_files(open), key_setting, "0600");
    std::filesystem::remove(file);
    complains(client_files(open), key_setting, "own.key: No such file");
    // The second certificate's key does not do.
    complains(files.read(files.authority), certificate_setting, "is a CA");
}

TEST_CASE("one without the other, or profile 3 without both, is complained about") {
    auto all = process::default_settings(sections());
    auto& central = daemon_settings(all).central_system;
    const auto complaints = [&] {
        std::vector<std::string> keys;
        for (const auto& complaint : sections().check_together(all)) keys.push_back(complaint.key);
        return keys;
    };
    CHECK(complaints().empty());
    central.security_profile = 3;
    CHECK(complaints() == std::vector<std::string>{"central_system.security_profile"});
    central.client_certificate = "own.pem";
    CHECK(complaints() == std::vector<std::string>{certificate_setting});
    central.client_key = "own.key";
    CHECK(complaints().empty());
    central.client_certificate.clear();
    CHECK(complaints() == std::vector<std::string>{key_setting});
}

}  // namespace client_files_test
