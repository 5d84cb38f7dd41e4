// SPDX-License-Identifier: Apache-2.0
#pragma once
// Worlds and certificates for tests of the charge point's own certificate.

#include "tests/ocpp/charge_point/candidates.hpp"
#include "tests/support/certificates.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace own_certificates {

using certificates::Certificate;
using certificates::day;
using certificates::Key;
using certificates::Made;
using certificates::make;
using certificates::Wish;
using shared::Json;
using test::seconds;
using test::World;

inline constexpr int file_key = 50;  // of the certificate in the configuration file

inline const Made& root(int number = 0) {
    static std::map<int, Made> roots;
    const auto found = roots.find(number);
    if (found != roots.end()) return found->second;
    return roots
        .emplace(number, make(certificates::ca("CPO root " + std::to_string(number),
                                               Key{"P-256", 1 + number})))
        .first->second;
}

// A good one, for the key with this number.
inline Wish wish(int key) {
    Wish good;
    good.name = "CP0001";
    good.key = {"P-256", key};
    good.key_usage = "critical,digitalSignature";
    good.purposes = "clientAuth";
    good.not_before = day(2026, 3, 1);
    good.not_after = day(2027, 3, 1);
    good.serial = std::to_string(1'000 + key);
    return good;
}

inline std::string pem(const Wish& wanted, const Made& issuer = root()) {
    return make(wanted, &issuer).certificate.pem();
}

// Signed each time anew, and the same for the same key.
inline std::string chain(int key) {
    static std::map<int, std::string> chains;
    auto& text = chains[key];
    if (text.empty()) text = pem(wish(key));
    return text;
}

inline std::string file_chain() {
    static const std::string text = [] {
        auto old = wish(file_key);
        old.not_before = day(2026, 1, 1);
        old.not_after = day(2028, 1, 1);
        return pem(old);
    }();
    return text;
}

inline World::Options without_certificate(int profile) {
    auto options = candidates::with_profile(profile);
    options.central_system_roots = root().certificate.pem();
    options.keys["CpoName"] = "Operator";
    return options;
}

inline World::Options with_certificate(int profile = 3) {
    auto options = without_certificate(profile);
    options.client_certificate = file_chain();
    return options;
}

// For worlds that wait for days: the hardware is silent, and nothing is metered.
inline World::Options for_long(World::Options options) {
    options.reading_period = std::chrono::hours{24 * 365};
    return options;
}

inline int count(const World& w, const std::string& action) {
    return static_cast<int>(
        std::ranges::count_if(w.calls(), [&](const Json& call) { return call[2] == action; }));
}

// The number of the key in the newest SignCertificate; 0: there was none.
inline int asked_key(const World& w) {
    int number = 0;
    for (const auto& call : w.calls())
        if (call[2] == "SignCertificate")
            number = std::stoi(call[3]["csr"].get<std::string>().substr(4));
    return number;
}

inline Json trigger(World& w) {
    return w.call("ExtendedTriggerMessage", {{"requestedMessage", "SignChargePointCertificate"}});
}

inline Json signed_with(World& w, const std::string& text) {
    return w.call("CertificateSigned", {{"certificateChain", text}});
}

// Asks for a certificate with a new key, and has it signed.
inline std::string sign_next(World& w) {
    trigger(w);
    return chain(asked_key(w));
}

inline std::string presented(const World& w) { return w.point().link().client_chain; }

inline Json security(const World& w) { return w.overview()["security"]; }

inline Json request_of(const World& w) { return security(w).value("certificate_request", Json()); }

// techInfo of the newest event of this type that the central system was told; "" = none.
inline std::string told(const World& w, const std::string& type) {
    std::string info;
    for (const auto& call : w.calls())
        if (call[2] == "SecurityEventNotification" && call[3]["type"] == type)
            info = call[3].value("techInfo", "");
    return info;
}

inline void check(const World& w, const Json& answer, const char* status) {
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

}  // namespace own_certificates
