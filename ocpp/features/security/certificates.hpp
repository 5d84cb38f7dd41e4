// SPDX-License-Identifier: Apache-2.0
#pragma once
// Serves InstallCertificate, DeleteCertificate and GetInstalledCertificateIds, and keeps the roots:
// security white paper 5, M03 to M05. AdditionalRootCertificateCheck is false: roots coexist, so
// that a new one can lock nobody out.

#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/security/x509.hpp"
#include "ocpp/wire/security.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::features {

class Certificates {
public:
    // CertificateStoreMaxLength: of both types together.
    static constexpr std::size_t max_installed = 20;

    // Loads the certificates that were kept, and complains about those that can't be read any more.
    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    // At the first start, and at the first after a factory reset, the roots of the configuration
    // file are installed.
    void started(core::Context& ctx, const core::Texts& kept);
    // `anchor` is the fingerprint of the root that has verified this connection; "" = none.
    void verified_by(std::string anchor) { in_use_ = std::move(anchor); }
    void disconnected() { in_use_.clear(); }

    wire::InstallCertificateResponse handle(core::Context& ctx,
                                            const wire::InstallCertificateRequest& request);
    // `own`: the chain that the charge point presents, leaf first. What alone proves it stays: the
    // central system would not be able to have a new certificate installed.
    wire::DeleteCertificateResponse handle(core::Context& ctx,
                                           const wire::DeleteCertificateRequest& request,
                                           std::span<const security::Certificate> own);
    wire::GetInstalledCertificateIdsResponse handle(
        core::Context& ctx, const wire::GetInstalledCertificateIdsRequest& request) const;

    // These two are for a person on the spot. They return "Accepted", or what is wrong.
    std::string install(core::Context& ctx, std::string_view type, std::string_view pem);
    std::string remove(core::Context& ctx, std::int64_t number,
                       std::span<const security::Certificate> own);

    void clear(core::Context& ctx);

    // The certificates of a type, the one that was installed first coming first.
    std::vector<security::Certificate> installed(wire::CertificateUse use) const;
    // For people: [{"number":..,"type":..,"subject":..}].
    shared::Json describe() const;

private:
    struct Installed {
        wire::CertificateUse use{};
        security::Certificate certificate;
    };

    struct Refusal {
        std::string why;
        bool is_wrong = true;  // the certificate; false: there is no room for it
    };
    // In all three it is installed when there is no refusal. The first also notes a refusal.
    std::optional<Refusal> install(core::Context& ctx, wire::CertificateUse use,
                                   std::string_view pem);
    std::optional<Refusal> judge_and_put(core::Context& ctx, wire::CertificateUse use,
                                         std::string_view pem);
    std::optional<Refusal> put(core::Context& ctx, wire::CertificateUse use,
                               const security::Certificate& certificate);
    void put_roots_of_file(core::Context& ctx, wire::CertificateUse use, const std::string& pem);
    bool is_in_use(const Installed& installed) const;
    // Why these can't be deleted.
    std::optional<std::string> needed(const core::Context& ctx,
                                      const std::vector<std::int64_t>& numbers,
                                      std::span<const security::Certificate> own) const;
    bool is_named_by(const Installed& installed, const wire::CertificateHashData& data) const;
    const security::Certificate& issuer_of(const security::Certificate& certificate) const;
    void erase(core::Context& ctx, std::int64_t number);

    std::map<std::int64_t, Installed> installed_;  // by the number of its document
    std::string in_use_;                           // fingerprint
};

}  // namespace ocpp::features
