// SPDX-License-Identifier: Apache-2.0
#pragma once
// The request for a new certificate of the charge point: SignCertificate (security white paper A02,
// A03). Each request has a key pair of its own, which the edge makes and keeps; the core knows its
// id. A request that was accepted waits for CertificateSigned as long as it takes, also over
// restarts: to ask again is up to the operator. One that was never answered is sent again.

#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/wire/security.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::features {

class SigningRequest {
public:
    // So often is a request sent that nobody answers.
    static constexpr int max_sent = 10;
    // A request that nobody answered, or a key that could not be made, is tried again after this.
    static constexpr std::chrono::minutes pause{1};
    // So often a key is asked for in vain.
    static constexpr int max_key_failures = 3;
    // X.520: an organizationName and a commonName have at most so many characters.
    static constexpr std::size_t max_name = 64;

    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    void started(core::Context& ctx);
    // Begins a new request, which replaces the one before once its key is made. Returns why it
    // can't. `triggered`: the central system wants it, so that it may be sent while the charge
    // point is Pending (OCPP 1.6 4.2).
    std::optional<std::string> begin(core::Context& ctx, bool triggered);
    void made(core::Context& ctx, const core::KeyMade& key);
    void failed(core::Context& ctx, const core::KeyFailed& failure);

    void answered(core::Context& ctx, const wire::SignCertificateRequest& request,
                  const wire::SignCertificateResponse& response);
    void unanswered(core::Context& ctx, const wire::SignCertificateRequest& request,
                    core::Delivery how, std::string_view why);
    // A certificate for the key has come.
    void fulfilled(core::Context& ctx);
    void clear(core::Context& ctx);

    void advance(core::Context& ctx);
    core::Deadline wake_at() const;

    // The key of the request that waits for its certificate; "" = none.
    std::string_view key_id() const { return request_ ? std::string_view(request_->key_id) : ""; }
    // {"state":"waits for CertificateSigned","key":"..","sent":1}; nothing without a request.
    std::optional<shared::Json> describe() const;

private:
    struct Request {
        // These two are empty while no key was made.
        std::string key_id;
        std::string csr;
        std::int32_t sent = 0;
        bool accepted = false;  // by SignCertificate.conf
        bool making = false;    // the key of the next request, which will replace this one
        static constexpr auto fields(auto of) {
            return of(shared::Field{"key", &Request::key_id}, shared::Field{"csr", &Request::csr},
                      shared::Field{"sent", &Request::sent},
                      shared::Field{"accepted", &Request::accepted},
                      shared::Field{"making", &Request::making});
        }
    };

    void ask_for_key(core::Context& ctx);
    void key_failed(core::Context& ctx, const std::string& why);
    void refused(core::Context& ctx, const std::string& why);
    bool is_due(const core::Context& ctx) const;
    bool is_about(const wire::SignCertificateRequest& request) const;
    // A key that is being made stays wanted.
    void drop(core::Context& ctx);
    void keep(core::Context& ctx) const;

    std::optional<Request> request_;
    std::optional<core::MakeKey> asked_;  // the edge has not answered yet
    std::string missing_;  // why the last begin failed; a renewal that is due begins at each step
    bool triggered_ = false;
    int key_failures_ = 0;
    core::Deadline make_at_;
    core::Deadline send_at_;
};

}  // namespace ocpp::features
