// SPDX-License-Identifier: Apache-2.0
// Verdicts on chains: each with a certificate that deserves it, and its neighbour that does not.

#include "ocpp/security/x509.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace ocpp::security {
std::ostream& operator<<(std::ostream& out, Verdict verdict) {
    return out << shared::name_of(verdict);
}
}  // namespace ocpp::security

namespace x509_verify_test {

namespace {

using certificates::ca;
using certificates::day;
using certificates::Key;
using certificates::Made;
using certificates::make;
using certificates::server;
using certificates::Wish;
using ocpp::security::Certificate;
using ocpp::security::Instant;
using ocpp::security::JudgedAt;
using ocpp::security::Judgement;
using ocpp::security::Usage;
using ocpp::security::Verdict;
using ocpp::security::verify;
using Certificates = std::vector<Certificate>;

const JudgedAt now{day(2026, 1, 1), true};
const std::string host = "central.example";

const Made& root() {
    static const auto made = make(ca("a root", Key{"P-256", 1}));
    return made;
}

Judgement judge(const Made& leaf, const Certificates& others = {},
                const Certificates& anchors = {root().certificate}, const JudgedAt& at = now,
                Usage usage = Usage::Server, const std::string& name = host) {
    return verify(leaf.certificate, others, anchors, at, usage, name);
}

Verdict verdict_for(const Wish& wish, const std::string& name = host) {
    return judge(make(wish, &root()), {}, {root().certificate}, now, Usage::Server, name).verdict;
}

Wish named(std::string names) {
    auto wish = server("other.example");
    wish.names = std::move(names);
    return wish;
}

}  // namespace

TEST_CASE("a leaf of an installed root is good until the first of its path ends") {
    auto wish = server(host);
    wish.not_after = day(2027, 1, 1);
    const auto good = judge(make(wish, &root()));
    CHECK(good.verdict == Verdict::Good);
    CHECK(good.why.empty());
    REQUIRE(good.anchor);
    CHECK(*good.anchor == root().certificate);
    CHECK(good.until == day(2027, 1, 1));
}

TEST_CASE("keys of each kind make good chains") {
    for (const auto& upper : {Key{"RSA", 0, 4096}, Key{"RSA", 0, 2048}, Key{"P-384", 1}})
        for (const auto& lower : {Key{"RSA", 2, 2048}, Key{"P-256", 2}, Key{"P-384", 2}}) {
            const auto above = make(ca("a root", upper));
            CHECK(judge(make(server(host, lower), &above), {}, {above.certificate}).verdict ==
                  Verdict::Good);
        }
}

TEST_CASE("chains count up to their bound, in any order") {
    std::vector<Made> path{root()};
    Certificates others;
    for (int depth = 1; depth <= 15; ++depth) {
        path.push_back(make(ca("intermediate " + std::to_string(depth), Key{"P-256", depth + 1}),
                            &path.back()));
        others.insert(others.begin() + depth / 2, path.back().certificate);
        const auto leaf = make(server(host, Key{"P-256", 20}), &path.back());
        const auto judgement = judge(leaf, others);
        INFO(depth << ": " << judgement.why);
        // Leaf and root are two of the path.
        CHECK(judgement.verdict == (depth + 2 <= static_cast<int>(ocpp::security::max_path)
                                        ? Verdict::Good
                                        : Verdict::TooLong));
        if (depth > 1) CHECK(judge(leaf).verdict == Verdict::UnknownIssuer);
    }
    const Certificates many(ocpp::security::max_chain_certificates + 1, root().certificate);
    CHECK(judge(make(server(host), &root()), many).verdict == Verdict::TooLong);
}

TEST_CASE("an intermediate CA may be the anchor") {
    const auto intermediate = make(ca("an intermediate", Key{"P-256", 2}), &root());
    const auto leaf = make(server(host), &intermediate);
    const auto judgement = judge(leaf, {}, {intermediate.certificate});
    CHECK(judgement.verdict == Verdict::Good);
    CHECK(*judgement.anchor == intermediate.certificate);
    CHECK(judge(leaf, {}, {root().certificate}).verdict == Verdict::UnknownIssuer);
}

TEST_CASE("each verdict has its certificate") {
    auto expired = server(host);
    expired.not_after = day(2025, 12, 31);
    CHECK(verdict_for(expired) == Verdict::Expired);
    auto future = server(host);
    future.not_before = day(2026, 1, 2);
    CHECK(verdict_for(future) == Verdict::NotYetValid);
    CHECK(verdict_for(server("other.example")) == Verdict::WrongName);
    auto client = server(host);
    client.purposes = "clientAuth";
    CHECK(verdict_for(client) == Verdict::WrongUsage);
    CHECK(verdict_for(server(host, Key{"RSA", 0, 1024})) == Verdict::WeakKey);
    CHECK(verdict_for(server(host, Key{"prime192v1"})) == Verdict::WeakKey);
    auto weakly_signed = server(host);
    weakly_signed.digest = "SHA1";
    CHECK(verdict_for(weakly_signed) == Verdict::WeakSignature);
    auto demanding = server(host);
    demanding.extra_critical_oid = "1.2.3.4.5";
    CHECK(verdict_for(demanding) == Verdict::Malformed);
    CHECK(judge(make(server(host), &root()), {}, {}).verdict == Verdict::UnknownIssuer);
    CHECK(judge(make(server(host))).verdict == Verdict::UnknownIssuer);
    CHECK(judge(make(server(host), &root()), {}, {}).why == "no root is installed");
}

TEST_CASE("a signature by another key of the same name is wrong") {
    const auto impostor = make(ca("a root", Key{"P-256", 9}));
    const auto judgement = judge(make(server(host), &impostor));
    CHECK(judgement.verdict == Verdict::BadSignature);
    // With both installed the right one is found, whichever is first.
    const auto leaf = make(server(host), &impostor);
    for (const auto& anchors : {Certificates{root().certificate, impostor.certificate},
                                Certificates{impostor.certificate, root().certificate}}) {
        const auto good = judge(leaf, {}, anchors);
        CHECK(good.verdict == Verdict::Good);
        CHECK(*good.anchor == impostor.certificate);
    }
    auto der = leaf.certificate.der();
    der.back() = static_cast<char>(der.back() ^ 1);
    const auto damaged = Certificate::from_der(der);
    REQUIRE(damaged);
    CHECK(verify(*damaged, {}, Certificates{impostor.certificate}, now, Usage::Server, host)
              .verdict != Verdict::Good);
}

TEST_CASE("the signature of the anchor itself proves nothing, and may be SHA-1") {
    auto wish = ca("an old root", Key{"P-256", 3});
    wish.digest = "SHA1";
    const auto old_root = make(wish);
    CHECK(judge(make(server(host), &old_root), {}, {old_root.certificate}).verdict ==
          Verdict::Good);
    CHECK(judge_anchor(old_root.certificate, now).verdict == Verdict::Good);
    auto between = ca("an intermediate", Key{"P-256", 4});
    between.digest = "SHA1";
    const auto intermediate = make(between, &root());
    CHECK(judge(make(server(host), &intermediate), {intermediate.certificate}).verdict ==
          Verdict::WeakSignature);
}

TEST_CASE("times count to the second, and notBefore only when the time is known") {
    auto wish = server(host);
    wish.not_before = day(2026, 1, 1);
    wish.not_after = day(2026, 2, 1);
    const auto leaf = make(wish, &root());
    const auto at = [&](Instant instant, bool known) {
        return judge(leaf, {}, {root().certificate}, {instant, known}).verdict;
    };
    using std::chrono::milliseconds;
    CHECK(at(wish.not_before, true) == Verdict::Good);
    CHECK(at(wish.not_before - milliseconds{1}, true) == Verdict::NotYetValid);
    CHECK(at(wish.not_before - milliseconds{1}, false) == Verdict::Good);
    CHECK(at(wish.not_after + milliseconds{999}, true) == Verdict::Good);
    CHECK(at(wish.not_after + milliseconds{1000}, true) == Verdict::Expired);
    CHECK(at(wish.not_after + milliseconds{1000}, false) == Verdict::Expired);
}

TEST_CASE("an expired root or intermediate ends the path, unless a newer one is there") {
    auto old_wish = ca("a renewed root", Key{"P-256", 5});
    old_wish.not_after = day(2025, 1, 1);
    const auto old_root = make(old_wish);
    const auto new_root = make(ca("a renewed root", Key{"P-256", 5}));
    const auto leaf = make(server(host), &new_root);
    CHECK(judge(leaf, {}, {old_root.certificate}).verdict == Verdict::Expired);
    const auto good = judge(leaf, {}, {old_root.certificate, new_root.certificate});
    CHECK(good.verdict == Verdict::Good);
    CHECK(*good.anchor == new_root.certificate);
    auto old_between = ca("an intermediate", Key{"P-256", 6});
    old_between.not_after = day(2025, 1, 1);
    const auto old_intermediate = make(old_between, &root());
    const auto new_intermediate = make(ca("an intermediate", Key{"P-256", 6}), &root());
    const auto below = make(server(host), &new_intermediate);
    CHECK(judge(below, {old_intermediate.certificate}).verdict == Verdict::Expired);
    CHECK(judge(below, {old_intermediate.certificate, new_intermediate.certificate}).verdict ==
          Verdict::Good);
}

TEST_CASE("an issuer that is no CA is none") {
    const auto no_ca = make(server("a leaf", Key{"P-256", 2}), &root());
    CHECK(judge(make(server(host), &no_ca), {no_ca.certificate}).verdict == Verdict::WrongUsage);
    auto bounded = ca("a bounded CA", Key{"P-256", 3});
    bounded.constraints = "critical,CA:TRUE,pathlen:0";
    const auto upper = make(bounded, &root());
    const auto lower = make(ca("a CA below", Key{"P-256", 4}), &upper);
    CHECK(judge(make(server(host), &upper), {upper.certificate}).verdict == Verdict::Good);
    CHECK(judge(make(server(host), &lower), {upper.certificate, lower.certificate}).verdict ==
          Verdict::WrongUsage);
}

TEST_CASE("usages are told apart") {
    auto both = server(host);
    both.purposes = "serverAuth,clientAuth";
    auto none = server(host);
    none.purposes = "codeSigning";
    const auto at = [&](const Wish& wish, Usage usage) {
        return judge(make(wish, &root()), {}, {root().certificate}, now, usage).verdict;
    };
    CHECK(at(both, Usage::Server) == Verdict::Good);
    CHECK(at(both, Usage::Client) == Verdict::Good);
    CHECK(at(server(host), Usage::Client) == Verdict::WrongUsage);
    CHECK(at(none, Usage::Server) == Verdict::WrongUsage);
    CHECK(at(none, Usage::Any) == Verdict::Good);
}

TEST_CASE("names are those of subjectAltName, else the common name") {
    CHECK(verdict_for(server(host)) == Verdict::Good);
    CHECK(verdict_for(server("CENTRAL.example")) == Verdict::Good);
    CHECK(verdict_for(server(host), "central.example.") == Verdict::Good);
    CHECK(verdict_for(server(host), "") == Verdict::Good);
    CHECK(verdict_for(server(host), ".example") == Verdict::WrongName);
    CHECK(verdict_for(server(host), ".") == Verdict::WrongName);
    CHECK(verdict_for(server(host), host + '\0' + "x") == Verdict::WrongName);
    CHECK(verdict_for(named("DNS:central.example")) == Verdict::Good);
    CHECK(verdict_for(named("DNS:a.example,DNS:central.example")) == Verdict::Good);
    // With a dNSName the common name says nothing.
    auto san_only = server(host);
    san_only.names = "DNS:elsewhere.example";
    CHECK(verdict_for(san_only) == Verdict::WrongName);
    CHECK(verdict_for(named("DNS:*.b.example"), "a.b.example") == Verdict::Good);
    CHECK(verdict_for(named("DNS:*.b.example"), "x.a.b.example") == Verdict::WrongName);
    CHECK(verdict_for(named("DNS:*.b.example"), "b.example") == Verdict::WrongName);
    CHECK(verdict_for(named("DNS:*.example")) == Verdict::WrongName);  // a whole country
    CHECK(verdict_for(named("DNS:a*.b.example"), "ab.b.example") == Verdict::WrongName);
    CHECK(verdict_for(server("*.b.example"), "a.b.example") == Verdict::Good);
}

TEST_CASE("IP addresses are those of subjectAltName only") {
    CHECK(verdict_for(named("IP:127.0.0.1"), "127.0.0.1") == Verdict::Good);
    CHECK(verdict_for(named("IP:127.0.0.1"), "127.0.0.2") == Verdict::WrongName);
    CHECK(verdict_for(named("IP:::1"), "::1") == Verdict::Good);
    CHECK(verdict_for(named("IP:::1"), "[::1]") == Verdict::Good);
    CHECK(verdict_for(named("IP:::1"), "[0:0:0:0:0:0:0:1]") == Verdict::Good);
    CHECK(verdict_for(server("127.0.0.1"), "127.0.0.1") == Verdict::WrongName);
    CHECK(verdict_for(named("DNS:127.0.0.1"), "127.0.0.1") == Verdict::WrongName);
}

TEST_CASE("an anchor is a CA that has not expired, with a strong key") {
    CHECK(judge_anchor(root().certificate, now).verdict == Verdict::Good);
    CHECK(judge_anchor(make(ca("i"), &root()).certificate, now).verdict == Verdict::Good);
    CHECK(judge_anchor(make(server("no CA"), &root()).certificate, now).verdict ==
          Verdict::WrongUsage);
    auto without_sign = ca("no signer");
    without_sign.key_usage = "critical,digitalSignature";
    CHECK(judge_anchor(make(without_sign).certificate, now).verdict == Verdict::WrongUsage);
    CHECK(judge_anchor(make(ca("weak", Key{"RSA", 0, 1024})).certificate, now).verdict ==
          Verdict::WeakKey);
    auto old = ca("old");
    old.not_after = day(2025, 1, 1);
    CHECK(judge_anchor(make(old).certificate, now).verdict == Verdict::Expired);
    CHECK(judge_anchor(make(old).certificate, {day(2024, 1, 1), false}).verdict == Verdict::Good);
    auto later = ca("later");
    later.not_before = day(2030, 1, 1);
    CHECK(judge_anchor(make(later).certificate, now).verdict == Verdict::Good);
    const auto above = make(ca("twins", Key{"P-256", 1}));
    CHECK(judge_anchor(make(ca("twins", Key{"P-256", 2}), &above).certificate, now).verdict ==
          Verdict::BadSignature);
}

}  // namespace x509_verify_test
