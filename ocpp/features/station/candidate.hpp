// SPDX-License-Identifier: Apache-2.0
#pragma once
// A new AuthorizationKey, SecurityProfile or certificate of the charge point is a candidate until a
// connection has proven it (security white paper A01, A02, A05). The link dials with the candidate,
// and what was proven before stays in its keys as the way back. Proof is a BootNotification that is
// not Rejected, or the answer to a Heartbeat that is sent at once. A candidate with `max_attempts`
// failed attempts, or without a proof for `patience`, is given up, told, and not tried again by
// itself.
//
// Candidate and count of attempts are one document of the store; a proof replaces it by keys in one
// step. So whatever is cut off, one whole configuration is dialled.

#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::features {

class Candidate {
public:
    static constexpr int max_attempts = 3;
    // Begins anew with a restart, which counts as a failed attempt.
    static constexpr std::chrono::minutes patience{5};

    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    void started(core::Context& ctx);
    void connected(core::Context& ctx);
    void disconnected(core::Context& ctx);
    void dial_failed(core::Context& ctx, const core::DialFailed& failure);
    // The central system has taken this connection for good.
    void proven(core::Context& ctx);
    void advance(core::Context& ctx);
    core::Deadline wake_at() const { return deadline_; }

    // Profiles 2 and 3 need these.
    struct Installed {
        bool root = false;         // somebody is trusted to say who the central system is
        bool certificate = false;  // of the charge point, a valid one
    };
    // These two are ChangeConfiguration of the two keys; a refusal is noted. Profiles 0 and 3 make
    // no use of the key: it is stored without a new connection.
    wire::ConfigurationStatus change_key(core::Context& ctx, std::string_view hex_digits);
    wire::ConfigurationStatus change_profile(core::Context& ctx, std::string_view value,
                                             const Installed& installed);
    // A person who may do everything sets the profile, also to a lower one, which needs no proof.
    wire::ConfigurationStatus set_profile(core::Context& ctx, int profile,
                                          const Installed& installed);
    // Connects anew with this certificate of the charge point, under profile 3. How that ends is
    // StepFacts::tried_certificate.
    void change_certificate(core::Context& ctx, std::int64_t number);
    // Forgets the candidate without a word, and how the last one ended.
    void clear(core::Context& ctx);

    // The link dials with these two: the candidate's, else what was proven.
    int profile(const core::State& state) const;
    const std::string& key(const core::State& state) const;  // hex digits
    // Nothing: the candidate has none.
    std::optional<std::int64_t> certificate() const {
        return wanted_ ? wanted_->certificate : std::nullopt;
    }
    bool pending() const { return wanted_.has_value(); }
    // {"profile":1,"candidate":{"profile":2,"key":true,"certificate":false,"failed_attempts":0},
    // "given_up":"why"}
    shared::Json describe(const core::State& state) const;

private:
    struct Wanted {
        std::optional<std::string> key;  // hex digits
        std::optional<std::int32_t> profile;
        std::optional<std::int64_t> certificate;  // its number
        std::int32_t failed = 0;                  // attempts
        // In words.
        std::string name() const;
        static constexpr auto fields(auto of) {
            return of(shared::Field{"key", &Wanted::key},
                      shared::Field{"profile", &Wanted::profile},
                      shared::Field{"certificate", &Wanted::certificate},
                      shared::Field{"failed", &Wanted::failed});
        }
    };

    void begin(core::Context& ctx, Wanted wanted);
    void attempt_failed(core::Context& ctx, const std::string& why);
    void give_up(core::Context& ctx, const std::string& why);
    void keep(core::Context& ctx) const;
    void connect_anew(core::Context& ctx, bool other_profile) const;
    std::optional<std::string> lacks(const core::State& state, int profile,
                                     const Installed& installed) const;
    void forget_end(core::Context& ctx);

    std::optional<Wanted> wanted_;
    std::string given_up_;  // how the last candidate ended, if it was given up
    bool over_this_connection_ = false;
    core::Deadline deadline_;
};

}  // namespace ocpp::features
