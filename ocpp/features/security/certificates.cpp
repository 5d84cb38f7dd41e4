// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/security/certificates.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/features/security/certificate_facts.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using security::Certificate;
using security::Verdict;
using wire::CertificateUse;

namespace {

static_assert(keys::certificate_store_max_length.fallback == Certificates::max_installed);
static_assert(Certificates::max_installed <= wire::max_certificates);

constexpr std::string_view certificate_prefix = "certificate/";

std::string certificate_document(std::int64_t number) {
    return std::string(certificate_prefix) + std::to_string(number);
}

// A certificate as it is kept.
struct KeptCertificate {
    CertificateUse type{};
    std::string certificate{};  // PEM
    static constexpr auto fields(auto of) {
        return of(shared::Field{"type", &KeptCertificate::type},
                  shared::Field{"certificate", &KeptCertificate::certificate});
    }
};

std::optional<Certificate> one_certificate(std::string_view pem) {
    auto read = Certificate::from_pem(pem);
    if (!read || read->size() != 1) return std::nullopt;
    return read->front();
}

NoteFields certificate_fields(CertificateUse use, const Certificate& certificate) {
    const auto& facts = certificate.facts();
    return {{"type", shared::name_of(use)},
            {"subject", facts.subject},
            {"serial", facts.serial},
            {"not_after", wire::DateTime{facts.not_after}.to_text()},
            {"fingerprint", certificate.fingerprint()}};
}

std::string_view without_leading_zeros(std::string_view hex) {
    const auto first = hex.find_first_not_of('0');
    return first == hex.npos ? hex.substr(0, std::min<std::size_t>(hex.size(), 1))
                             : hex.substr(first);
}

bool is_same_hex(const std::string& a, const std::string& b) {
    return wire::compare_ignoring_case(a, b) == 0;
}

}  // namespace

void Certificates::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    load_numbered<std::int64_t>(
        snapshot, certificate_prefix, "a certificate", complaints,
        [this](std::int64_t number, const std::string& text) {
            const auto document =
                shared::parse_text<KeptCertificate>(text, stored_bounds, shared::Unknown::Ignore);
            if (!document) return false;
            auto certificate = one_certificate(document->certificate);
            if (!certificate) return false;
            installed_.insert_or_assign(number, Installed{document->type, *std::move(certificate)});
            return true;
        });
}

void Certificates::started(Context& ctx, const Texts& kept) {
    const auto& setup = ctx.state.setup;
    if (setup.central_system_roots.empty() && setup.manufacturer_roots.empty()) return;
    if (kept[Kind::Mark].contains(marks::roots_installed)) return;
    put_roots_of_file(ctx, CertificateUse::CentralSystemRootCertificate,
                      setup.central_system_roots);
    put_roots_of_file(ctx, CertificateUse::ManufacturerRootCertificate, setup.manufacturer_roots);
    ctx.out.changes.push_back(Put{Kind::Mark, marks::roots_installed, "1", Durability::Now});
}

void Certificates::put_roots_of_file(Context& ctx, CertificateUse use, const std::string& pem) {
    if (pem.empty()) return;
    const auto read = Certificate::from_pem(pem);
    if (!read)
        return ctx.note(Severity::Error, "certificate",
                        "the roots of the configuration file can't be read: " + read.error(),
                        {{"type", shared::name_of(use)}});
    for (const auto& certificate : *read)
        if (const auto why = put(ctx, use, certificate))
            ctx.note(Severity::Error, "certificate",
                     "a root of the configuration file is not installed: " + why->why,
                     certificate_fields(use, certificate));
}

std::optional<Certificates::Refusal> Certificates::put(Context& ctx, CertificateUse use,
                                                       const Certificate& certificate) {
    const auto judgement = security::judge_anchor(certificate, judged_now(ctx));
    if (judgement.verdict != Verdict::Good) return Refusal{judgement.why};
    if (certificate.facts().serial.size() > decltype(wire::CertificateHashData::serial_number)::max)
        return Refusal{"its serial number does not fit into a message of OCPP"};
    for (const auto& [number, known] : installed_)
        if (known.use == use && known.certificate == certificate) return std::nullopt;
    if (installed_.size() >= max_installed)
        return Refusal{std::to_string(max_installed) +
                           " certificates are installed already (CertificateStoreMaxLength)",
                       false};
    const auto number = installed_.empty() ? 1 : installed_.rbegin()->first + 1;
    ctx.out.changes.push_back(Put{Kind::Document, certificate_document(number),
                                  shared::to_text(KeptCertificate{use, certificate.pem()}),
                                  Durability::Now});
    installed_.emplace(number, Installed{use, certificate});
    ctx.out.roots_changed = true;
    ctx.note(Severity::Info, "certificate", "a certificate is installed",
             certificate_fields(use, certificate));
    return std::nullopt;
}

std::optional<Certificates::Refusal> Certificates::judge_and_put(Context& ctx, CertificateUse use,
                                                                 std::string_view pem) {
    const auto read = Certificate::from_pem(pem);
    if (!read) return Refusal{read.error()};
    if (read->size() > 1) return Refusal{"there is more than one certificate in it"};
    return put(ctx, use, read->front());
}

std::optional<Certificates::Refusal> Certificates::install(Context& ctx, CertificateUse use,
                                                           std::string_view pem) {
    auto refusal = judge_and_put(ctx, use, pem);
    if (refusal)
        ctx.note(Severity::Warning, "certificate", "a certificate is refused: " + refusal->why,
                 {{"type", shared::name_of(use)}});
    return refusal;
}

std::string Certificates::install(Context& ctx, std::string_view type, std::string_view pem) {
    const auto use = shared::enum_from<CertificateUse>(type);
    if (!use) return "there is no such type of certificate";
    const auto refusal = install(ctx, *use, pem);
    return refusal ? refusal->why : "Accepted";
}

wire::InstallCertificateResponse Certificates::handle(
    Context& ctx, const wire::InstallCertificateRequest& request) {
    const auto use = request.certificate_type;
    const auto refusal = install(ctx, use, request.certificate.value);
    if (!refusal) return {wire::InstallCertificateStatus::Accepted};
    if (use == CertificateUse::CentralSystemRootCertificate && refusal->is_wrong)
        ctx.state.security_events.happened(ctx, SecurityEvent::InvalidCentralSystemCertificate,
                                           "InstallCertificate: " + refusal->why);
    return {wire::InstallCertificateStatus::Rejected};
}

bool Certificates::is_in_use(const Installed& installed) const {
    return installed.use == CertificateUse::CentralSystemRootCertificate &&
           installed.certificate.fingerprint() == in_use_;
}

// The issuer of an intermediate CA may not be installed: then its own key stands for the issuer's.
const Certificate& Certificates::issuer_of(const Certificate& certificate) const {
    if (!certificate.facts().self_issued)
        for (const auto& [number, other] : installed_)
            if (certificate.is_issued_by(other.certificate)) return other.certificate;
    return certificate;
}

// The issuer may have been installed or deleted since the hash data were told.
bool Certificates::is_named_by(const Installed& installed,
                               const wire::CertificateHashData& data) const {
    const auto& certificate = installed.certificate;
    if (!is_same_hex(std::string(without_leading_zeros(data.serial_number.value)),
                     certificate.facts().serial))
        return false;
    const auto fits = [&](const Certificate& issuer) {
        const auto own = certificate.hash_data(data.hash_algorithm, issuer);
        return is_same_hex(own.issuer_name_hash.value, data.issuer_name_hash.value) &&
               is_same_hex(own.issuer_key_hash.value, data.issuer_key_hash.value);
    };
    return fits(certificate) || fits(issuer_of(certificate));
}

void Certificates::erase(Context& ctx, std::int64_t number) {
    const auto found = installed_.find(number);
    ctx.note(Severity::Info, "certificate", "a certificate is deleted",
             certificate_fields(found->second.use, found->second.certificate));
    ctx.out.changes.push_back(
        Remove{Kind::Document, certificate_document(number), Durability::Now});
    installed_.erase(found);
}

std::optional<std::string> Certificates::needed(const Context& ctx,
                                                const std::vector<std::int64_t>& numbers,
                                                std::span<const Certificate> own) const {
    for (const auto number : numbers)
        if (is_in_use(installed_.at(number))) return "it has verified the present connection";
    const auto roots = this->installed(CertificateUse::CentralSystemRootCertificate);
    std::vector<Certificate> rest;
    for (const auto& [number, installed] : installed_)
        if (installed.use == CertificateUse::CentralSystemRootCertificate &&
            std::ranges::find(numbers, number) == numbers.end())
            rest.push_back(installed.certificate);
    const auto proves_own = [&](const std::vector<Certificate>& anchors) {
        return security::verify(own.front(), own.subspan(1), anchors, judged_now(ctx),
                                security::Usage::Client)
                   .verdict == Verdict::Good;
    };
    if (!own.empty() && proves_own(roots) && !proves_own(rest))
        return "nothing else proves the certificate of the charge point";
    // Over no connection at all nobody could install another one.
    if (ctx.state.security_profile() >= 2 && !ctx.state.setup.trust_system_roots &&
        !roots.empty() && rest.empty())
        return "it is the last one that a central system can be verified by";
    return std::nullopt;
}

wire::DeleteCertificateResponse Certificates::handle(Context& ctx,
                                                     const wire::DeleteCertificateRequest& request,
                                                     std::span<const Certificate> own) {
    std::vector<std::int64_t> named;
    for (const auto& [number, installed] : installed_)
        if (is_named_by(installed, request.certificate_hash_data)) named.push_back(number);
    if (const auto why = needed(ctx, named, own)) {
        const auto& first = installed_.at(named.front());
        ctx.note(Severity::Warning, "certificate", "a certificate is not deleted: " + *why,
                 certificate_fields(first.use, first.certificate));
        return {wire::DeleteCertificateStatus::Failed};
    }
    for (const auto number : named) erase(ctx, number);
    ctx.out.roots_changed = !named.empty();
    return {named.empty() ? wire::DeleteCertificateStatus::NotFound
                          : wire::DeleteCertificateStatus::Accepted};
}

std::string Certificates::remove(Context& ctx, std::int64_t number,
                                 std::span<const Certificate> own) {
    if (!installed_.contains(number)) return "there is no certificate " + std::to_string(number);
    if (auto why = needed(ctx, {number}, own)) return *std::move(why);
    erase(ctx, number);
    ctx.out.roots_changed = true;
    return "Accepted";
}

wire::GetInstalledCertificateIdsResponse Certificates::handle(
    Context&, const wire::GetInstalledCertificateIdsRequest& request) const {
    wire::GetInstalledCertificateIdsResponse response{wire::GetInstalledCertificateStatus::NotFound,
                                                      std::nullopt};
    for (const auto& [number, installed] : installed_) {
        if (installed.use != request.certificate_type) continue;
        response.status = wire::GetInstalledCertificateStatus::Accepted;
        if (!response.certificate_hash_data) response.certificate_hash_data.emplace();
        response.certificate_hash_data->push_back(installed.certificate.hash_data(
            wire::HashAlgorithm::SHA256, issuer_of(installed.certificate)));
    }
    return response;
}

// The present connection keeps its root: what is still to be said before the restart goes over it.
void Certificates::clear(Context& ctx) {
    while (!installed_.empty()) erase(ctx, installed_.begin()->first);
    ctx.out.changes.push_back(Remove{Kind::Mark, marks::roots_installed, Durability::Now});
}

std::vector<Certificate> Certificates::installed(CertificateUse use) const {
    std::vector<Certificate> certificates;
    for (const auto& [number, installed] : installed_)
        if (installed.use == use) certificates.push_back(installed.certificate);
    return certificates;
}

shared::Json Certificates::describe() const {
    auto list = shared::Json::array();
    for (const auto& [number, installed] : installed_) {
        auto one = facts_of(installed.certificate);
        one["number"] = number;
        one["type"] = shared::name_of(installed.use);
        one["in_use"] = is_in_use(installed);
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace ocpp::features
