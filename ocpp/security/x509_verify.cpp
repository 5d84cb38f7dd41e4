// SPDX-License-Identifier: Apache-2.0
#include "ocpp/security/x509_parsed.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace ocpp::security {
namespace {

using StorePointer = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using ContextPointer = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using OctetsPointer = std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>>;
struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using StackPointer = std::unique_ptr<STACK_OF(X509), FreeStack>;

constexpr int security_level = 2;  // 112 bits, A00.FR.501

struct Row {
    int error;
    Verdict verdict;
};
constexpr auto verdicts = std::to_array<Row>({
    {X509_V_ERR_CERT_HAS_EXPIRED, Verdict::Expired},
    {X509_V_ERR_CERT_NOT_YET_VALID, Verdict::NotYetValid},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, Verdict::UnknownIssuer},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Verdict::UnknownIssuer},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, Verdict::UnknownIssuer},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Verdict::UnknownIssuer},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, Verdict::UnknownIssuer},
    {X509_V_ERR_CERT_UNTRUSTED, Verdict::UnknownIssuer},
    {X509_V_ERR_INVALID_PURPOSE, Verdict::WrongUsage},
    {X509_V_ERR_INVALID_CA, Verdict::WrongUsage},
    {X509_V_ERR_INVALID_NON_CA, Verdict::WrongUsage},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, Verdict::WrongUsage},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, Verdict::WrongUsage},
    {X509_V_ERR_CERT_REJECTED, Verdict::WrongUsage},
    {X509_V_ERR_PERMITTED_VIOLATION, Verdict::WrongName},
    {X509_V_ERR_EXCLUDED_VIOLATION, Verdict::WrongName},
    {X509_V_ERR_EE_KEY_TOO_SMALL, Verdict::WeakKey},
    {X509_V_ERR_CA_KEY_TOO_SMALL, Verdict::WeakKey},
    {X509_V_ERR_CA_MD_TOO_WEAK, Verdict::WeakSignature},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, Verdict::BadSignature},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, Verdict::TooLong},
});

Verdict verdict_of(int error) {
    const auto* row = std::find_if(verdicts.begin(), verdicts.end(),
                                   [&](const Row& known) { return known.error == error; });
    return row != verdicts.end() ? row->verdict : Verdict::Malformed;
}

std::string day_of(Instant instant) { return wire::DateTime{instant}.to_text(); }

Judgement refusal_of(Verdict verdict, std::string why) {
    return {verdict, std::move(why), std::nullopt, {}};
}

// The times of a path are judged by judge_times(): OpenSSL takes the last second as over.
int pass_over_times(int ok, X509_STORE_CTX* context) {
    const int error = X509_STORE_CTX_get_error(context);
    return ok == 1 || error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID
               ? 1
               : 0;
}

// An Instant of the years 1 to 9999 in the seconds that OpenSSL compares with.
std::time_t seconds_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

bool has_expired(const Facts& facts, Instant at) {
    return at >= facts.not_after + std::chrono::seconds{1};
}

std::optional<Judgement> judge_times(const Facts& facts, const JudgedAt& judged_at) {
    if (has_expired(facts, judged_at.at))
        return refusal_of(Verdict::Expired,
                          facts.subject + " has expired at " + day_of(facts.not_after));
    if (judged_at.not_before_counts && judged_at.at < facts.not_before)
        return refusal_of(Verdict::NotYetValid,
                          facts.subject + " begins at " + day_of(facts.not_before));
    return std::nullopt;
}

std::string key_of(const Facts& facts) {
    return facts.key_kind.empty()
               ? "a key of an unknown kind"
               : "a key of " + std::to_string(facts.key_bits) + " bits (" + facts.key_kind + ')';
}

std::optional<Judgement> judge_key(const Facts& facts) {
    if (facts.strong_key) return std::nullopt;
    return refusal_of(Verdict::WeakKey, facts.subject + " has " + key_of(facts));
}

// The certificates of which a path may be made.
struct Candidates {
    const Certificate& leaf;
    std::span<const Certificate> others;
    const Certificate& anchor;

    // OpenSSL makes its path of the very certificates that it was given.
    const Certificate* of(const X509* x509) const {
        if (x509_of(anchor) == x509) return &anchor;
        if (x509_of(leaf) == x509) return &leaf;
        const auto found = std::ranges::find(others, x509, x509_of);
        return found != others.end() ? &*found : nullptr;
    }
};

// Reads the facts of a path that OpenSSL has found: times, keys, and whether issuers are CAs.
Judgement judge_path(STACK_OF(X509) * path, const Candidates& candidates,
                     const JudgedAt& judged_at) {
    Judgement good{Verdict::Good, {}, candidates.anchor, Instant::max()};
    for (int i = 0; i < sk_X509_num(path); ++i) {
        const auto* certificate = candidates.of(sk_X509_value(path, i));
        if (certificate == nullptr)
            return refusal_of(Verdict::Malformed, "the path is made of something else");
        const auto& facts = certificate->facts();
        if (const auto bad = judge_times(facts, judged_at)) return *bad;
        if (const auto bad = judge_key(facts)) return *bad;
        if (i > 0 && !facts.is_ca)
            return refusal_of(Verdict::WrongUsage, facts.subject + " is no CA, but has issued");
        good.until = std::min(good.until, facts.not_after);
    }
    return good;
}

StackPointer stack_of(std::span<const Certificate> certificates) {
    StackPointer stack(sk_X509_new_null());
    for (const auto& certificate : certificates)
        sk_X509_push(stack.get(), x509_of(certificate));  // borrowed
    return stack;
}

void set_parameters(X509_VERIFY_PARAM* parameters, const JudgedAt& judged_at, Usage usage) {
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_time(parameters, seconds_of(judged_at.at));
    X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(max_path) - 2);
    if (usage == Usage::Server) X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    if (usage == Usage::Client) X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT);
}

// With one anchor at a time: of two with one name OpenSSL would try only the first.
Judgement judge_with(const Candidates& candidates, STACK_OF(X509) * others,
                     const JudgedAt& judged_at, Usage usage) {
    const auto& leaf = candidates.leaf;
    const auto& anchor = candidates.anchor;
    const StorePointer store(X509_STORE_new());
    const ContextPointer context(X509_STORE_CTX_new());
    if (!store || !context || X509_STORE_add_cert(store.get(), x509_of(anchor)) != 1 ||
        X509_STORE_CTX_init(context.get(), store.get(), x509_of(leaf), others) != 1)
        return refusal_of(Verdict::Malformed, "the path could not be searched");
    set_parameters(X509_STORE_CTX_get0_param(context.get()), judged_at, usage);
    X509_STORE_CTX_set_verify_cb(context.get(), pass_over_times);
    if (X509_verify_cert(context.get()) == 1)
        return judge_path(X509_STORE_CTX_get0_chain(context.get()), candidates, judged_at);
    const int error = X509_STORE_CTX_get_error(context.get());
    const auto* at_fault = X509_STORE_CTX_get_current_cert(context.get());
    std::string why = X509_verify_cert_error_string(error);
    if (at_fault != nullptr) {
        const auto depth = X509_STORE_CTX_get_error_depth(context.get());
        why += depth == 0 ? " (the certificate itself)"
                          : " (" + std::to_string(depth) + " above the certificate)";
    }
    return refusal_of(verdict_of(error), leaf.facts().subject + ": " + why);
}

bool is_for(const Certificate& certificate, std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.find('\0') != host.npos) return false;
    std::string name(host);
    if (is_ip_address(name)) return X509_check_ip_asc(x509_of(certificate), name.c_str(), 0) == 1;
    if (name.ends_with('.')) name.pop_back();
    // OpenSSL takes a name that begins with a dot as any below it.
    return !name.empty() && !name.starts_with('.') &&
           X509_check_host(x509_of(certificate), name.data(), name.size(),
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

}  // namespace

bool is_ip_address(const std::string& host) {
    return OctetsPointer(a2i_IPADDRESS(host.c_str())) != nullptr;
}

Judgement verify(const Certificate& leaf, std::span<const Certificate> others,
                 std::span<const Certificate> anchors, const JudgedAt& judged_at, Usage usage,
                 std::string_view host) {
    if (others.size() > max_chain_certificates)
        return refusal_of(Verdict::TooLong,
                          "more than " + std::to_string(max_chain_certificates) + " certificates");
    auto judgement = refusal_of(
        Verdict::UnknownIssuer,
        anchors.empty() ? "no root is installed"
                        : "no installed root has issued it; it names " + leaf.facts().issuer);
    const auto stack = stack_of(others);
    for (const auto& anchor : anchors) {
        auto found = judge_with({leaf, others, anchor}, stack.get(), judged_at, usage);
        if (found.verdict == Verdict::UnknownIssuer) continue;
        // The first reason tells most, unless another anchor proves the certificate.
        if (found.verdict == Verdict::Good || judgement.verdict == Verdict::UnknownIssuer)
            judgement = std::move(found);
        if (judgement.verdict == Verdict::Good) break;
    }
    if (judgement.verdict == Verdict::Good && !host.empty() && !is_for(leaf, host))
        return refusal_of(Verdict::WrongName,
                          leaf.facts().subject + " is not for " + std::string(host));
    return judgement;
}

Judgement judge_anchor(const Certificate& certificate, const JudgedAt& judged_at) {
    const auto& facts = certificate.facts();
    if (!facts.is_ca)
        return refusal_of(Verdict::WrongUsage, facts.subject + " is no CA certificate");
    if (facts.self_issued && !facts.self_signed)
        return refusal_of(Verdict::BadSignature, facts.subject + " is not signed by its own key");
    if (const auto bad = judge_key(facts)) return *bad;
    if (const auto bad = judge_times(facts, {judged_at.at, false})) return *bad;
    return {Verdict::Good, {}, certificate, facts.not_after};
}

}  // namespace ocpp::security
