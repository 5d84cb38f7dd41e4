// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/security/signing_request.hpp"

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/security.hpp"

#include <utility>

namespace ocpp::features {

using namespace core;
using wire::SignCertificateRequest;

namespace {

static_assert(keys::cpo_name.max == SigningRequest::max_name);

constexpr const char* request_document = "signing_request";

MakeKey wanted_key(const State& state) {
    return {state.config.get(keys::cpo_name), state.setup.serial_number};
}

// The subject of the request: the owner, and the serial number of the charge point (A02.FR.02,
// A00.FR.511).
std::optional<std::string> lacks(const MakeKey& key) {
    if (key.organization.empty()) return "CpoName is not set";
    if (key.common_name.empty()) return "the charge point has no serial number";
    return std::nullopt;
}

void tell(Context& ctx, Severity severity, std::string text, std::string_view key_id) {
    ctx.note(severity, "certificate", std::move(text), {{"key", key_id}});
}

}  // namespace

void SigningRequest::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    const auto& documents = snapshot.texts[Kind::Document];
    const auto found = documents.find(request_document);
    if (found == documents.end()) return;
    auto read = shared::parse_text<Request>(found->second, stored_bounds, shared::Unknown::Ignore);
    if (read && read->sent >= 0 && read->key_id.empty() == read->csr.empty() &&
        (read->making || !read->csr.empty()))
        request_ = *std::move(read);
    else
        complaints.emplace_back("a request for a certificate can't be read");
}

void SigningRequest::started(Context& ctx) {
    if (request_ && request_->making) ask_for_key(ctx);
}

std::optional<std::string> SigningRequest::begin(Context& ctx, bool triggered) {
    if (auto missing = lacks(wanted_key(ctx.state))) {
        if (triggered || missing_ != *missing)
            ctx.note(Severity::Warning, "certificate",
                     "no certificate of the charge point is asked for: " + *missing);
        missing_ = *missing;
        return missing;
    }
    missing_.clear();
    triggered_ = triggered;
    key_failures_ = 0;
    if (!request_) request_ = Request{};
    request_->making = true;
    keep(ctx);
    ask_for_key(ctx);
    return std::nullopt;
}

void SigningRequest::ask_for_key(Context& ctx) {
    make_at_.reset();
    if (asked_) return;
    auto key = wanted_key(ctx.state);
    if (const auto missing = lacks(key)) return key_failed(ctx, *missing);
    asked_ = key;
    ctx.out.make_key = std::move(key);
}

void SigningRequest::made(Context& ctx, const KeyMade& key) {
    const auto asked = std::exchange(asked_, std::nullopt);
    if (!asked || !request_ || !request_->making)
        return tell(ctx, Severity::Info, "a key was made that nobody wants any more", key.key_id);
    // CpoName was changed meanwhile.
    if (*asked != wanted_key(ctx.state)) return ask_for_key(ctx);
    if (key.key_id.empty() || key.csr.empty() ||
        key.csr.size() > decltype(SignCertificateRequest::csr)::max)
        return key_failed(ctx, "its request does not fit into a message of OCPP");
    key_failures_ = 0;
    send_at_.reset();
    // The request before may still wait to be sent.
    const bool waits =
        !request_->csr.empty() && ctx.state.mailbox.reword(SignCertificateRequest{{request_->csr}},
                                                           SignCertificateRequest{{key.csr}});
    if (!request_->key_id.empty())
        tell(ctx, Severity::Info, "a request for a certificate is replaced by a new one",
             request_->key_id);
    request_ = Request{.key_id = key.key_id, .csr = key.csr, .sent = waits ? 1 : 0};
    keep(ctx);
    tell(ctx, Severity::Info, "a key was made for a new certificate of the charge point",
         key.key_id);
}

void SigningRequest::failed(Context& ctx, const KeyFailed& failure) {
    asked_.reset();
    if (request_ && request_->making) key_failed(ctx, failure.reason);
}

void SigningRequest::key_failed(Context& ctx, const std::string& why) {
    ctx.note(Severity::Error, "certificate",
             "no key could be made for a new certificate of the charge point: " + why,
             {{"failures", ++key_failures_}});
    if (key_failures_ < max_key_failures) {
        make_at_ = ctx.now.steady + pause;
        return;
    }
    make_at_.reset();
    request_->making = false;
    if (request_->csr.empty()) return drop(ctx);
    keep(ctx);
}

bool SigningRequest::is_due(const Context& ctx) const {
    if (!request_ || request_->csr.empty() || request_->making || request_->accepted) return false;
    if (request_->sent >= max_sent || !ctx.state.connected) return false;
    if (ctx.state.mailbox.holds("SignCertificate")) return false;
    const bool may = ctx.state.accepted() ||
                     (triggered_ && ctx.state.registration == wire::RegistrationStatus::Pending);
    return may && !send_at_;
}

void SigningRequest::advance(Context& ctx) {
    if (make_at_ && *make_at_ <= ctx.now.steady) ask_for_key(ctx);
    if (send_at_ && *send_at_ <= ctx.now.steady) send_at_.reset();
    if (!is_due(ctx)) return;
    if (!ctx.state.mailbox.put(SignCertificateRequest{{request_->csr}},
                               triggered_ ? Permit::WhenTriggered : Permit::WhenAccepted)) {
        send_at_ = ctx.now.steady + pause;
        return;
    }
    ++request_->sent;
    keep(ctx);
}

Deadline SigningRequest::wake_at() const { return earlier(make_at_, send_at_); }

bool SigningRequest::is_about(const SignCertificateRequest& request) const {
    return request_ && request_->csr == request.csr.value;
}

void SigningRequest::answered(Context& ctx, const SignCertificateRequest& request,
                              const wire::SignCertificateResponse& response) {
    if (!is_about(request)) return;
    if (response.status != wire::GenericStatus::Accepted)
        return refused(ctx, "the central system says Rejected");
    request_->accepted = true;
    keep(ctx);
    tell(ctx, Severity::Info, "the central system has taken the request for a certificate",
         request_->key_id);
}

void SigningRequest::unanswered(Context& ctx, const SignCertificateRequest& request, Delivery how,
                                std::string_view why) {
    if (!is_about(request)) return;
    if (how == Delivery::Refused || how == Delivery::Unwanted)
        return refused(ctx, std::string(why));
    if (request_->sent >= max_sent)
        return tell(ctx, Severity::Error,
                    "the request for a certificate was never answered, and is not sent again",
                    request_->key_id);
    if (how == Delivery::Silent) send_at_ = ctx.now.steady + pause;
}

void SigningRequest::refused(Context& ctx, const std::string& why) {
    tell(ctx, Severity::Error,
         "no new certificate: the request was refused, what is installed stays: " + why,
         request_->key_id);
    drop(ctx);
}

void SigningRequest::fulfilled(Context& ctx) { drop(ctx); }

void SigningRequest::drop(Context& ctx) {
    send_at_.reset();
    const bool making = request_ && request_->making;
    request_.reset();
    if (making) {
        request_ = Request{.key_id = {}, .csr = {}, .making = true};
        keep(ctx);
    } else {
        ctx.out.changes.push_back(Remove{Kind::Document, request_document, Durability::Now});
    }
}

void SigningRequest::clear(Context& ctx) {
    request_.reset();
    make_at_.reset();
    drop(ctx);
}

void SigningRequest::keep(Context& ctx) const {
    ctx.out.changes.push_back(
        Put{Kind::Document, request_document, shared::to_text(*request_), Durability::Now});
}

std::optional<shared::Json> SigningRequest::describe() const {
    if (!request_) return std::nullopt;
    const char* state = request_->making             ? "its key is being made"
                        : request_->accepted         ? "waits for CertificateSigned"
                        : request_->sent >= max_sent ? "was never answered"
                                                     : "is being sent";
    shared::Json json{{"state", state}, {"sent", request_->sent}};
    if (!request_->key_id.empty()) json["key"] = request_->key_id;
    return json;
}

}  // namespace ocpp::features
