// SPDX-License-Identifier: Apache-2.0
// The charge point's own certificate over TLS (security profile 3): presented, asked for or not,
// taken or refused, by handshakes in memory.

#include "daemon/link/client_certificate.hpp"

#include "daemon/link/tls_context.hpp"
#include "tests/daemon/tls_server.hpp"
#include "tests/support/catch.hpp"

#include <map>

namespace client_certificate_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using certificates::Made;
using charge_daemon::fake::Handshake;
using charge_daemon::fake::TlsServer;

namespace {

constexpr const char* url = "wss://central.example/";

Made root(int key = 0) { return certificates::make(certificates::ca("Root", {.number = key})); }

Made client(const Made& authority, certificates::Key key = {.number = 3}) {
    certificates::Wish wish;
    wish.name = "CP1";
    wish.key = std::move(key);
    wish.purposes = "clientAuth";
    return certificates::make(wish, &authority);
}

ClientCertificate own(const Made& leaf, std::vector<certificates::Certificate> above = {}) {
    std::vector chain{leaf.certificate};
    chain.insert(chain.end(), above.begin(), above.end());
    return {std::move(chain), *PrivateKey::from_pem(certificates::private_key_of(leaf))};
}

struct Fixture {
    Made authority = root();
    Made central = certificates::make(
        [] {
            auto wish = certificates::server("central.example", {.number = 7});
            wish.names = "DNS:central.example";
            return wish;
        }(),
        &authority);
    Made leaf = client(authority);
    TlsServer server{central};
    TlsContext context;
    TlsPeer peer;

    Fixture() {
        Trust trust;
        trust.anchors.push_back(authority.certificate);
        trust.time.offset = 0ms;
        context.trust(trust);
    }

    void present(ClientCertificate certificate) {
        context.present(OwnCertificate(std::optional(std::move(certificate))));
        CHECK(context.obstacle() == "");
    }
    void present_none() { context.present(OwnCertificate(std::optional<ClientCertificate>())); }

    TlsProblem problem_after(const Handshake& done) const {
        if (const auto lack = lacking(peer.trace); done.ok && lack) return *lack;
        REQUIRE((!done.ok || refused_afterwards(peer.trace)));
        return problem_of(peer.trace, {TlsEnd::How::Error, done.reason, "x"});
    }
};

int either_version() { return GENERATE(TLS1_2_VERSION, TLS1_3_VERSION); }

}  // namespace

TEST_CASE("a server that asks gets the certificate and what lies between it and the root") {
    Fixture f;
    f.server.only(either_version());
    const auto key = GENERATE(certificates::Key{.number = 3}, certificates::Key{"P-384"},
                              certificates::Key{"RSA"}, certificates::Key{"ED25519"});
    const auto between =
        certificates::make(certificates::ca("Between", {.number = 5}), &f.authority);
    const auto leaf = client(between, key);
    f.server.demand_certificate(&f.authority);
    f.present(own(leaf, {between.certificate}));
    const Handshake done(f.context, f.server, url, f.peer);
    REQUIRE(done.ok);
    CHECK_FALSE(f.peer.trace.alert);
    CHECK_FALSE(lacking(f.peer.trace));
    const auto given = done.given();
    REQUIRE(given.size() == 2);
    CHECK(given[0] == leaf.certificate);
    CHECK(given[1] == between.certificate);
}

TEST_CASE("without one none is presented, and a server that needs none is content") {
    Fixture f;
    f.server.only(either_version());
    f.server.ask_for_certificate();
    f.present(own(f.leaf));
    f.present_none();
    const Handshake done(f.context, f.server, url, f.peer);
    REQUIRE(done.ok);
    CHECK(done.given().empty());
    CHECK_FALSE(lacking(f.peer.trace));
}

TEST_CASE("authorities that the server names, and that are not ours, hold back nothing") {
    Fixture f;
    f.server.only(either_version());
    f.server.demand_certificate(&f.authority);
    f.server.name_authority(certificates::make(certificates::ca("Somebody", {.number = 9})));
    f.present(own(f.leaf));
    const Handshake done(f.context, f.server, url, f.peer);
    CHECK(done.ok);
    CHECK(done.given().size() == 1);
}

TEST_CASE("a server that does not want to know us has not accepted profile 3") {
    Fixture f;
    f.server.only(either_version());
    f.present(own(f.leaf));
    for (int i = 0; i < 2; ++i) {
        // Nor in a session that goes on.
        const Handshake done(f.context, f.server, url, f.peer);
        REQUIRE(done.ok);
        const auto problem = f.problem_after(done);
        CHECK(problem.failure == TlsFailure::ClientCertificateNotAsked);
        CHECK(problem.words.find("does not ask for our certificate") != std::string::npos);
        CHECK_FALSE(TlsContext::report(done.client(), f.peer).resumed);
    }
}

TEST_CASE("a refused certificate is told by name, with the server's reason") {
    Fixture f;
    f.server.only(either_version());
    const auto stranger = certificates::make(certificates::ca("Stranger", {.number = 1}));
    f.server.demand_certificate(&stranger);
    std::string reason = "unknown authority (TLS alert 48)";
    auto leaf = f.leaf;
    SECTION("another authority") {}
    SECTION("it has expired") {
        certificates::Wish wish;
        wish.key = {.number = 3};
        wish.not_after = certificates::day(2021, 1, 1);
        leaf = certificates::make(wish, &f.authority);
        f.server.demand_certificate(&f.authority);
        reason = "certificate expired (TLS alert 45)";
    }
    SECTION("not for clients") {
        leaf = certificates::make(certificates::server("CP1", {.number = 3}), &f.authority);
        f.server.demand_certificate(&f.authority);
        reason = "unsupported certificate (TLS alert 43)";
    }
    f.present(own(leaf));
    const Handshake done(f.context, f.server, url, f.peer);
    const auto problem = f.problem_after(done);
    CHECK(problem.failure == TlsFailure::ClientCertificateRefused);
    CHECK(problem.words == "the central system refused our certificate: " + reason);
    CHECK(dial_problem(problem.failure) == ocpp::core::DialProblem::CertificateRefused);
}

TEST_CASE("a server that can't take our kind of key is told by name") {
    Fixture f;
    f.server.only(either_version());
    f.server.demand_certificate(&f.authority);
    f.server.only_signatures("RSA-PSS+SHA256:RSA+SHA256");
    f.present(own(f.leaf));
    const Handshake done(f.context, f.server, url, f.peer);
    const auto problem = f.problem_after(done);
    CHECK(problem.failure == TlsFailure::ClientCertificateRefused);
    CHECK(problem.words.find("key of our kind") != std::string::npos);
}

TEST_CASE("a session goes on only for the certificate that it began with") {
    Fixture f;
    f.server.only(either_version());
    f.server.ask_for_certificate();
    const auto resumed = [&] {
        const Handshake done(f.context, f.server, url, f.peer);
        REQUIRE(done.ok);
        CHECK_FALSE(lacking(f.peer.trace));
        return TlsContext::report(done.client(), f.peer).resumed;
    };
    f.present(own(f.leaf));
    CHECK_FALSE(resumed());
    CHECK(resumed());
    f.present(own(f.leaf));
    CHECK(resumed());
    SECTION("another certificate, of another key") {
        f.present(own(client(f.authority, {.number = 4})));
    }
    SECTION("another certificate of this key") {
        certificates::Wish wish;
        wish.key = {.number = 3};
        wish.serial = "02";
        f.present(own(certificates::make(wish, &f.authority)));
    }
    SECTION("none") { f.present_none(); }
    CHECK_FALSE(resumed());
    CHECK(resumed());
    f.present(own(f.leaf));
    CHECK_FALSE(resumed());
}

TEST_CASE("a session from before profile 3 does not go on in it") {
    Fixture f;
    f.server.only(either_version());
    f.present_none();
    REQUIRE(Handshake(f.context, f.server, url, f.peer).ok);
    f.server.demand_certificate(&f.authority);
    f.present(own(f.leaf));
    const Handshake done(f.context, f.server, url, f.peer);
    REQUIRE(done.ok);
    CHECK_FALSE(TlsContext::report(done.client(), f.peer).resumed);
    CHECK(done.given().size() == 1);
}

TEST_CASE("a server that has forgotten the session, and then does not ask, is found out") {
    Fixture f;
    const int version = either_version();
    f.server.only(version);
    f.server.ask_for_certificate();
    f.present(own(f.leaf));
    REQUIRE(Handshake(f.context, f.server, url, f.peer).ok);
    // Its tickets can't be read by another process.
    TlsServer other(f.central);
    other.only(version);
    const Handshake done(f.context, other, url, f.peer);
    REQUIRE(done.ok);
    CHECK(f.problem_after(done).failure == TlsFailure::ClientCertificateNotAsked);
}

TEST_CASE("a certificate that can't be used keeps from calling anybody, with the reason") {
    Fixture f;
    SECTION("the key of another") {
        auto certificate = own(f.leaf);
        certificate.key = *PrivateKey::make(ClientKeyType::Ec);
        f.context.present(OwnCertificate(std::optional(certificate)));
        CHECK(f.context.obstacle().find("our own certificate can't be used: ") == 0);
    }
    SECTION("none, in profile 3") {
        f.context.present(own_certificate(3, "", {}));
        CHECK(f.context.obstacle() ==
              "security profile 3 can't be used: there is no certificate of our own");
    }
    // The next one is as good as ever.
    f.present(own(f.leaf));
}

TEST_CASE("the key is looked for by the certificate, and in profile 3 only") {
    const auto authority = root();
    const auto leaf = client(authority);
    std::map<std::string, std::string> keys{
        {leaf.certificate.key_id(), certificates::private_key_of(leaf)}};
    int asked = 0;
    const KeyLoader load = [&](const std::string& id) -> shared::Result<PrivateKey, std::string> {
        ++asked;
        if (const auto found = keys.find(id); found != keys.end())
            return PrivateKey::from_pem(found->second);
        return shared::Failure<std::string>{"it is gone"};
    };
    const auto chain = leaf.certificate.pem() + authority.certificate.pem();
    for (const int profile : {0, 1, 2}) {
        const auto none = own_certificate(profile, chain, load);
        REQUIRE(none);
        CHECK_FALSE(*none);
    }
    CHECK(asked == 0);
    const auto found = own_certificate(3, chain, load);
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->chain.size() == 2);
    CHECK((*found)->key.id() == leaf.certificate.key_id());
    keys.clear();
    CHECK(own_certificate(3, chain, load).error() ==
          "security profile 3 can't be used: the key of our own certificate: it is gone");
    CHECK(own_certificate(3, "garbage", load).error().find("our own certificate: ") !=
          std::string::npos);
}

}  // namespace client_certificate_test
