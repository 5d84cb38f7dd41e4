// SPDX-License-Identifier: Apache-2.0
// Any bytes as PEM, as DER and as a chain with its anchors: nothing crashes, and facts that were
// read are the same after being written and read again.

#include "ocpp/security/x509.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ocpp::security;

void require(bool condition) {
    if (!condition) std::abort();
}

void check_one(const Certificate& certificate) {
    const auto again = Certificate::from_pem(certificate.pem());
    require(again && again->size() == 1 && again->front() == certificate);
    const auto& facts = certificate.facts();
    require(again->front().facts().serial == facts.serial);
    require(again->front().fingerprint() == certificate.fingerprint());
    require(facts.self_issued || !facts.self_signed);
    const auto hash = certificate.hash_data(ocpp::wire::HashAlgorithm::SHA384, certificate);
    require(hash.issuer_key_hash.value.size() == 96);
}

// Each certificate with the others, both as sent and as anchors.
void check_chain(std::span<const Certificate> all) {
    constexpr std::size_t enough = 4;
    const JudgedAt at{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}, true};
    for (const auto& leaf : all.subspan(0, std::min(all.size(), enough)))
        for (const auto usage : {Usage::Server, Usage::Any}) {
            const auto judgement = verify(leaf, all, all, at, usage, "central.example");
            require((judgement.verdict == Verdict::Good) == judgement.why.empty());
            require((judgement.verdict == Verdict::Good) == judgement.anchor.has_value());
            judge_anchor(leaf, at);
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto certificate = Certificate::from_der(bytes)) {
        check_one(*certificate);
        check_chain(std::span(&*certificate, 1));
    } else {
        require(!certificate.error().empty());
    }
    const auto chain = Certificate::from_pem(bytes);
    if (!chain) {
        require(!chain.error().empty());
        return 0;
    }
    for (const auto& certificate : *chain) check_one(certificate);
    check_chain(*chain);
    return 0;
}
