// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/tls_words.hpp"

#include "hal-service/shared/fields.hpp"
#include "tests/support/catch.hpp"

#include <openssl/sslerr.h>

namespace tls_words_test {

using namespace charge_daemon;
using How = TlsEnd::How;

namespace {

TlsFailure failure(const TlsTrace& trace, const TlsEnd& end = {}) {
    const auto problem = problem_of(trace, end);
    CHECK_FALSE(problem.words.empty());
    return problem.failure;
}

TlsTrace after_hello() {
    TlsTrace trace;
    trace.first_bytes = "\x16\x03\x03";
    trace.server_hello = true;
    return trace;
}

TlsTrace with_alert(TlsTrace trace, int alert) {
    trace.alert = static_cast<std::uint8_t>(alert);
    return trace;
}

}  // namespace

TEST_CASE("the verdict on the certificate is the cause, whatever the library says") {
    auto trace = after_hello();
    trace.judged_wrong = TlsProblem{TlsFailure::Expired, "certificate: it has expired"};
    const auto problem = problem_of(trace, {How::Error, SSL_R_CERTIFICATE_VERIFY_FAILED, "x"});
    CHECK(problem.failure == TlsFailure::Expired);
    CHECK(problem.words == "certificate: it has expired");
}

TEST_CASE("alerts of the other end are told apart") {
    CHECK(failure(with_alert({}, 70)) == TlsFailure::OldVersion);
    CHECK(failure(with_alert({}, 86)) == TlsFailure::OldVersion);
    CHECK(failure(with_alert({}, 40)) == TlsFailure::NoCommonCipher);
    CHECK(failure(with_alert({}, 71)) == TlsFailure::NoCommonCipher);
    CHECK(failure(with_alert(after_hello(), 40)) == TlsFailure::Refused);
    CHECK(failure(with_alert({}, 112)) == TlsFailure::Refused);
    CHECK(failure(with_alert({}, 80)) == TlsFailure::Refused);
}

TEST_CASE("a server that wants a client certificate is told as such, however it says so") {
    CHECK(failure(with_alert(after_hello(), 116)) == TlsFailure::ClientCertificateDemanded);
    auto trace = after_hello();
    trace.certificate_demanded = true;
    CHECK(refused_afterwards(trace));
    CHECK_FALSE(refused_afterwards(after_hello()));
    for (const int alert : {40, 42, 43, 46, 48, 49})
        CHECK(failure(with_alert(trace, alert)) == TlsFailure::ClientCertificateDemanded);
    CHECK(failure(trace, {How::Closed, 0, ""}) == TlsFailure::ClientCertificateDemanded);
    CHECK(failure(with_alert(trace, 80)) == TlsFailure::Refused);
}

TEST_CASE("alerts about our certificate refuse it, when the server has got it") {
    auto trace = after_hello();
    trace.certificate_demanded = trace.own_certificate = trace.own_certificate_known = true;
    for (const int alert : {40, 42, 43, 44, 45, 46, 48, 49, 51, 116}) {
        const auto problem = problem_of(with_alert(trace, alert), {});
        CHECK(problem.failure == TlsFailure::ClientCertificateRefused);
        CHECK(problem.words.starts_with("the central system refused our certificate: "));
        CHECK(problem.words.find(std::to_string(alert)) != std::string::npos);
    }
    // Neither an illegal parameter nor an internal error is about it.
    for (const int alert : {47, 80})
        CHECK(failure(with_alert(trace, alert)) == TlsFailure::Refused);
    CHECK(failure(with_alert(trace, 70)) == TlsFailure::OldVersion);
    // It knows it from the session that goes on, and does not ask.
    trace.certificate_demanded = false;
    CHECK(failure(with_alert(trace, 45)) == TlsFailure::ClientCertificateRefused);
}

TEST_CASE("a server that closes after our certificate may have refused it, or may not") {
    auto trace = after_hello();
    trace.certificate_demanded = trace.own_certificate = trace.own_certificate_known = true;
    trace.finished = true;
    const auto problem = problem_of(trace, {How::Closed, 0, ""});
    CHECK(problem.failure == TlsFailure::Cut);
    CHECK(problem.words.ends_with("after the TLS handshake: has it refused our certificate?"));
    CHECK(refused_afterwards(trace));
}

TEST_CASE("what does not speak TLS is found by its first bytes") {
    TlsTrace http;
    http.first_bytes = "HTTP/";
    const TlsEnd wrong{How::Error, SSL_R_WRONG_VERSION_NUMBER, "wrong version number"};
    CHECK(failure(http, wrong) == TlsFailure::NotTls);
    CHECK(problem_of(http, wrong).words.find("plain HTTP") != std::string::npos);
    TlsTrace ssh;
    ssh.first_bytes = "SSH-2";
    CHECK(failure(ssh, wrong) == TlsFailure::NotTls);
    CHECK(problem_of(ssh, wrong).words.find("HTTP") == std::string::npos);
    CHECK(failure(after_hello(), wrong) == TlsFailure::Refused);
}

TEST_CASE("silence and a cut tell how far the handshake had come") {
    TlsTrace trace;
    const auto words = [&](How how) { return problem_of(trace, {how, 0, ""}).words; };
    CHECK(failure(trace, {How::TimedOut, 0, ""}) == TlsFailure::Stalled);
    CHECK(failure(trace, {How::Closed, 0, ""}) == TlsFailure::Cut);
    CHECK(words(How::TimedOut).ends_with("before its first answer"));
    trace.first_bytes = "\x16\x03";
    CHECK(words(How::TimedOut).ends_with("in the middle of its first answer"));
    trace.server_hello = true;
    CHECK(words(How::TimedOut).ends_with("after its ServerHello"));
    trace.certificate = true;
    CHECK(words(How::Closed).ends_with("after its certificate"));
    trace.finished = true;
    CHECK(words(How::Closed).ends_with("after the TLS handshake"));
}

TEST_CASE("reasons of the library that a person can use have words") {
    CHECK(failure({}, {How::Error, SSL_R_UNSUPPORTED_PROTOCOL, "x"}) == TlsFailure::OldVersion);
    CHECK(failure(after_hello(), {How::Error, SSL_R_WRONG_CIPHER_RETURNED, "x"}) ==
          TlsFailure::NoCommonCipher);
    CHECK(failure(after_hello(), {How::Error, SSL_R_EXCESSIVE_MESSAGE_SIZE, "x"}) ==
          TlsFailure::LongChain);
    CHECK(failure(after_hello(), {How::Error, SSL_R_EE_KEY_TOO_SMALL, "x"}) == TlsFailure::WeakKey);
    CHECK(problem_of(after_hello(), {How::Error, SSL_R_BAD_SIGNATURE, "bad signature"}).words ==
          "TLS handshake: bad signature");
}

}  // namespace tls_words_test
