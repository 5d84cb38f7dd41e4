// SPDX-License-Identifier: Apache-2.0
// The charge point's own certificate over time: renewal, several at once, their ends, and what a
// factory reset leaves. Security white paper A02, A03.

#include "hal-service/shared/json_fields.hpp"
#include "ocpp/features/security/own_certificate.hpp"
#include "tests/ocpp/charge_point/own_certificates.hpp"

namespace own_certificate_life_test {

using namespace own_certificates;
using candidates::bytes;
using candidates::new_hex;
using candidates::pending;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using ocpp::core::LinkSettings;
using std::chrono::days;
using std::chrono::hours;

namespace {

World::Options with_file(const Wish& wanted, int profile = 3) {
    auto options = without_certificate(profile);
    options.client_certificate = pem(wanted);
    return options;
}

Wish until(ocpp::security::Instant end, int key = file_key) {
    auto one = wish(key);
    one.not_before = day(2026, 1, 1);
    one.not_after = end;
    return one;
}

}  // namespace

// --- renewal

SCENARIO_IN_WORLD_WITH("one month before its end a new certificate is asked for, once",
                       with_file(until(day(2026, 4, 27) + hours{22} + seconds{60}))) {
    w.boot();
    w.wait(seconds{45}).quiet();
    w.wait(seconds{30}).says({"SignCertificate"});
    w.restart().wait(seconds{60}).power_cut().wait(seconds{60});
    if (!w.disturbed()) CHECK(count(w, "SignCertificate") == 1);
    const auto text = chain(asked_key(w));
    check(w, signed_with(w, text), "Accepted");
    if (w.disturbed()) return;
    CHECK(presented(w) == text);
    // The new one has its time.
    w.wait(seconds{600});
    CHECK(count(w, "SignCertificate") == 1);
}

TEST_CASE("a request for renewal that nobody fulfils is up to the operator") {
    World w{for_long(with_file(until(day(2026, 4, 29))))};
    w.boot().wait(days{20}).restart().wait(days{5});
    CHECK(count(w, "SignCertificate") == 1);
}

TEST_CASE("a certificate that ends while there is no link is renewed when there is one again") {
    World w{for_long(with_file(until(day(2026, 4, 29))))};
    w.boot();
    w.disconnect().wait(days{5});
    CHECK(count(w, "SignCertificate") == 0);
    w.connect();
    CHECK(count(w, "SignCertificate") == 1);
    w.settle().check_books();
}

TEST_CASE("without CpoName nothing is asked for until it is there") {
    auto options = for_long(with_file(until(day(2026, 4, 20))));
    options.keys.erase("CpoName");
    World w{options};
    w.boot().wait(days{1});
    CHECK(count(w, "SignCertificate") == 0);
    w.set_key("CpoName", "Operator");
    CHECK(count(w, "SignCertificate") == 1);
    w.settle().check_books();
}

TEST_CASE("below profile 3 nothing is renewed") {
    World w{for_long(with_file(until(day(2026, 4, 20)), 2))};
    w.boot().wait(days{2});
    CHECK(count(w, "SignCertificate") == 0);
}

TEST_CASE("certificates with a short life are renewed half-way, and not again and again") {
    auto first = until(day(2026, 4, 4));
    first.not_before = day(2026, 3, 28);
    World w{for_long(with_file(first))};
    w.boot().wait(days{2});
    CHECK(count(w, "SignCertificate") == 0);
    w.wait(days{2});
    CHECK(count(w, "SignCertificate") == 1);
    auto next = wish(asked_key(w));
    next.not_before = day(2026, 4, 1);
    next.not_after = day(2026, 4, 9);
    check(w, signed_with(w, pem(next)), "Accepted");
    CHECK(count(w, "SignCertificate") == 1);
    w.wait(days{5});
    CHECK(count(w, "SignCertificate") == 2);
    w.settle().check_books();
}

TEST_CASE("with a clock of 1970 the renewal waits for the time, and nothing counts as too early") {
    auto options = for_long(with_file(until(day(2026, 4, 20))));
    options.forgets_time = true;
    World w{options};
    w.registration = "Pending";
    w.boot();
    CHECK(!presented(w).empty());
    w.wait(days{1});
    w.registration = "Accepted";
    w.power_cut().wait(seconds{1});
    CHECK(count(w, "SignCertificate") == 1);
    check(w, signed_with(w, chain(asked_key(w))), "Accepted");
    CHECK(presented(w) == chain(asked_key(w)));
    w.settle().check_books();
}

// --- several at once

TEST_CASE("the newest by notBefore is presented, and the one before when that has ended") {
    World w{for_long(with_certificate())};
    w.boot();
    trigger(w);
    auto soon = wish(asked_key(w));
    soon.not_after = day(2026, 4, 2);
    const auto text = pem(soon);
    check(w, signed_with(w, text), "Accepted");
    CHECK(presented(w) == text);
    w.said();
    w.wait(days{3});
    CHECK(presented(w) == text);
    w.wait(days{2});
    CHECK(presented(w) == file_chain());
    CHECK(w.linked());
    w.settle().check_books();
}

TEST_CASE("a certificate that begins before the one in use is kept and not presented") {
    World w{with_certificate()};
    w.boot();
    trigger(w);
    auto earlier = wish(asked_key(w));
    earlier.not_before = day(2025, 1, 1);
    check(w, signed_with(w, pem(earlier)), "Accepted");
    CHECK(presented(w) == file_chain());
    CHECK(!pending(w));
    CHECK(w.private_keys.size() == 2);
}

TEST_CASE("a certificate that has expired is still presented when there is no other") {
    World w{for_long(with_file(until(day(2026, 4, 20))))};
    w.boot().wait(days{40});
    CHECK(!presented(w).empty());
    CHECK(w.linked());
    CHECK(security(w)["certificate"]["days_left"] == -18);
    w.power_cut();
    CHECK(!presented(w).empty());
}

TEST_CASE("a central system that no longer takes the newest certificate is shown the one before") {
    World w{with_certificate()};
    w.boot();
    const auto text = sign_next(w);
    signed_with(w, text);
    CHECK(presented(w) == text);
    int refusals = 0;
    w.door = [&](const LinkSettings& link) -> std::optional<DialFailed> {
        if (link.client_chain == file_chain()) return std::nullopt;
        ++refusals;
        return DialFailed{DialProblem::CertificateRefused, "it refuses our certificate"};
    };
    w.disconnect().connect().wait(seconds{30});
    CHECK(w.linked());
    CHECK(presented(w) == file_chain());
    CHECK(refusals == 1);
    CHECK(told(w, "FailedToAuthenticateAtCentralSystem") == "it refuses our certificate");
    // When it takes none, both are tried in turn.
    w.door = [&](const LinkSettings&) -> std::optional<DialFailed> {
        return DialFailed{DialProblem::CertificateRefused, "it refuses our certificate"};
    };
    w.disconnect().connect().wait(seconds{25});
    w.door = [&](const LinkSettings& link) -> std::optional<DialFailed> {
        if (link.client_chain == text) return std::nullopt;
        return DialFailed{DialProblem::CertificateRefused, "it refuses our certificate"};
    };
    w.wait(seconds{60});
    CHECK(w.linked());
    w.settle().check_books();
}

TEST_CASE("certificates and their keys are bounded, and the one in use is always there") {
    World w{with_certificate()};
    w.boot();
    std::string last;
    for (int i = 0; i < 6; ++i) {
        trigger(w);
        auto next = wish(asked_key(w));
        next.not_before = day(2026, 3, 1) + hours{i};
        last = pem(next);
        check(w, signed_with(w, last), "Accepted");
        CHECK(presented(w) == last);
        CHECK(w.private_keys.size() <= ocpp::features::OwnCertificate::max_kept);
        w.wait(seconds{30});
    }
    w.restart();
    CHECK(presented(w) == last);
    CHECK(w.private_keys.size() == ocpp::features::OwnCertificate::max_kept);
    w.settle().check_books();
}

TEST_CASE("of two that nothing has proven the newer is tried, and the way back is the proven one") {
    World w{with_certificate()};
    w.boot();
    w.silent = {"Heartbeat"};
    const auto first = sign_next(w);
    signed_with(w, first);
    CHECK(presented(w) == first);
    trigger(w);
    w.wait(seconds{40});
    REQUIRE(asked_key(w) == 102);
    signed_with(w, chain(102));
    CHECK(presented(w) == chain(102));
    w.wait(seconds{310});
    CHECK(presented(w) == file_chain());
    CHECK(w.private_keys.size() == 1);
    w.silent.clear();
    w.settle().check_books();
}

TEST_CASE("a certificate may come while a key or a profile is a candidate") {
    // A key, under profile 2, which presents no certificate.
    World two{with_certificate(2)};
    two.boot();
    two.silent = {"Heartbeat"};
    two.set_key("AuthorizationKey", new_hex);
    trigger(two);
    two.wait(seconds{40});
    signed_with(two, chain(asked_key(two)));
    CHECK(presented(two).empty());
    CHECK(security(two)["candidate"]["certificate"] == false);
    two.silent.clear();
    two.wait(seconds{40}).settle().check_books();
    CHECK(!pending(two));

    // Profile 3, before it is proven: both are proven at once, or given up at once.
    for (const bool good : {true, false}) {
        World w{with_certificate(2)};
        w.boot();
        const auto text = sign_next(w);
        w.registration = "Pending";
        w.silent = {"BootNotification"};
        w.set_key("SecurityProfile", "3");
        CHECK(presented(w) == file_chain());
        check(w, signed_with(w, text), "Accepted");
        CHECK(presented(w) == text);
        CHECK(security(w)["candidate"]["profile"] == 3);
        CHECK(security(w)["candidate"]["certificate"] == true);
        if (good) w.silent.clear();
        w.registration = "Accepted";
        if (good) w.disconnect().connect();
        w.wait(seconds{310});
        w.silent.clear();
        w.settle();
        CHECK(!pending(w));
        CHECK((w.point().link().security_profile == (good ? 3 : 2)));
        CHECK((presented(w) == (good ? text : "")));
        CHECK((w.private_keys.size() == (good ? 2U : 1U)));
        w.check_books();
    }
}

TEST_CASE("a new key under profile 3 is kept and never sent") {
    World w{with_certificate()};
    w.boot();
    w.set_key("AuthorizationKey", new_hex);
    CHECK(!pending(w));
    CHECK(w.point().link().authorization_key.empty());
    w.security_profile(2);
    CHECK(w.point().link().authorization_key == bytes(new_hex));
    CHECK(presented(w).empty());
}

TEST_CASE("a person who sets the profile ends the attempt with a new certificate") {
    World w{with_certificate()};
    w.boot();
    w.silent = {"Heartbeat"};
    signed_with(w, sign_next(w));
    CHECK(pending(w));
    w.security_profile(3);
    CHECK(!pending(w));
    CHECK(presented(w) == file_chain());
    w.silent.clear();
    w.settle().check_books();
}

// --- roots, reset, status

TEST_CASE("neither the certificate nor the root that alone proves it can be deleted") {
    World w{with_certificate()};
    w.boot();
    const auto drop = [&](const Certificate& one, const Certificate& issuer) {
        auto hash = shared::to_json(
            certificates::ocsp_hash_data(ocpp::wire::HashAlgorithm::SHA256, one, issuer));
        return w.call("DeleteCertificate", {{"certificateHashData", hash}});
    };
    const auto own = Certificate::from_pem(file_chain())->front();
    check(w, drop(own, root().certificate), "NotFound");
    check(w, drop(root().certificate, root().certificate), "Failed");
    CHECK(w.asked(ocpp::core::CertificateDropped{1}) ==
          "nothing else proves the certificate of the charge point");
    // Another certificate of the same CA, with its name and its key, proves as much.
    auto again = certificates::ca("CPO root 0", Key{"P-256", 1});
    again.serial = "55";
    w.call("InstallCertificate", {{"certificateType", "CentralSystemRootCertificate"},
                                  {"certificate", make(again).certificate.pem()}});
    check(w, drop(root().certificate, root().certificate), "Accepted");
    CHECK(presented(w) == file_chain());
}

TEST_CASE("below profile 3 the root of the own certificate is not needed") {
    World w{with_certificate(2)};
    w.boot();
    const auto other = make(certificates::ca("another root", Key{"P-256", 2}));
    w.call("InstallCertificate", {{"certificateType", "CentralSystemRootCertificate"},
                                  {"certificate", other.certificate.pem()}});
    CHECK(w.asked(ocpp::core::CertificateDropped{1}) == "Accepted");
}

TEST_CASE("a factory reset brings back the certificate of the configuration file") {
    World w{with_certificate()};
    w.boot();
    const auto text = sign_next(w);
    signed_with(w, text);
    trigger(w);
    CHECK(presented(w) == text);
    w.factory_reset().wait(seconds{60});
    CHECK(presented(w) == file_chain());
    CHECK(w.linked());
    CHECK(request_of(w).is_null());
    CHECK(w.private_keys.size() == 1);
    check(w, signed_with(w, chain(asked_key(w))), "Rejected");
    w.settle().check_books();
}

TEST_CASE("the status shows the certificate, the request and no key") {
    World w{with_certificate()};
    w.boot();
    auto shown = security(w)["certificate"];
    CHECK(shown["subject"] == "CN=CP0001,O=Tests");
    CHECK(shown["issuer"] == "CN=CPO root 0,O=Tests");
    CHECK(shown["serial"] == "1050");
    CHECK(shown["not_after"] == "2028-01-01T00:00:00.000Z");
    CHECK(shown["days_left"] == 643);
    CHECK(request_of(w).is_null());
    trigger(w);
    CHECK(request_of(w)["state"] == "waits for CertificateSigned");
    const auto list = w.point().certificates();
    REQUIRE(list.size() == 2);
    CHECK(list[1]["type"] == "ChargePointCertificate");
    CHECK(list[1]["in_use"] == true);
    CHECK(!list[1].contains("number"));
}

TEST_CASE("a certificate of the file that is of no use is left out, and told") {
    auto ca = certificates::ca("CP0001", Key{"P-256", file_key});
    auto options = without_certificate(2);
    options.client_certificate = make(ca, &root()).certificate.pem();
    World w{options};
    w.boot();
    CHECK(w.point().certificates().size() == 1);
    CHECK(w.private_keys.empty());
}

}  // namespace own_certificate_life_test
