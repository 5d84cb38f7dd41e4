// SPDX-License-Identifier: Apache-2.0
// The context by itself: the ClientHello that it makes, decoded, and handshakes in memory.

#include "daemon/link/tls_context.hpp"

#include "tests/daemon/tls_server.hpp"
#include "tests/support/catch.hpp"

#include <openssl/err.h>

#include <map>

namespace tls_context_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using certificates::Made;
using charge_daemon::fake::Handshake;
using charge_daemon::fake::TlsServer;
using ocpp::security::Verdict;

namespace {

// Reads big-endian numbers and vectors, RFC 8446 3.
struct Reader {
    std::string_view bytes;
    std::size_t number(std::size_t size) {
        REQUIRE(bytes.size() >= size);
        std::size_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes[i]);
        bytes.remove_prefix(size);
        return value;
    }
    Reader vector(std::size_t size_of_length) {
        const auto size = number(size_of_length);
        REQUIRE(bytes.size() >= size);
        Reader part{bytes.substr(0, size)};
        bytes.remove_prefix(size);
        return part;
    }
    std::vector<std::size_t> numbers(std::size_t size) {
        std::vector<std::size_t> all;
        while (!bytes.empty()) all.push_back(number(size));
        return all;
    }
};

struct ClientHello {
    std::vector<std::size_t> suites;
    std::vector<std::size_t> compressions;
    std::map<std::size_t, std::string> extensions;
};

ClientHello client_hello(const std::string& url) {
    TlsContext context;
    TlsPeer peer;
    const fake::Connection connection(SSL_new(context.native()));
    const std::string bytes =
        connection.first_flight([&](SSL* ssl) { context.prepare(ssl, *parse_url(url), peer); });
    Reader record{bytes};
    CHECK(record.number(1) == 22);  // handshake
    record.number(2);
    auto message = record.vector(2);
    CHECK(message.number(1) == 1);  // ClientHello
    auto body = message.vector(3);
    ClientHello hello;
    CHECK(body.number(2) == 0x0303);
    body.bytes.remove_prefix(32);
    body.vector(1);
    hello.suites = body.vector(2).numbers(2);
    hello.compressions = body.vector(1).numbers(1);
    auto extensions = body.vector(2);
    while (!extensions.bytes.empty()) {
        const auto type = extensions.number(2);
        hello.extensions[type] = extensions.vector(2).bytes;
    }
    return hello;
}

Made root(int key = 0) { return certificates::make(certificates::ca("Root", {.number = key})); }

certificates::Wish central_example() {
    auto wish = certificates::server("central.example", {.number = 7});
    wish.names = "DNS:central.example";
    return wish;
}

Made central(const Made& authority) { return certificates::make(central_example(), &authority); }

Trust trust_in(const Made& authority) {
    Trust trust;
    trust.anchors.push_back(authority.certificate);
    trust.time.offset = 0ms;
    return trust;
}

}  // namespace

TEST_CASE("the ClientHello offers what the documentation says, in this order, and nothing more") {
    const auto hello = client_hello("wss://central.example/ocpp");
    // IANA: TLS 1.3; ECDHE with GCM, ECDSA before RSA; ECDHE with CBC; plain RSA; and the signal of
    // RFC 5746 that no renegotiation is meant.
    CHECK(hello.suites == std::vector<std::size_t>{0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xC02F,
                                                   0xC030, 0xC023, 0xC024, 0xC027, 0xC028, 0x009C,
                                                   0x009D, 0x00FF});
    CHECK(hello.compressions == std::vector<std::size_t>{0});
    CHECK(Reader{hello.extensions.at(43)}.vector(1).numbers(2) ==
          std::vector<std::size_t>{0x0304, 0x0303});
    CHECK(Reader{hello.extensions.at(10)}.vector(2).numbers(2) ==
          std::vector<std::size_t>{0x001D, 0x0017, 0x0018, 0x0019});
    // No SHA-1 and no MD5 among the signatures.
    for (const auto scheme : Reader{hello.extensions.at(13)}.vector(2).numbers(2)) {
        CAPTURE(scheme);
        CHECK((scheme >> 8 >= 4));
    }
}

TEST_CASE("the ClientHello asks for nothing that weakens the connection") {
    const auto hello = client_hello("wss://central.example/ocpp");
    // IANA: a first connection has no session to resume and no early data, and nobody asks for
    // heartbeats, for truncated checks or for another protocol.
    for (const std::size_t unwanted : {4U, 15U, 41U, 42U, 13172U}) {
        CAPTURE(unwanted);
        CHECK_FALSE(hello.extensions.contains(unwanted));
    }
    CHECK(hello.extensions.contains(23));  // extended master secret, RFC 7627
    // The key share of TLS 1.3 is of one of the groups that are offered.
    auto shares = Reader{hello.extensions.at(51)}.vector(2);
    const auto group = shares.number(2);
    CHECK((group == 0x001D || group == 0x0017));
    CHECK(hello.extensions.at(11) == std::string("\3\0\1\2", 4));
}

TEST_CASE("a name is told to the server, an address is not") {
    const auto hello = client_hello("wss://central.example:8443/");
    auto names = Reader{hello.extensions.at(0)}.vector(2);
    CHECK(names.number(1) == 0);
    CHECK(names.vector(2).bytes == "central.example");
    CHECK_FALSE(client_hello("wss://127.0.0.1/").extensions.contains(0));
    CHECK_FALSE(client_hello("wss://[::1]:9000/").extensions.contains(0));
}

TEST_CASE("what is believed is told, and how long") {
    const auto authority = root();
    TlsServer server(central(authority));
    TlsContext context;
    context.trust(trust_in(authority));
    TlsPeer peer;
    const Handshake done(context, server, "wss://central.example/", peer);
    REQUIRE(done.ok);
    CHECK(peer.judgement.verdict == Verdict::Good);
    const auto report = TlsContext::report(done.client(), peer);
    CHECK(report.version == "TLSv1.3");
    CHECK(report.cipher == "TLS_AES_128_GCM_SHA256");
    CHECK(report.subject == "CN=central.example,O=Tests");
    CHECK(report.issuer == "CN=Root,O=Tests");
    CHECK_FALSE(report.resumed);
}

TEST_CASE("nobody is believed without a root, by whatever way") {
    const auto authority = root();
    TlsServer server(central(authority));
    TlsContext context;
    TlsPeer peer;
    TlsFailure expected = TlsFailure::UnknownIssuer;
    SECTION("no root at all") {}
    SECTION("another root of this name") {
        context.trust(trust_in(root(1)));
        expected = TlsFailure::BadCertificate;
    }
    const Handshake done(context, server, "wss://central.example/", peer);
    CHECK_FALSE(done.ok);
    REQUIRE(peer.trace.judged_wrong);
    CHECK(peer.trace.judged_wrong->failure == expected);
    CHECK(peer.trace.judged_wrong->words.starts_with("certificate refused, "));
}

TEST_CASE("a certificate is judged by the floor until the time is known") {
    const auto authority = root();
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto wish = central_example();
    wish.not_before = now + 1h;
    wish.not_after = now + 48h;
    TlsServer server(certificates::make(wish, &authority));
    TlsContext context;
    auto trust = trust_in(authority);
    TlsPeer peer;
    const auto fails_with = [&](TlsFailure failure) {
        context.trust(trust);
        const Handshake done(context, server, "wss://central.example/", peer);
        REQUIRE_FALSE(done.ok);
        REQUIRE(peer.trace.judged_wrong);
        CHECK(peer.trace.judged_wrong->failure == failure);
    };
    SECTION("known: it begins later") { fails_with(TlsFailure::NotYetValid); }
    SECTION("known, by an offset: it has ended") {
        trust.time.offset = std::chrono::hours{24 * 365 * 2};
        fails_with(TlsFailure::Expired);
    }
    SECTION("unknown: its begin does not count") {
        trust.time = {now - std::chrono::hours{24 * 365}, {}};
        context.trust(trust);
        CHECK(Handshake(context, server, "wss://central.example/", peer).ok);
    }
    SECTION("unknown: an end before the floor counts") {
        trust.time = {now + 49h, {}};
        fails_with(TlsFailure::Expired);
    }
}

TEST_CASE("a second connection resumes the session of the first") {
    const auto authority = root();
    TlsServer server(central(authority));
    server.only(GENERATE(TLS1_2_VERSION, TLS1_3_VERSION));
    TlsContext context;
    context.trust(trust_in(authority));
    TlsPeer peer;
    const auto resumed = [&](const char* url = "wss://central.example/") {
        const Handshake done(context, server, url, peer);
        REQUIRE(done.ok);
        return TlsContext::report(done.client(), peer).resumed;
    };
    CHECK_FALSE(resumed());
    CHECK(resumed());
    CHECK(peer.chain.size() == 1);
    CHECK(peer.judgement.verdict == Verdict::Good);
    SECTION("again and again") { CHECK(resumed()); }
    SECTION("not at another port") { CHECK_FALSE(resumed("wss://central.example:444/")); }
    SECTION("not after other roots came") {
        auto trust = trust_in(authority);
        trust.anchors.push_back(root(1).certificate);
        context.trust(trust);
        CHECK_FALSE(resumed());
    }
    SECTION("still after the clock was set") {
        auto trust = trust_in(authority);
        trust.time.offset = 1h;
        context.trust(trust);
        CHECK(resumed());
    }
}

TEST_CASE("a session does not outlive the certificate, nor its root") {
    const auto authority = root();
    TlsServer server(central(authority));
    TlsContext context;
    auto trust = trust_in(authority);
    context.trust(trust);
    TlsPeer peer;
    REQUIRE(Handshake(context, server, "wss://central.example/", peer).ok);
    SECTION("its end has come") { trust.time.offset = std::chrono::hours{24 * 365 * 20}; }
    SECTION("its root is gone") { trust.anchors.clear(); }
    context.trust(trust);
    CHECK_FALSE(Handshake(context, server, "wss://central.example/", peer).ok);
    CHECK(peer.trace.judged_wrong);
}

TEST_CASE("servers without a version or a suite in common are told by name") {
    const auto authority = root();
    TlsServer server(central(authority));
    TlsContext context;
    context.trust(trust_in(authority));
    TlsPeer peer;
    TlsFailure expected{};
    SECTION("TLS 1.1") {
        server.only(TLS1_1_VERSION);
        expected = TlsFailure::OldVersion;
    }
    SECTION("ChaCha20 with TLS 1.2") {
        server.only(TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305");
        expected = TlsFailure::NoCommonCipher;
    }
    SECTION("it wants to know the client") {
        server.only(TLS1_2_VERSION);
        server.demand_certificate();
        expected = TlsFailure::ClientCertificateDemanded;
    }
    const Handshake done(context, server, "wss://central.example/", peer);
    REQUIRE_FALSE(done.ok);
    CHECK(problem_of(peer.trace, {TlsEnd::How::Error, done.reason, "x"}).failure == expected);
}

TEST_CASE("more certificates than are read end the handshake") {
    const auto authority = root();
    const auto leaf = central(authority);
    TlsServer server(leaf, std::vector(200, leaf.certificate));
    TlsContext context;
    context.trust(trust_in(authority));
    TlsPeer peer;
    const Handshake done(context, server, "wss://central.example/", peer);
    REQUIRE_FALSE(done.ok);
    CHECK(problem_of(peer.trace, {TlsEnd::How::Error, done.reason, "x"}).failure ==
          TlsFailure::LongChain);
}

}  // namespace tls_context_test
