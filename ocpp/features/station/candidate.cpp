// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/candidate.hpp"

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/security.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using wire::ConfigurationStatus;

namespace {

constexpr const char* document = "candidate";
constexpr const char* end_document = "candidate_given_up";

void put_key(Context& ctx, std::string hex_digits) {
    ctx.out.changes.push_back(
        Put{Kind::Key, std::string(keys::authorization_key.name), hex_digits, Durability::Now});
    ctx.state.config.set(keys::authorization_key, std::move(hex_digits));
    ctx.state.security_events.happened(ctx, SecurityEvent::ReconfigurationOfSecurityParameters,
                                       "AuthorizationKey");
}

// A profile is proven, and left again, by a BootNotification.
void register_anew(Context& ctx) {
    ctx.state.registration.reset();
    ctx.facts.registers_anew = true;
}

void put_profile(Context& ctx, int profile) {
    ctx.out.changes.push_back(Put{Kind::Key, std::string(keys::security_profile.name),
                                  std::to_string(profile), Durability::Now});
    const auto tell = [&] {
        ctx.state.security_events.happened(ctx, SecurityEvent::ReconfigurationOfSecurityParameters,
                                           "SecurityProfile " + std::to_string(profile));
    };
    // The higher of the two profiles says whether it is told.
    const bool up = profile > ctx.state.security_profile();
    if (!up) tell();
    ctx.state.config.set(keys::security_profile, profile);
    if (up) tell();
}

}  // namespace

std::string Candidate::Wanted::name() const {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : " and ") + part;
    };
    if (profile) add("SecurityProfile " + std::to_string(*profile));
    if (key) add("the new AuthorizationKey");
    if (certificate) add("the new certificate of the charge point");
    return text;
}

void Candidate::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    const auto& documents = snapshot.texts[Kind::Document];
    if (const auto found = documents.find(end_document); found != documents.end())
        given_up_ = found->second;
    const auto found = documents.find(document);
    if (found == documents.end()) return;
    auto wanted = shared::parse_text<Wanted>(found->second, stored_bounds, shared::Unknown::Ignore);
    const bool right = wanted && (wanted->key || wanted->profile || wanted->certificate) &&
                       (!wanted->key || !shared::check_authorization_key(*wanted->key)) &&
                       (!wanted->profile || (*wanted->profile >= 1 && *wanted->profile <= 3));
    if (right)
        wanted_ = *std::move(wanted);
    else
        complaints.emplace_back("a candidate for the connection can't be read");
}

void Candidate::started(Context& ctx) {
    if (wanted_) attempt_failed(ctx, "a restart cut the attempt off");
    if (wanted_) deadline_ = ctx.now.steady + patience;
}

int Candidate::profile(const State& state) const {
    return wanted_ && wanted_->profile ? *wanted_->profile
                                       : state.config.get(keys::security_profile);
}

const std::string& Candidate::key(const State& state) const {
    return wanted_ && wanted_->key ? *wanted_->key : state.config.get(keys::authorization_key);
}

std::optional<std::string> Candidate::lacks(const State& state, int profile,
                                            const Installed& installed) const {
    if ((profile == 1 || profile == 2) && key(state).empty())
        return "it needs an AuthorizationKey, and there is none";
    if (profile >= 2 && !installed.root)
        return "it needs a CentralSystemRootCertificate, and there is none";
    if (profile == 3 && !installed.certificate)
        return "it needs a certificate of the charge point, and there is no valid one";
    return std::nullopt;
}

ConfigurationStatus Candidate::change_key(Context& ctx, std::string_view hex_digits) {
    const auto& name = keys::authorization_key.name;
    if (const auto wrong = shared::check_authorization_key(hex_digits))
        return ctx.refuse_key(name, *wrong);
    forget_end(ctx);
    const int dialled = profile(ctx.state);
    if (dialled == 0 || dialled == 3 || !ctx.state.setup.supervised) {
        put_key(ctx, std::string(hex_digits));
        ctx.note(Severity::Info, "configuration", "AuthorizationKey = (secret)", {{"key", name}});
        return ConfigurationStatus::Accepted;
    }
    auto wanted = wanted_.value_or(Wanted{});
    wanted.key = std::string(hex_digits);
    begin(ctx, std::move(wanted));
    return ConfigurationStatus::Accepted;
}

ConfigurationStatus Candidate::change_profile(Context& ctx, std::string_view value,
                                              const Installed& installed) {
    const auto& row = keys::security_profile;
    const auto wanted = config::int_from(value);
    if (!wanted || *wanted < row.min || *wanted > row.max)
        return ctx.refuse_key(row.name, "takes 0 to 3");
    const int highest = std::max(profile(ctx.state), ctx.state.config.get(row));
    if (*wanted <= highest)
        return ctx.refuse_key(row.name, std::to_string(*wanted) + " is not above " +
                                            std::to_string(highest) + ", and it only goes up");
    if (const auto missing = lacks(ctx.state, *wanted, installed))
        return ctx.refuse_key(row.name, *missing);
    forget_end(ctx);
    if (ctx.state.setup.supervised) {
        auto next = wanted_.value_or(Wanted{});
        next.profile = *wanted;
        begin(ctx, std::move(next));
    } else {
        put_profile(ctx, *wanted);
    }
    return ConfigurationStatus::Accepted;
}

ConfigurationStatus Candidate::set_profile(Context& ctx, int wanted, const Installed& installed) {
    const int proven = ctx.state.config.get(keys::security_profile);
    if (wanted > proven) return change_profile(ctx, std::to_string(wanted), installed);
    const int dialled = profile(ctx.state);
    const bool had_candidate = pending();
    // The way back has the proven key.
    const auto candidate = std::exchange(wanted_, std::nullopt);
    if (const auto missing =
            wanted == proven ? std::nullopt : lacks(ctx.state, wanted, installed)) {
        wanted_ = candidate;
        return ctx.refuse_key(keys::security_profile.name, *missing);
    }
    clear(ctx);
    if (candidate && candidate->certificate)
        ctx.facts.tried_certificate = {*candidate->certificate, false,
                                       "a person has ended the attempt"};
    put_profile(ctx, wanted);
    ctx.note(Severity::Warning, "configuration",
             "SecurityProfile = " + std::to_string(wanted) + ", set by a person here",
             {{"key", keys::security_profile.name}, {"value", std::to_string(wanted)}});
    if (wanted != dialled || had_candidate) connect_anew(ctx, wanted != dialled);
    return ConfigurationStatus::Accepted;
}

void Candidate::change_certificate(Context& ctx, std::int64_t number) {
    forget_end(ctx);
    auto wanted = wanted_.value_or(Wanted{});
    wanted.certificate = number;
    begin(ctx, std::move(wanted));
}

// A second change replaces the first one's proof, not the way back.
void Candidate::begin(Context& ctx, Wanted wanted) {
    const bool other_profile = wanted.profile.has_value();
    wanted_ = std::move(wanted);
    wanted_->failed = 0;
    deadline_ = ctx.now.steady + patience;
    // Answers that still come over this connection prove nothing of the one that is dialled next.
    over_this_connection_ = false;
    keep(ctx);
    ctx.note(Severity::Info, "configuration", wanted_->name() + ": connecting anew to prove it",
             {{"state", "candidate"}});
    connect_anew(ctx, other_profile);
}

void Candidate::connect_anew(Context& ctx, bool other_profile) const {
    ctx.out.reconnect = true;
    if (other_profile) register_anew(ctx);
}

void Candidate::keep(Context& ctx) const {
    ctx.out.changes.push_back(
        Put{Kind::Document, document, shared::to_text(*wanted_), Durability::Now});
}

void Candidate::connected(Context& ctx) {
    if (!wanted_) return;
    over_this_connection_ = true;
    // A BootNotification that was answered while the connection before closed proves no profile.
    if (wanted_->profile && ctx.state.accepted()) register_anew(ctx);
    if (ctx.state.accepted()) ctx.state.mailbox.put(wire::HeartbeatRequest{});
    // OCPP 1.6 4.2: while Pending nothing may be sent, and the handshake has taken the key.
    if (!wanted_->profile && ctx.state.registration == wire::RegistrationStatus::Pending)
        proven(ctx);
}

void Candidate::disconnected(Context& ctx) {
    if (std::exchange(over_this_connection_, false) && wanted_)
        attempt_failed(ctx, "the connection ended without a proof");
}

void Candidate::dial_failed(Context& ctx, const DialFailed& failure) {
    if (wanted_) attempt_failed(ctx, failure.reason);
}

void Candidate::attempt_failed(Context& ctx, const std::string& why) {
    ++wanted_->failed;
    if (wanted_->failed >= max_attempts) return give_up(ctx, why);
    keep(ctx);
    ctx.note(Severity::Warning, "configuration",
             "attempt " + std::to_string(wanted_->failed) + " of " + std::to_string(max_attempts) +
                 " to prove " + wanted_->name() + " failed: " + why,
             {{"state", "candidate"}});
}

void Candidate::give_up(Context& ctx, const std::string& why) {
    const auto tried = *std::exchange(wanted_, std::nullopt);
    deadline_.reset();
    over_this_connection_ = false;
    given_up_ = tried.name() + ": " + why;
    if (tried.certificate) ctx.facts.tried_certificate = {*tried.certificate, false, why};
    ctx.out.changes.push_back(Remove{Kind::Document, document, Durability::Now});
    ctx.out.changes.push_back(Put{Kind::Document, end_document, given_up_, Durability::Now});
    ctx.note(Severity::Error, "configuration",
             "not proven and given up, back to what worked before: " + given_up_,
             {{"state", "given up"}});
    connect_anew(ctx, tried.profile.has_value());
}

void Candidate::proven(Context& ctx) {
    if (!wanted_ || !over_this_connection_) return;
    const auto good = *std::exchange(wanted_, std::nullopt);
    deadline_.reset();
    over_this_connection_ = false;
    if (good.key) put_key(ctx, *good.key);
    if (good.profile) put_profile(ctx, *good.profile);
    if (good.certificate) ctx.facts.tried_certificate = {*good.certificate, true, {}};
    ctx.out.changes.push_back(Remove{Kind::Document, document, Durability::Now});
    ctx.note(Severity::Info, "configuration", good.name() + ": proven, and kept",
             {{"state", "proven"}});
}

void Candidate::advance(Context& ctx) {
    if (deadline_ && *deadline_ <= ctx.now.steady) give_up(ctx, "no proof within five minutes");
}

void Candidate::forget_end(Context& ctx) {
    if (std::exchange(given_up_, {}).empty()) return;
    ctx.out.changes.push_back(Remove{Kind::Document, end_document, Durability::Now});
}

void Candidate::clear(Context& ctx) {
    wanted_.reset();
    deadline_.reset();
    over_this_connection_ = false;
    given_up_.clear();
    ctx.out.changes.push_back(Remove{Kind::Document, document, Durability::Now});
    ctx.out.changes.push_back(Remove{Kind::Document, end_document, Durability::Now});
}

shared::Json Candidate::describe(const State& state) const {
    shared::Json json{{"profile", state.config.get(keys::security_profile)}};
    if (wanted_) {
        auto& candidate = json["candidate"];
        candidate = {{"key", wanted_->key.has_value()},
                     {"certificate", wanted_->certificate.has_value()},
                     {"failed_attempts", wanted_->failed}};
        if (wanted_->profile) candidate["profile"] = *wanted_->profile;
    }
    if (!given_up_.empty()) json["given_up"] = given_up_;
    return json;
}

}  // namespace ocpp::features
