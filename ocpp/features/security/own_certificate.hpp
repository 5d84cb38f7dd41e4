// SPDX-License-Identifier: Apache-2.0
#pragma once
// The certificates of the charge point itself, for security profile 3: takes CertificateSigned
// (security white paper A02, A03), and says which one is presented. That is the newest by notBefore
// of those that are valid; the ones before stay as the way back while they are. Private keys are
// the edge's; here they have an id.

#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/security/x509.hpp"
#include "ocpp/wire/security.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::features {

class OwnCertificate {
public:
    // The one in use, the one before, and a new one.
    static constexpr std::size_t max_kept = 3;
    // The clock of whoever signed may be ahead of ours.
    static constexpr std::chrono::minutes tolerated_ahead{5};
    // A03: one month before its end a new certificate is asked for; half-way through its life when
    // that is later.
    static constexpr std::chrono::hours renewed_before{24 * 30};

    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    // At the first start, and at the first after a factory reset, the certificate of the
    // configuration file is installed.
    void started(core::Context& ctx, const core::Texts& kept);

    struct Taken {
        bool accepted = false;
        std::optional<std::int64_t> number;  // of a new one
    };
    // `key_id`: of the request that waits; `roots`: the CentralSystemRootCertificates. A refusal is
    // noted, and is a security event with the reason.
    Taken take(core::Context& ctx, std::string_view pem, std::string_view key_id,
               std::span<const security::Certificate> roots);
    // The central system takes no connection with the one that is presented: another valid one is
    // presented next.
    void refused_by_central_system();
    // `presented`: what chosen() returns is what the link presents.
    void advance(core::Context& ctx, bool presented);
    core::Deadline wake_at() const { return look_at_; }

    // It is time to ask for a successor of the one that is chosen, which is done once.
    bool renewal_due(const core::Context& ctx) const;
    void renewal_asked(core::Context& ctx);

    // The number of the one to present.
    std::optional<std::int64_t> chosen() const { return chosen_; }
    // There is one that has not expired.
    bool has_valid(const core::Context& ctx) const { return has_other_valid(ctx, 0); }
    bool has_other_valid(const core::Context& ctx, std::int64_t number) const;
    // Leaf first. That of chosen() when there is none of this number; empty: there is none at all.
    std::vector<security::Certificate> chain(std::optional<std::int64_t> number) const;
    std::string chain_pem(std::optional<std::int64_t> number) const;
    // Another one is presented from now on: a security event.
    void tell_changed(core::Context& ctx, std::int64_t number) const;
    // Deletes one that nothing has proven: a newer one is tried instead.
    void withdraw(core::Context& ctx, std::int64_t number);
    std::set<std::string> key_ids() const;
    void clear(core::Context& ctx);

    // For people: [{"type":"ChargePointCertificate","subject":..,"in_use":..}]. `tried`: the number
    // of the candidate.
    shared::Json describe(std::optional<std::int64_t> tried) const;
    // Whole days until the end of the one that describe() calls in use; nothing without one.
    std::optional<std::int64_t> days_left(core::Instant at,
                                          std::optional<std::int64_t> tried) const;

private:
    struct Installed {
        std::vector<security::Certificate> chain;
        std::string pem;  // of the chain
        bool renewal_asked = false;
        const security::Certificate& leaf() const { return chain.front(); }
        const security::Facts& facts() const { return leaf().facts(); }
    };
    using Numbered = std::map<std::int64_t, Installed>;

    std::optional<std::string> complaint(const core::Context& ctx,
                                         const std::vector<security::Certificate>& chain,
                                         std::string_view key_id,
                                         std::span<const security::Certificate> roots) const;
    std::int64_t put(core::Context& ctx, std::vector<security::Certificate> chain);
    void keep(core::Context& ctx, std::int64_t number) const;
    void erase(core::Context& ctx, std::int64_t number);
    void make_room(core::Context& ctx);
    void tried(core::Context& ctx, const core::TriedCertificate& tried);
    bool comes_before(const Numbered::value_type& a, const Numbered::value_type& b,
                      const core::Context& ctx) const;
    void choose(const core::Context& ctx);
    const Installed* find(std::optional<std::int64_t> number) const;
    // In words: "CN=CP0001,O=Operator, serial 0A".
    std::string name_of(std::int64_t number) const;
    core::Instant renewal_at(std::int64_t number) const;

    Numbered installed_;  // by the number of its document
    std::optional<std::int64_t> chosen_;
    std::set<std::int64_t> refused_;  // by the central system, in this run
    core::Deadline look_at_;
};

}  // namespace ocpp::features
