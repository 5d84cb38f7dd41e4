// SPDX-License-Identifier: Apache-2.0
#include "daemon/client_files.hpp"

#include "hal-service/process/file.hpp"
#include "ocpp/security/x509.hpp"

#include <string.h>

#include <chrono>
#include <span>

namespace charge_daemon {
namespace {

using ocpp::security::Certificate;
using ocpp::security::Usage;
using ocpp::security::Verdict;
using process::Complaint;
using shared::Failure;
using shared::Result;

// Nothing has expired at the beginning of time.
constexpr ocpp::security::JudgedAt never_too_late{ocpp::wire::DateTime::earliest, false};

Failure<Complaint> complain(const char* setting, const std::string& path, const std::string& why) {
    return {Complaint{setting, path + ": " + why}};
}

// "" when its own certificate can be presented, else why not.
std::string why_not_own(const Certificate& own) {
    if (own.facts().is_ca) return "its first certificate is a CA, and not the charge point's own";
    if (!own.facts().strong_key)
        return "the key of its first certificate is too weak: " + own.facts().key_kind + " of " +
               std::to_string(own.facts().key_bits) + " bits";
    const auto judgement = verify(own, {}, std::span(&own, 1), never_too_late, Usage::Client);
    return judgement.verdict == Verdict::Good ? "" : judgement.why;
}

Result<std::vector<Certificate>, Complaint> chain_in(const std::string& path) {
    const auto refused = [&](const std::string& why) {
        return complain("central_system.client_certificate", path, why);
    };
    const auto text = process::read_file(path, ocpp::security::max_pem_bytes);
    if (!text) return refused(text.error().text);
    auto chain = Certificate::from_pem(*text);
    if (!chain) return refused(chain.error());
    if (chain->size() > ocpp::security::max_path) return refused("there are too many certificates");
    if (const auto why = why_not_own(chain->front()); !why.empty()) return refused(why);
    return *std::move(chain);
}

Result<PrivateKey, Complaint> key_in(const std::string& path) {
    auto text = process::read_file(path, max_private_key_bytes, process::Privacy::OwnerOnly);
    if (!text) return complain("central_system.client_key", path, text.error().text);
    auto key = PrivateKey::from_pem(*text);
    ::explicit_bzero(text->data(), text->size());
    if (!key) return complain("central_system.client_key", path, key.error());
    return *std::move(key);
}

}  // namespace

Result<ClientFiles, Complaint> client_files(const process::Settings& settings) {
    const auto& central = daemon_settings(settings).central_system;
    if (central.client_certificate.empty() || central.client_key.empty()) return ClientFiles{};
    const auto chain = chain_in(central.client_certificate);
    if (!chain) return Failure{chain.error()};
    auto key = key_in(central.client_key);
    if (!key) return Failure{key.error()};
    const auto& own = chain->front();
    if (key->id() != own.key_id())
        return complain(
            "central_system.client_key", central.client_key,
            "it is not the key of the first certificate in " + central.client_certificate);
    ClientFiles files;
    for (const auto& certificate : *chain) files.chain += certificate.pem();
    files.key = *std::move(key);
    const auto ends = own.facts().not_after;
    if (std::chrono::system_clock::now() > ends)
        files.expired = central.client_certificate + ": it has expired at " +
                        ocpp::wire::DateTime{ends}.to_text();
    return files;
}

}  // namespace charge_daemon
