// SPDX-License-Identifier: Apache-2.0
// Root certificates over OCPP: security white paper M03 to M05.

#include "tests/support/certificates.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "tests/support/world.hpp"

namespace charge_point_certificates_test {

using certificates::ca;
using certificates::day;
using certificates::Key;
using certificates::Made;
using certificates::make;
using certificates::server;
using ocpp::core::CertificateDropped;
using ocpp::core::CertificateGiven;
using ocpp::security::Certificate;
using ocpp::wire::HashAlgorithm;
using shared::Json;
using test::seconds;
using test::World;

namespace {

constexpr const char* central = "CentralSystemRootCertificate";
constexpr const char* manufacturer = "ManufacturerRootCertificate";
const Json accepted{{"status", "Accepted"}};
const Json rejected{{"status", "Rejected"}};
const Json failed{{"status", "Failed"}};
const Json not_found{{"status", "NotFound"}};

const Made& root(int number = 0) {
    static std::map<int, Made> roots;
    const auto found = roots.find(number);
    if (found != roots.end()) return found->second;
    return roots.emplace(number, make(ca("root " + std::to_string(number), Key{"P-256", 1})))
        .first->second;
}

Json install(World& w, const std::string& pem, const char* type = central) {
    return w.call("InstallCertificate", {{"certificateType", type}, {"certificate", pem}});
}

Json install(World& w, const Made& made, const char* type = central) {
    return install(w, made.certificate.pem(), type);
}

Json hash_of(const Certificate& certificate, const Certificate& issuer,
             HashAlgorithm algorithm = HashAlgorithm::SHA256) {
    return shared::to_json(certificates::ocsp_hash_data(algorithm, certificate, issuer));
}

Json hash_of(const Made& made, HashAlgorithm algorithm = HashAlgorithm::SHA256) {
    auto hash = hash_of(made.certificate, made.certificate, algorithm);
    hash["serialNumber"] = made.certificate.facts().serial;
    return hash;
}

Json drop(World& w, const Json& hash) {
    return w.call("DeleteCertificate", {{"certificateHashData", hash}});
}

Json listed(World& w, const char* type = central) {
    return w.call("GetInstalledCertificateIds", {{"certificateType", type}});
}

Json list_of(const std::vector<Json>& hashes) {
    return {{"status", "Accepted"}, {"certificateHashData", hashes}};
}

void check(const World& w, const Json& answer, const Json& expected) {
    if (!w.disturbed()) CHECK(answer == expected);
}

// Names of the certificates as a person sees them.
std::vector<std::string> subjects(const World& w) {
    std::vector<std::string> names;
    for (const auto& one : w.point().certificates()) names.push_back(one["subject"]);
    return names;
}

}  // namespace

SCENARIO_IN_WORLD("TC_075: roots are installed, listed and survive whatever happens") {
    w.boot();
    check(w, listed(w), not_found);
    const bool first = install(w, root(1)) == accepted;
    const bool second = install(w, root(2)) == accepted;
    const bool third = install(w, root(3), manufacturer) == accepted;
    check(w, listed(w), list_of({hash_of(root(1)), hash_of(root(2))}));
    check(w, listed(w, manufacturer), list_of({hash_of(root(3))}));
    if (!w.disturbed()) CHECK((first && second && third));
    w.power_cut().wait(seconds{30});
    // An accepted certificate is there, whatever has been disturbed.
    CHECK(w.point().certificates().size() ==
          std::size_t{first} + std::size_t{second} + std::size_t{third});
    CHECK(w.point().anchors().size() == std::size_t{first} + std::size_t{second});
}

SCENARIO_IN_WORLD("TC_076: a root is deleted by its hash data, and stays away") {
    w.boot();
    install(w, root(1));
    install(w, root(2));
    const auto answer = drop(w, hash_of(root(1)));
    check(w, answer, accepted);
    check(w, drop(w, hash_of(root(1))), not_found);
    w.power_cut().wait(seconds{30});
    if (answer == accepted)
        for (const auto& subject : subjects(w)) CHECK(subject != "CN=root 1,O=Tests");
    check(w, listed(w), list_of({hash_of(root(2))}));
    check(w, drop(w, hash_of(root(2))), accepted);
    check(w, listed(w), not_found);
}

SCENARIO_IN_WORLD("the root that has verified the connection can't be deleted") {
    w.boot();
    install(w, root(1));
    install(w, root(2));
    w.anchor = root(1).certificate.fingerprint();
    w.disconnect().connect().wait(seconds{5});
    check(w, drop(w, hash_of(root(1))), failed);
    check(w, drop(w, hash_of(root(2))), accepted);
    check(w, listed(w), list_of({hash_of(root(1))}));
    // Over a connection that needs none it can.
    w.anchor.clear();
    w.disconnect().connect().wait(seconds{5});
    check(w, drop(w, hash_of(root(1))), accepted);
}

TEST_CASE("hash data are compared without case, by the algorithm of the request") {
    World w;
    w.boot();
    for (const auto algorithm :
         {HashAlgorithm::SHA256, HashAlgorithm::SHA384, HashAlgorithm::SHA512}) {
        CHECK(install(w, root(1)) == accepted);
        auto hash = hash_of(root(1), algorithm);
        auto other = hash;
        other["hashAlgorithm"] = algorithm == HashAlgorithm::SHA512 ? "SHA256" : "SHA512";
        CHECK(drop(w, other) == not_found);
        for (const char* name : {"issuerNameHash", "issuerKeyHash", "serialNumber"}) {
            auto text = hash[name].get<std::string>();
            for (auto& c : text) c = static_cast<char>(std::toupper(c));
            hash[name] = text;
            auto wrong = hash;
            wrong[name] = std::string(name) == "serialNumber" ? "2" : std::string(64, '0');
            CHECK(drop(w, wrong) == not_found);
        }
        hash["serialNumber"] = "0" + hash["serialNumber"].get<std::string>();
        CHECK(drop(w, hash) == accepted);
    }
}

TEST_CASE("a certificate installed twice is kept once, for each type") {
    World w;
    w.boot();
    CHECK(install(w, root(1)) == accepted);
    CHECK(install(w, root(1)) == accepted);
    CHECK(w.point().certificates().size() == 1);
    CHECK(install(w, root(1), manufacturer) == accepted);
    CHECK(w.point().certificates().size() == 2);
    // One hash names both.
    CHECK(drop(w, hash_of(root(1))) == accepted);
    CHECK(w.point().certificates().empty());
}

TEST_CASE("roots of one name are told apart, and an intermediate CA may be an anchor") {
    World w;
    w.boot();
    auto wish = ca("one name", Key{"P-256", 1});
    const auto older = make(wish);
    wish.key.number = 2;
    const auto newer = make(wish);
    auto below_wish = ca("an intermediate", Key{"P-256", 3});
    below_wish.serial = "02";
    const auto below = make(below_wish, &newer);
    CHECK(install(w, below) == accepted);
    CHECK(w.point().anchors().size() == 1);
    const auto alone = listed(w)["certificateHashData"][0];
    CHECK(install(w, older) == accepted);
    CHECK(install(w, newer) == accepted);
    // Its issuer is known now; both hash data name it.
    auto below_hash = hash_of(below.certificate, newer.certificate);
    below_hash["serialNumber"] = "2";
    CHECK(listed(w) == list_of({below_hash, hash_of(older), hash_of(newer)}));
    CHECK(drop(w, alone) == accepted);
    CHECK(install(w, below) == accepted);
    CHECK(drop(w, below_hash) == accepted);
    CHECK(drop(w, hash_of(newer)) == accepted);
    CHECK(listed(w) == list_of({hash_of(older)}));
}

TEST_CASE("TC_078: what can't be an anchor is rejected, with its reason") {
    World::Options options;
    options.security_profile = 1;
    World w{options};
    w.boot();
    auto expired = ca("expired");
    expired.not_after = day(2026, 3, 27);
    auto damaged = root(1).certificate.pem();
    damaged[damaged.size() / 2] = '!';
    auto long_serial = ca("negative");
    long_serial.serial = "-" + std::string(40, '7');
    const std::vector<std::pair<std::string, std::string>> refused = {
        {make(expired).certificate.pem(), "expired at 2026-03-27"},
        {make(server("x")).certificate.pem(), "is no CA certificate"},
        {make(ca("weak", Key{"RSA", 0, 1024})).certificate.pem(), "1024 bits (RSA)"},
        {make(ca("weak", Key{"prime192v1"})).certificate.pem(), "192 bits (EC)"},
        {damaged, "no base64"},
        {"", "is no PEM"},
        {make(long_serial).certificate.pem(), "does not fit"},
        {root(1).certificate.pem() + root(2).certificate.pem(), "more than one certificate"},
        {certificates::private_key_of(root(1)), "private key"}};
    for (const auto& [pem, why] : refused) {
        INFO(why);
        CHECK(install(w, pem) == rejected);
        const auto answer = w.asked(CertificateGiven{central, pem});
        CHECK(answer.find(why) != answer.npos);
    }
    CHECK(w.point().certificates().empty());
    w.wait(seconds{60});
    std::vector<std::string> told;
    for (const auto& call : w.calls())
        if (call[2] == "SecurityEventNotification" &&
            call[3]["type"] == "InvalidCentralSystemCertificate")
            told.push_back(call[3]["techInfo"]);
    REQUIRE(told.size() == refused.size());
    for (std::size_t i = 0; i < told.size(); ++i)
        CHECK(told[i].find(refused[i].second) != std::string::npos);
    CHECK(install(w, "nonsense", manufacturer) == rejected);
    CHECK(install(w, std::string(5501, 'x')) == "PropertyConstraintViolation");
    CHECK(w.asked(CertificateGiven{"V2GRootCertificate", root(1).certificate.pem()}) ==
          "there is no such type of certificate");
}

TEST_CASE("the store has room for as many as CertificateStoreMaxLength says") {
    World w;
    w.boot();
    const auto key =
        w.call("GetConfiguration",
               {{"key", {"CertificateStoreMaxLength", "AdditionalRootCertificateCheck"}}});
    CHECK(key["configurationKey"][0] ==
          Json{{"key", "CertificateStoreMaxLength"}, {"readonly", true}, {"value", "20"}});
    CHECK(key["configurationKey"][1] ==
          Json{{"key", "AdditionalRootCertificateCheck"}, {"readonly", true}, {"value", "false"}});
    for (int i = 1; i <= 20; ++i)
        CHECK(install(w, root(i), i % 2 == 0 ? central : manufacturer) == accepted);
    w.said();
    CHECK(install(w, root(21)) == rejected);
    w.wait(seconds{5}).quiet();               // the certificate is not wrong
    CHECK(install(w, root(20)) == accepted);  // it is there already
    CHECK(drop(w, hash_of(root(7))) == accepted);
    CHECK(install(w, root(21)) == accepted);
    w.restart();
    CHECK(w.point().certificates().size() == 20);
}

TEST_CASE("while the time is made up a root is judged by the latest that was known") {
    World::Options options;
    options.forgets_time = true;
    World w{options};
    w.start().connect();  // nobody has told the time yet
    auto old = ca("old");
    old.not_after = day(2015, 1, 1);
    auto later = ca("begins later");
    later.not_before = day(2035, 1, 1);
    CHECK(w.asked(CertificateGiven{central, make(old).certificate.pem()}).find("has expired") !=
          std::string::npos);
    CHECK(w.asked(CertificateGiven{central, make(later).certificate.pem()}) == "Accepted");
    w.wait(seconds{600}).power_cut().wait(seconds{5});
    auto recent = ca("recent");
    recent.not_after = day(2026, 3, 28);
    CHECK(w.asked(CertificateGiven{central, make(recent).certificate.pem()}).find("has expired") !=
          std::string::npos);
}

TEST_CASE("roots of the configuration file are installed once") {
    World::Options options;
    options.central_system_roots = root(1).certificate.pem() + root(2).certificate.pem();
    options.manufacturer_roots = root(3).certificate.pem();
    World w{options};
    w.boot();
    CHECK(subjects(w) ==
          std::vector<std::string>{"CN=root 1,O=Tests", "CN=root 2,O=Tests", "CN=root 3,O=Tests"});
    CHECK(drop(w, hash_of(root(1))) == accepted);
    CHECK(install(w, root(4)) == accepted);
    w.power_cut().wait(seconds{5});
    CHECK(subjects(w) ==
          std::vector<std::string>{"CN=root 2,O=Tests", "CN=root 3,O=Tests", "CN=root 4,O=Tests"});
    w.factory_reset().wait(seconds{5});
    CHECK(subjects(w) ==
          std::vector<std::string>{"CN=root 1,O=Tests", "CN=root 2,O=Tests", "CN=root 3,O=Tests"});
}

namespace {

World::Options with_root() {
    World::Options options;
    options.central_system_roots = root(1).certificate.pem();
    return options;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("roots of the configuration file come back with a factory reset",
                       with_root()) {
    w.boot();
    install(w, root(2));
    drop(w, hash_of(root(1)));
    w.factory_reset().wait(seconds{30});
    CHECK(subjects(w) == std::vector<std::string>{"CN=root 1,O=Tests"});
    w.power_cut().wait(seconds{30});
    CHECK(subjects(w) == std::vector<std::string>{"CN=root 1,O=Tests"});
}

TEST_CASE("a person installs and deletes certificates by their number") {
    World w;
    w.boot();
    CHECK(w.asked(CertificateGiven{central, root(1).certificate.pem()}) == "Accepted");
    CHECK(w.asked(CertificateGiven{manufacturer, root(2).certificate.pem()}) == "Accepted");
    const auto list = w.point().certificates();
    CHECK(list[0]["number"] == 1);
    CHECK(list[0]["type"] == central);
    CHECK(list[0]["not_after"] == "2040-01-01T00:00:00.000Z");
    CHECK(list[0]["key"] == "EC 256");
    CHECK(list[0]["fingerprint"] == root(1).certificate.fingerprint());
    CHECK(list[0]["in_use"] == false);
    w.anchor = root(1).certificate.fingerprint();
    w.disconnect().connect();
    CHECK(w.point().certificates()[0]["in_use"] == true);
    CHECK(w.asked(CertificateDropped{1}) == "it has verified the present connection");
    CHECK(w.asked(CertificateDropped{3}) == "there is no certificate 3");
    CHECK(w.asked(CertificateDropped{2}) == "Accepted");
    CHECK(w.point().certificates().size() == 1);
}

TEST_CASE("the last root stays while a central system is verified by it, also without a link") {
    World::Options options;
    options.security_profile = 2;
    options.authorization_key = "00112233445566778899aabbccddeeff";
    options.central_system_roots = root(1).certificate.pem();
    World w{options};
    w.boot().disconnect();
    CHECK(w.asked(CertificateDropped{1}) ==
          "it is the last one that a central system can be verified by");
    CHECK(w.asked(CertificateGiven{manufacturer, root(2).certificate.pem()}) == "Accepted");
    CHECK(w.asked(CertificateDropped{2}) == "Accepted");
    CHECK(w.asked(CertificateGiven{central, root(3).certificate.pem()}) == "Accepted");
    CHECK(w.asked(CertificateDropped{1}) == "Accepted");
    CHECK(w.asked(CertificateDropped{2}) != "Accepted");
}

TEST_CASE("a certificate that is damaged on the disk is left out, and the others are there") {
    World w;
    w.boot();
    for (int i = 1; i <= 3; ++i) CHECK(install(w, root(i)) == accepted);
    w.store().keep({ocpp::core::Put{ocpp::core::Kind::Document, "certificate/2", "{}"}},
                   w.now().steady);
    w.restart();
    CHECK(subjects(w) == std::vector<std::string>{"CN=root 1,O=Tests", "CN=root 3,O=Tests"});
    CHECK(install(w, root(4)) == accepted);
    CHECK(w.point().certificates().size() == 3);
}

}  // namespace charge_point_certificates_test
