// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/security/own_certificate.hpp"

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/features/security/certificate_facts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ocpp::features {

using namespace core;
using security::Certificate;
using security::Facts;
using security::Verdict;
using std::chrono::seconds;

namespace {

static_assert(keys::certificate_signed_max_chain_size.fallback ==
              decltype(wire::CertificateSignedRequest::certificate_chain)::max);

constexpr std::string_view own_certificate_prefix = "own-certificate/";

std::string document_of(std::int64_t number) {
    return std::string(own_certificate_prefix) + std::to_string(number);
}

// A chain as it is kept.
struct KeptChain {
    std::string chain{};  // PEM, leaf first
    bool renewal_asked = false;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"chain", &KeptChain::chain},
                  shared::Field{"renewal_asked", &KeptChain::renewal_asked});
    }
};

std::string pem_of(const std::vector<Certificate>& chain) {
    std::string pem;
    for (const auto& certificate : chain) pem += certificate.pem();
    return pem;
}

std::string time_of(Instant instant) { return wire::DateTime{instant}.to_text(); }

NoteFields note_fields(const Certificate& leaf) {
    const auto& facts = leaf.facts();
    return {{"subject", facts.subject},
            {"serial", facts.serial},
            {"not_after", time_of(facts.not_after)},
            {"key", leaf.key_id()}};
}

// A certificate counts up to the end of its last second.
Instant end_of(const Facts& facts) { return facts.not_after + seconds{1}; }

bool has_ended(const Context& ctx, const Facts& facts) { return end_of(facts) <= ctx.utc(); }

bool has_begun(const Context& ctx, const Facts& facts) {
    return !time_is_known(ctx) || facts.not_before <= ctx.utc() + OwnCertificate::tolerated_ahead;
}

bool is_valid(const Context& ctx, const Facts& facts) {
    return has_begun(ctx, facts) && !has_ended(ctx, facts);
}

// Complaints about the leaf alone, however it is signed.
std::optional<std::string> unfit(const Context& ctx, const Certificate& leaf) {
    const auto& facts = leaf.facts();
    if (facts.is_ca || facts.says_ca)
        return facts.subject + " is a CA, and no certificate of a charge point";
    if (!facts.strong_key)
        return facts.subject + " has too weak a key: " +
               (facts.key_kind.empty() ? "of an unknown kind"
                                       : facts.key_kind + ' ' + std::to_string(facts.key_bits));
    if (has_ended(ctx, facts)) return facts.subject + " has expired at " + time_of(facts.not_after);
    return std::nullopt;
}

}  // namespace

void OwnCertificate::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    load_numbered<std::int64_t>(
        snapshot, own_certificate_prefix, "a certificate of the charge point", complaints,
        [this](std::int64_t number, const std::string& text) {
            const auto kept =
                shared::parse_text<KeptChain>(text, stored_bounds, shared::Unknown::Ignore);
            if (!kept || number < 1) return false;
            auto chain = Certificate::from_pem(kept->chain);
            if (!chain) return false;
            auto pem = pem_of(*chain);
            installed_.insert_or_assign(
                number, Installed{*std::move(chain), std::move(pem), kept->renewal_asked});
            return true;
        });
}

// The path is not judged: the root may be one of the machine's.
void OwnCertificate::started(Context& ctx, const Texts& kept) {
    const auto& pem = ctx.state.setup.client_certificate;
    // None is left only when the disk has damaged them.
    const bool is_new =
        !pem.empty() &&
        (installed_.empty() || !kept[Kind::Mark].contains(marks::client_certificate_installed));
    if (is_new) {
        ctx.out.changes.push_back(
            Put{Kind::Mark, marks::client_certificate_installed, "1", Durability::Now});
        auto chain = Certificate::from_pem(pem);
        const auto wrong = chain ? unfit(ctx, chain->front()) : chain.error();
        if (wrong)
            ctx.note(Severity::Error, "certificate",
                     "the certificate of the configuration file is not installed: " + *wrong);
        else
            put(ctx, *std::move(chain));
    }
    choose(ctx);
}

std::optional<std::string> OwnCertificate::complaint(const Context& ctx,
                                                     const std::vector<Certificate>& chain,
                                                     std::string_view key_id,
                                                     std::span<const Certificate> roots) const {
    const auto& leaf = chain.front();
    const auto& facts = leaf.facts();
    if (auto wrong = unfit(ctx, leaf)) return wrong;
    if (key_id.empty()) return facts.subject + ": no certificate was asked for";
    if (leaf.key_id() != key_id)
        return facts.subject + " has another key than the one of the request";
    if (facts.common_name != ctx.state.setup.serial_number)
        return "its common name is " + facts.common_name + ", and not the serial number " +
               ctx.state.setup.serial_number;
    if (roots.empty()) return "no CentralSystemRootCertificate is installed that could prove it";
    const std::span others(chain.begin() + 1, chain.end());
    auto at = judged_now(ctx);
    const auto judged = [&] {
        return security::verify(leaf, others, roots, at, security::Usage::Client);
    };
    auto judgement = judged();
    if (judgement.verdict == Verdict::NotYetValid) {
        at.at += tolerated_ahead;
        judgement = judged();
    }
    if (judgement.verdict == Verdict::Good) return std::nullopt;
    return std::string(shared::name_of(judgement.verdict)) + ": " + judgement.why;
}

OwnCertificate::Taken OwnCertificate::take(Context& ctx, std::string_view pem,
                                           std::string_view key_id,
                                           std::span<const Certificate> roots) {
    const auto refuse = [&](const std::string& why) {
        ctx.note(Severity::Warning, "certificate",
                 "a certificate of the charge point is refused: " + why);
        ctx.state.security_events.happened(ctx, SecurityEvent::InvalidChargePointCertificate,
                                           "CertificateSigned: " + why);
        return Taken{};
    };
    auto chain = Certificate::from_pem(pem);
    if (!chain) return refuse(chain.error());
    // Our answer was lost, and it is sent again.
    for (const auto& [number, known] : installed_)
        if (known.leaf() == chain->front()) return {true, std::nullopt};
    if (const auto wrong = complaint(ctx, *chain, key_id, roots)) return refuse(*wrong);
    const auto number = put(ctx, *std::move(chain));
    choose(ctx);
    return {true, number};
}

std::int64_t OwnCertificate::put(Context& ctx, std::vector<Certificate> chain) {
    make_room(ctx);
    const auto number = installed_.empty() ? 1 : installed_.rbegin()->first + 1;
    auto pem = pem_of(chain);
    installed_.emplace(number, Installed{std::move(chain), std::move(pem)});
    keep(ctx, number);
    ctx.note(Severity::Info, "certificate", "a certificate of the charge point is installed",
             note_fields(installed_.at(number).leaf()));
    return number;
}

void OwnCertificate::keep(Context& ctx, std::int64_t number) const {
    const auto& installed = installed_.at(number);
    ctx.out.changes.push_back(
        Put{Kind::Document, document_of(number),
            shared::to_text(KeptChain{installed.pem, installed.renewal_asked}), Durability::Now});
}

void OwnCertificate::erase(Context& ctx, std::int64_t number) {
    const auto found = installed_.find(number);
    ctx.note(Severity::Info, "certificate", "a certificate of the charge point is deleted",
             note_fields(found->second.leaf()));
    ctx.out.changes.push_back(Remove{Kind::Document, document_of(number), Durability::Now});
    installed_.erase(found);
    refused_.erase(number);
    if (chosen_ == number) chosen_.reset();
}

// True when `a` is rather to be presented than `b`.
bool OwnCertificate::comes_before(const Numbered::value_type& a, const Numbered::value_type& b,
                                  const Context& ctx) const {
    const auto rank = [&](const Numbered::value_type& one) {
        const auto& facts = one.second.facts();
        const bool valid = is_valid(ctx, facts);
        // When none is valid, the one that was for longest may still be taken.
        return std::tuple(valid, !refused_.contains(one.first),
                          valid ? facts.not_before : facts.not_after, one.first);
    };
    return rank(a) > rank(b);
}

void OwnCertificate::make_room(Context& ctx) {
    while (installed_.size() >= max_kept) {
        const auto last = std::ranges::max_element(
            installed_, [&](const auto& a, const auto& b) { return comes_before(a, b, ctx); });
        erase(ctx, last->first);
    }
}

void OwnCertificate::choose(const Context& ctx) {
    look_at_.reset();
    const auto look = [&](Instant at) {
        if (at > ctx.utc()) look_at_ = earlier(look_at_, ctx.state.clock.steady_at(ctx.now, at));
    };
    for (const auto& [number, installed] : installed_) {
        look(installed.facts().not_before - tolerated_ahead);
        look(end_of(installed.facts()));
    }
    const auto valid_ones_refused = std::ranges::all_of(installed_, [&](const auto& one) {
        return refused_.contains(one.first) || !is_valid(ctx, one.second.facts());
    });
    if (valid_ones_refused) refused_.clear();
    const auto first = std::ranges::min_element(
        installed_, [&](const auto& a, const auto& b) { return comes_before(a, b, ctx); });
    chosen_ = first == installed_.end() ? std::nullopt : std::optional(first->first);
    if (chosen_ && !installed_.at(*chosen_).renewal_asked) look(renewal_at(*chosen_));
}

Instant OwnCertificate::renewal_at(std::int64_t number) const {
    const auto& facts = installed_.at(number).facts();
    return std::max(facts.not_after - renewed_before,
                    facts.not_before + (facts.not_after - facts.not_before) / 2);
}

void OwnCertificate::refused_by_central_system() {
    if (chosen_) refused_.insert(*chosen_);
}

void OwnCertificate::advance(Context& ctx, bool presented) {
    if (const auto& tried_one = ctx.facts.tried_certificate) tried(ctx, *tried_one);
    const auto before = chosen_;
    choose(ctx);
    if (before == chosen_ || !before || !presented) return;
    ctx.note(Severity::Warning, "certificate",
             "another certificate of the charge point is presented from now on",
             note_fields(installed_.at(*chosen_).leaf()));
    if (ctx.state.connected) ctx.out.reconnect = true;
}

void OwnCertificate::tried(Context& ctx, const TriedCertificate& tried) {
    const auto found = installed_.find(tried.number);
    if (found == installed_.end()) return;
    const auto name = name_of(tried.number);
    if (tried.proven) {
        tell_changed(ctx, tried.number);
        refused_.erase(tried.number);
        return;
    }
    ctx.state.security_events.happened(ctx, SecurityEvent::InvalidChargePointCertificate,
                                       "not proven and given up: " + name + ": " + tried.why);
    // It is the last way when the one before has come to its end meanwhile.
    if (has_other_valid(ctx, tried.number)) erase(ctx, tried.number);
}

void OwnCertificate::tell_changed(Context& ctx, std::int64_t number) const {
    ctx.state.security_events.happened(ctx, SecurityEvent::ReconfigurationOfSecurityParameters,
                                       "certificate of the charge point: " + name_of(number));
}

void OwnCertificate::withdraw(Context& ctx, std::int64_t number) {
    if (installed_.contains(number)) erase(ctx, number);
}

bool OwnCertificate::renewal_due(const Context& ctx) const {
    return chosen_ && time_is_known(ctx) && !installed_.at(*chosen_).renewal_asked &&
           renewal_at(*chosen_) <= ctx.utc();
}

void OwnCertificate::renewal_asked(Context& ctx) {
    installed_.at(*chosen_).renewal_asked = true;
    keep(ctx, *chosen_);
    ctx.note(Severity::Warning, "certificate",
             "the certificate of the charge point ends soon: a new one is asked for",
             note_fields(installed_.at(*chosen_).leaf()));
}

bool OwnCertificate::has_other_valid(const Context& ctx, std::int64_t number) const {
    return std::ranges::any_of(installed_, [&](const auto& one) {
        return one.first != number && is_valid(ctx, one.second.facts());
    });
}

const OwnCertificate::Installed* OwnCertificate::find(std::optional<std::int64_t> number) const {
    auto found = number ? installed_.find(*number) : installed_.end();
    if (found == installed_.end() && chosen_) found = installed_.find(*chosen_);
    return found == installed_.end() ? nullptr : &found->second;
}

std::vector<Certificate> OwnCertificate::chain(std::optional<std::int64_t> number) const {
    const auto* found = find(number);
    return found == nullptr ? std::vector<Certificate>{} : found->chain;
}

std::string OwnCertificate::chain_pem(std::optional<std::int64_t> number) const {
    const auto* found = find(number);
    return found == nullptr ? std::string() : found->pem;
}

std::string OwnCertificate::name_of(std::int64_t number) const {
    const auto found = installed_.find(number);
    if (found == installed_.end()) return {};
    return found->second.facts().subject + ", serial " + found->second.facts().serial;
}

std::set<std::string> OwnCertificate::key_ids() const {
    std::set<std::string> ids;
    for (const auto& [number, installed] : installed_) ids.insert(installed.leaf().key_id());
    return ids;
}

void OwnCertificate::clear(Context& ctx) {
    while (!installed_.empty()) erase(ctx, installed_.begin()->first);
    ctx.out.changes.push_back(
        Remove{Kind::Mark, marks::client_certificate_installed, Durability::Now});
}

shared::Json OwnCertificate::describe(std::optional<std::int64_t> tried) const {
    auto list = shared::Json::array();
    const auto* in_use = find(tried);
    for (const auto& [number, installed] : installed_) {
        auto one = facts_of(installed.leaf());
        one["type"] = "ChargePointCertificate";
        one["candidate"] = number == tried;
        one["in_use"] = &installed == in_use;
        list.push_back(std::move(one));
    }
    return list;
}

std::optional<std::int64_t> OwnCertificate::days_left(Instant at,
                                                      std::optional<std::int64_t> tried) const {
    const auto* in_use = find(tried);
    if (in_use == nullptr) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(end_of(in_use->facts()) - at).count();
}

}  // namespace ocpp::features
