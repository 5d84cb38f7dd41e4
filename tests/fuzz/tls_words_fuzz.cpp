// SPDX-License-Identifier: Apache-2.0
// Texts that the TLS edge makes of what a server sends: of alerts, errors and first bytes, and of
// the names in its certificates. Whatever it sends, the words are bounded, say something, and reach
// the log as one line without a character that drives a terminal.

#include "daemon/link/tls_words.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/shared/secrets.hpp"
#include "ocpp/security/x509.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace charge_daemon;

void require(bool condition) {
    if (!condition) std::abort();
}

// Takes numbers from the front of the input.
class Bytes {
public:
    Bytes(const std::uint8_t* data, std::size_t size)
        : rest_(reinterpret_cast<const char*>(data), size) {}
    std::uint8_t one() {
        if (rest_.empty()) return 0;
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return byte;
    }
    bool flag() { return (one() & 1) != 0; }
    std::string text(std::size_t most) {
        const std::string out(rest_.substr(0, most));
        rest_.remove_prefix(out.size());
        return out;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

void check_line(std::string_view words) {
    const auto line =
        process::text_line("link", spdlog::level::warn, words, {{"WORDS", std::string(words)}});
    require(line.back() == '\n');
    require(line.size() < 3 * 4 * process::max_log_text_bytes);
    require(std::all_of(line.begin(), line.end() - 1, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= ' ' && byte != 127;
    }));
    require(shared::without_secrets(words).size() <= 4 * words.size() + 4);
}

void check_handshake(Bytes& bytes) {
    TlsTrace trace;
    trace.first_bytes = bytes.text(5);
    trace.server_hello = bytes.flag();
    trace.certificate = bytes.flag();
    trace.certificate_demanded = bytes.flag();
    trace.finished = bytes.flag();
    if (bytes.flag()) trace.alert = bytes.one();
    TlsEnd end;
    end.how = static_cast<TlsEnd::How>(bytes.one() % 3);
    end.reason = bytes.one() << 8 | bytes.one();
    end.text = std::string(bytes.rest());
    const auto problem = problem_of(trace, end);
    require(problem.failure <= TlsFailure::Refused);
    require(!problem.words.empty());
    static_cast<void>(dial_problem(problem.failure));
    static_cast<void>(refused_afterwards(trace));
    check_line(problem.words);
    // A verdict goes before everything else.
    trace.judged_wrong = TlsProblem{TlsFailure::Expired, "expired"};
    require(problem_of(trace, end).words == "expired");
}

void check_names(std::string_view der) {
    const auto certificate = ocpp::security::Certificate::from_der(der);
    if (!certificate) return check_line(certificate.error());
    const auto& facts = certificate->facts();
    check_line(facts.subject);
    check_line(facts.issuer);
    const std::vector others{*certificate};
    const auto judgement = ocpp::security::verify(*certificate, others, others, {},
                                                  ocpp::security::Usage::Server, "central.example");
    check_line(judgement.why);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes bytes(data, size);
    if (bytes.flag())
        check_handshake(bytes);
    else
        check_names(bytes.rest());
    return 0;
}
