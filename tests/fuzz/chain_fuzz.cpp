// SPDX-License-Identifier: Apache-2.0
// A chain as a server may send it: a leaf, any others and any anchors, cut out of the input, judged
// at any time. Nothing crashes, the verdict is the same again, and a good one has an anchor that
// was given, holds until a time that has not come, and is good without the certificates besides.

#include "ocpp/security/x509.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using namespace ocpp::security;

constexpr std::size_t enough = 8;

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Hours since 1970 at which it is judged, which certificates are anchors, and how.
    constexpr std::size_t header = 6;
    if (size < header) return 0;
    const auto hours = data[0] << 16 | data[1] << 8 | data[2];
    const unsigned anchor_bits = data[3];
    const bool known = (data[4] & 1) != 0;
    const auto usage = (data[4] & 2) != 0 ? Usage::Server : Usage::Any;
    const std::string_view host = (data[4] & 4) != 0 ? "central.example" : "";
    const auto all = Certificate::from_pem(
        std::string_view(reinterpret_cast<const char*>(data) + header, size - header));
    if (!all || all->empty()) return 0;
    std::vector<Certificate> others;
    std::vector<Certificate> anchors;
    for (std::size_t i = 0; i < std::min(all->size(), enough); ++i)
        ((anchor_bits >> i & 1U) != 0 ? anchors : others).push_back((*all)[i]);
    const auto& leaf = (*all)[data[5] % std::min(all->size(), enough)];
    const JudgedAt at{Instant{std::chrono::hours{hours}}, known};
    const auto judgement = verify(leaf, others, anchors, at, usage, host);
    const auto again = verify(leaf, others, anchors, at, usage, host);
    require(again.verdict == judgement.verdict && again.why == judgement.why);
    const bool good = judgement.verdict == Verdict::Good;
    require(good == judgement.why.empty() && good == judgement.anchor.has_value());
    if (!good) return 0;
    require(std::find(anchors.begin(), anchors.end(), *judgement.anchor) != anchors.end());
    require(judgement.until >= at.at);
    // Later than its end nobody is believed.
    const JudgedAt after{judgement.until + std::chrono::seconds{1}, known};
    require(verify(leaf, others, std::vector{*judgement.anchor}, after, usage, host).verdict !=
            Verdict::Good);
    require(verify(leaf, others, {}, at, usage, host).verdict != Verdict::Good);
    return 0;
}
