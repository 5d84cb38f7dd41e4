// SPDX-License-Identifier: Apache-2.0
// The certificate of the charge point itself: how it is asked for, judged, proven and renewed.
// Security white paper A02, A03; TC_074, TC_077, TC_083, TC_087.

#include "hal-service/shared/json_fields.hpp"
#include "tests/ocpp/charge_point/own_certificates.hpp"

namespace own_certificate_test {

using namespace own_certificates;
using candidates::bytes;
using candidates::old_hex;
using candidates::pending;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using ocpp::core::LinkSettings;
using std::chrono::hours;
using test::Lines;

namespace {

// A central system that takes no connection with these certificates.
auto refuses(std::vector<std::string> chains) {
    return [chains = std::move(chains)](const LinkSettings& link) -> std::optional<DialFailed> {
        if (std::ranges::find(chains, link.client_chain) == chains.end()) return std::nullopt;
        return DialFailed{DialProblem::CertificateRefused, "it refuses our certificate"};
    };
}

Json change(World& w, const std::string& key, const std::string& value) {
    return w.call("ChangeConfiguration", {{"key", key}, {"value", value}})["status"];
}

}  // namespace

SCENARIO_IN_WORLD_WITH("TC_074: a new certificate is proven by a Heartbeat over a new connection",
                       with_certificate()) {
    w.boot();
    check(w, trigger(w), "Accepted");
    w.says({"SignCertificate"});
    const auto text = chain(asked_key(w));
    check(w, signed_with(w, text), "Accepted");
    w.says({"Heartbeat", "SecurityEventNotification"});
    if (w.disturbed()) return;
    CHECK(presented(w) == text);
    CHECK(!pending(w));
    CHECK(security(w)["certificate"]["candidate"] == false);
    CHECK(told(w, "ReconfigurationOfSecurityParameters").starts_with("certificate of the charge"));
    // The way back is still there.
    CHECK(w.private_keys.size() == 2);
    w.power_cut();
    CHECK(presented(w) == text);
    CHECK(w.linked());
    CHECK(w.private_keys.size() == 2);
}

SCENARIO_IN_WORLD_WITH("TC_077: a bad certificate is refused, told, and changes nothing",
                       with_certificate()) {
    w.boot();
    trigger(w);
    w.said();
    auto expired = wish(asked_key(w));
    expired.not_after = day(2026, 3, 27);
    check(w, signed_with(w, pem(expired)), "Rejected");
    w.says({"SecurityEventNotification"});
    CHECK(presented(w) == file_chain());
    if (w.disturbed()) return;
    CHECK(told(w, "InvalidChargePointCertificate").find("has expired") != std::string::npos);
    // The request goes on to wait.
    check(w, signed_with(w, chain(asked_key(w))), "Accepted");
}

TEST_CASE("the refusal of a certificate says what is wrong with it") {
    World w{for_long(with_certificate())};
    w.boot();
    trigger(w);
    const int key = asked_key(w);
    const auto refused = [&](const std::string& text, const std::string& why) {
        INFO(why);
        w.wait(hours{3});
        check(w, signed_with(w, text), "Rejected");
        const auto info = told(w, "InvalidChargePointCertificate");
        INFO(info);
        CHECK(info.starts_with("CertificateSigned: "));
        CHECK(info.find(why) != std::string::npos);
        CHECK(presented(w) == file_chain());
        CHECK(w.linked());
    };
    const auto wrong = [&](auto make_wrong) {
        auto wanted = wish(key);
        make_wrong(wanted);
        return pem(wanted);
    };
    refused("garbage", "it is no PEM");
    refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "can't be read as X.509");
    refused(certificates::private_key_of(make(wish(key))), "private key");
    refused(pem(wish(key + 77)), "another key");
    refused(wrong([](Wish& one) { one.not_after = day(2026, 3, 2); }), "has expired at 2026-03-02");
    refused(wrong([](Wish& one) { one.not_before = day(2026, 6, 1); }), "begins at 2026-06-01");
    refused(wrong([](Wish& one) { one.name = "CP0002"; }),
            "its common name is CP0002, and not the serial number CP0001");
    refused(wrong([](Wish& one) { one.constraints = "critical,CA:TRUE"; }), "is a CA");
    refused(wrong([](Wish& one) {
                one.constraints = "critical,CA:TRUE";
                one.key_usage = "critical,digitalSignature,keyCertSign";
            }),
            "is a CA");
    refused(wrong([](Wish& one) { one.purposes = "serverAuth"; }), "not for this use");
    refused(wrong([](Wish& one) { one.key_usage = "critical,keyEncipherment"; }),
            "not for this use");
    refused(pem(wish(key), root(7)), "no installed root has issued it; it names CN=CPO root 7");
    refused(make(wish(key)).certificate.pem(), "no installed root has issued it");
    auto weak = wish(key);
    weak.key = {"RSA", 3, 1'024};
    refused(pem(weak), "has too weak a key: RSA 1024");
    weak.key = {"P-192", 3};
    refused(pem(weak), "has too weak a key: EC 192");
    refused(wrong([](Wish& one) { one.digest = "SHA1"; }), "too weak");
    check(w, signed_with(w, chain(key)), "Accepted");
}

TEST_CASE("a certificate that nobody asked for is refused, and the same one again is not") {
    World w{with_certificate()};
    w.boot();
    check(w, signed_with(w, chain(101)), "Rejected");
    CHECK(told(w, "InvalidChargePointCertificate").find("no certificate was asked for") !=
          std::string::npos);
    trigger(w);
    const auto text = chain(asked_key(w));
    check(w, signed_with(w, text), "Accepted");
    const auto events = count(w, "SecurityEventNotification");
    // Our answer was lost.
    check(w, signed_with(w, text), "Accepted");
    CHECK(count(w, "SecurityEventNotification") == events);
    CHECK(presented(w) == text);
    // Another one for a key that has its certificate.
    auto second = wish(asked_key(w));
    second.serial = "7777";
    check(w, signed_with(w, pem(second)), "Rejected");
}

TEST_CASE("chains come with CRLF, with escaped line ends, and with the CAs between") {
    certificates::Wish ca = certificates::ca("Sub CA", Key{"P-256", 20});
    const auto between = make(ca, &root());
    for (const int form : {0, 1, 2}) {
        World w{with_certificate()};
        w.boot();
        trigger(w);
        auto text = pem(wish(asked_key(w)), between) + between.certificate.pem();
        const auto plain = text;
        for (std::size_t at = 0; form > 0 && (at = text.find('\n', at)) != std::string::npos;
             at += 2)
            text.replace(at, 1, form == 1 ? "\r\n" : "\\n");
        check(w, signed_with(w, text), "Accepted");
        CHECK(presented(w) == plain);
        CHECK(!pending(w));
        w.settle().check_books();
    }
}

TEST_CASE("a chain above CertificateSignedMaxChainSize is refused with a CALLERROR that says so") {
    World w{with_certificate()};
    w.boot();
    trigger(w);
    CHECK(signed_with(w, chain(asked_key(w)) + std::string(10'000, ' ')) ==
          "PropertyConstraintViolation");
    CHECK(presented(w) == file_chain());
    check(w, signed_with(w, chain(asked_key(w)) + std::string(3'000, ' ')), "Accepted");
}

SCENARIO_IN_WORLD_WITH("a certificate that is refused three times gives way to the old one",
                       with_certificate()) {
    w.boot();
    trigger(w);
    const auto text = chain(asked_key(w));
    w.door = refuses({text});
    signed_with(w, text);
    w.wait(seconds{25});
    CHECK(presented(w) == file_chain());
    if (w.disturbed()) return;
    CHECK(w.linked());
    CHECK(!pending(w));
    CHECK(security(w)["given_up"] ==
          "the new certificate of the charge point: it refuses our certificate");
    w.wait(seconds{30});
    CHECK(told(w, "InvalidChargePointCertificate").starts_with("not proven and given up: "));
    CHECK(w.private_keys.size() == 1);
    w.power_cut();
    CHECK(presented(w) == file_chain());
    CHECK(w.linked());
    CHECK(security(w).contains("given_up"));
}

TEST_CASE("a connection without an answer to the Heartbeat proves no certificate") {
    World w{with_certificate()};
    w.boot();
    trigger(w);
    const auto text = chain(asked_key(w));
    w.silent = {"Heartbeat"};
    signed_with(w, text);
    CHECK(presented(w) == text);
    CHECK(security(w)["candidate"]["certificate"] == true);
    CHECK(security(w)["certificate"]["candidate"] == true);
    w.wait(seconds{299});
    CHECK(presented(w) == text);
    w.wait(seconds{2});
    CHECK(presented(w) == file_chain());
    CHECK(w.linked());
    w.silent.clear();
    w.settle().check_books();
}

SCENARIO_IN_WORLD_WITH("TC_083: from profile 2 to 3 with a certificate that came before",
                       without_certificate(2)) {
    w.boot();
    if (!w.disturbed()) {
        CHECK(presented(w).empty());
        CHECK(change(w, "SecurityProfile", "3") == "Rejected");
    }
    check(w, trigger(w), "Accepted");
    w.says({"SignCertificate"});
    const auto text = chain(asked_key(w));
    check(w, signed_with(w, text), "Accepted");
    // Nothing presents it yet.
    w.says({"SecurityEventNotification"});
    if (!w.disturbed()) CHECK(presented(w).empty());
    w.set_key("SecurityProfile", "3");
    w.says({"BootNotification", "SecurityEventNotification", "StatusNotification 0 Available",
            "StatusNotification 1 Available", "StatusNotification 2 Available"});
    if (w.disturbed()) return;
    CHECK(!pending(w));
    CHECK(w.point().link().security_profile == 3);
    CHECK(presented(w) == text);
    CHECK(w.point().link().authorization_key.empty());
    CHECK(change(w, "SecurityProfile", "2") == "Rejected");
    w.power_cut();
    CHECK(w.point().link().security_profile == 3);
    CHECK(presented(w) == text);
}

SCENARIO_IN_WORLD_WITH("profile 3 that does not work gives way to profile 2", with_certificate(2)) {
    w.boot();
    w.door = [](const LinkSettings& link) -> std::optional<DialFailed> {
        if (link.security_profile == 2) {
            CHECK(link.authorization_key == bytes(old_hex));
            CHECK(link.client_chain.empty());
            return std::nullopt;
        }
        CHECK(link.authorization_key.empty());
        CHECK(!link.client_chain.empty());
        return DialFailed{DialProblem::TlsOther, "handshake failure"};
    };
    w.set_key("SecurityProfile", "3");
    w.wait(seconds{25});
    if (w.disturbed()) return;
    CHECK(w.linked());
    CHECK(w.point().link().security_profile == 2);
    CHECK(security(w)["given_up"] == "SecurityProfile 3: handshake failure");
}

TEST_CASE("profile 3 needs a certificate that is valid, and a root") {
    auto options = with_certificate(2);
    options.central_system_roots = {};
    World w{options};
    w.boot();
    CHECK(change(w, "SecurityProfile", "3") == "Rejected");
    auto short_lived = for_long(with_certificate(2));
    auto old = wish(file_key);
    old.not_after = day(2026, 3, 30);
    short_lived.client_certificate = pem(old);
    World ends{short_lived};
    ends.boot().wait(hours{72});
    CHECK(change(ends, "SecurityProfile", "3") == "Rejected");
}

TEST_CASE("without a root no certificate of the charge point is believed") {
    auto options = without_certificate(1);
    options.central_system_roots = {};
    World w{options};
    w.boot();
    check(w, trigger(w), "Accepted");
    check(w, signed_with(w, chain(asked_key(w))), "Rejected");
    CHECK(told(w, "InvalidChargePointCertificate").find("no CentralSystemRootCertificate") !=
          std::string::npos);
    w.call("InstallCertificate", {{"certificateType", "CentralSystemRootCertificate"},
                                  {"certificate", root().certificate.pem()}});
    check(w, signed_with(w, chain(asked_key(w))), "Accepted");
}

TEST_CASE("a request needs CpoName and a serial number") {
    auto options = without_certificate(2);
    options.keys.erase("CpoName");
    World w{options};
    w.boot();
    check(w, trigger(w), "Rejected");
    CHECK(change(w, "CpoName", std::string(65, 'x')) == "Rejected");
    CHECK(change(w, "CpoName", std::string(64, 'x')) == "Accepted");
    check(w, trigger(w), "Accepted");
    CHECK(asked_key(w) == 101);
    options.keys["CpoName"] = "Operator";
    options.serial_number = {};
    World nameless{options};
    nameless.boot();
    check(nameless, trigger(nameless), "Rejected");
    CHECK(count(nameless, "SignCertificate") == 0);
}

TEST_CASE("in every profile a certificate can be asked for, also with a connector in the trigger") {
    for (const int profile : {0, 1, 2, 3}) {
        World w{without_certificate(profile)};
        w.boot();
        const auto answer =
            w.call("ExtendedTriggerMessage",
                   {{"requestedMessage", "SignChargePointCertificate"}, {"connectorId", 9}});
        check(w, answer, "Accepted");
        check(w, signed_with(w, chain(asked_key(w))), "Accepted");
        CHECK(w.point().certificates().size() == 2);
        CHECK((presented(w) == (profile == 3 ? chain(asked_key(w)) : "")));
        CHECK(!pending(w));
        w.settle().check_books();
    }
}

TEST_CASE("what was triggered is sent while the charge point is Pending") {
    World w{without_certificate(2)};
    w.registration = "Pending";
    w.boot();
    check(w, trigger(w), "Accepted");
    w.says({"SignCertificate"});
}

}  // namespace own_certificate_test
