// SPDX-License-Identifier: Apache-2.0
// Routes each answer of the central system, and each call of ours that was not processed, to its
// feature.

#include "ocpp/wire/answers.hpp"
#include "hal-service/shared/json.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/features/station/timekeeping.hpp"
#include "ocpp/parts.hpp"
#include "ocpp/wire/catalogue.hpp"
#include "ocpp/wire/frame.hpp"

namespace ocpp {

using namespace core;

namespace {

// --- answers: one function for each call that somebody waits for.

void deliver(Parts& parts, Context& ctx, const wire::BootNotificationRequest&,
             const wire::BootNotificationAnswer& answer) {
    // It was triggered. Whoever wanted to know who this is has no say in what runs already.
    if (ctx.state.accepted()) return;
    // First, so that nothing is stamped before.
    if (answer.current_time)
        parts.restamp(ctx, features::follow_clock(ctx, answer.current_time->point));
    if (answer.status != wire::RegistrationStatus::Rejected) parts.candidate.proven(ctx);
    if (parts.registration.answered(ctx, answer)) parts.status.registered();
    parts.registration.confirm_time(ctx);
}

void deliver(Parts& parts, Context& ctx, const wire::HeartbeatRequest&,
             const wire::HeartbeatResponse& response) {
    parts.candidate.proven(ctx);
    parts.restamp(ctx, features::follow_clock(ctx, response.current_time.point));
    parts.registration.confirm_time(ctx);
}

void deliver(Parts& parts, Context& ctx, const wire::SignCertificateRequest& request,
             const wire::SignCertificateResponse& response) {
    parts.signing_request.answered(ctx, request, response);
}

void deliver(Parts& parts, Context& ctx, const wire::AuthorizeRequest& request,
             const wire::AuthorizeResponse& response) {
    parts.authorization.answered(ctx, request, response);
}

void deliver(Parts& parts, Context&, const wire::StatusNotificationRequest& request,
             const wire::StatusNotificationResponse&) {
    parts.status.answered(request);
}

void deliver(Parts& parts, Context& ctx, const wire::StartTransactionRequest& request,
             const wire::StartTransactionAnswer& answer) {
    if (answer.id_tag_info) parts.authorization.learn(ctx, request.id_tag, *answer.id_tag_info);
    parts.transactions.answered(ctx, answer);
}

void deliver(Parts& parts, Context& ctx, const wire::StopTransactionRequest& request,
             const wire::StopTransactionResponse& response) {
    if (request.id_tag && response.id_tag_info)
        parts.authorization.learn(ctx, *request.id_tag, *response.id_tag_info);
}

void deliver(Parts& parts, Context& ctx, const wire::DataTransferRequest& request,
             const wire::DataTransferResponse& response) {
    if (features::RemoteDebug::is_log(request)) parts.remote_debug.answered(ctx, response);
}

// --- calls that were not processed: one function for each call that somebody waits for. A message
// of the store comes here only when it is given up.

void failed(Parts& parts, Context& ctx, const wire::BootNotificationRequest&, Delivery,
            std::string_view) {
    parts.registration.boot_failed(ctx);
}

void failed(Parts& parts, Context& ctx, const wire::AuthorizeRequest& request, Delivery,
            std::string_view why) {
    parts.authorization.unanswered(ctx, request, why);
}

void failed(Parts& parts, Context& ctx, const wire::StatusNotificationRequest& request,
            Delivery how, std::string_view) {
    parts.status.failed(ctx, request, how);
}

void failed(Parts& parts, Context& ctx, const wire::DataTransferRequest& request, Delivery how,
            std::string_view why) {
    if (features::RemoteDebug::is_log(request)) parts.remote_debug.failed(ctx, how, why);
}

void failed(Parts& parts, Context& ctx, const wire::SignCertificateRequest& request, Delivery how,
            std::string_view why) {
    parts.signing_request.unanswered(ctx, request, how, why);
}

template <class Request>
concept Missed = requires(Parts& parts, Context& ctx, const Request& request, Delivery how,
                          std::string_view why) {
    failed(parts, ctx, request, how, why);
};

template <class Request, class Response>
concept Awaited = requires(Parts& parts, Context& ctx, const Request& request,
                           const wire::AnswerOf<Response>& answer) {
    deliver(parts, ctx, request, answer);
};

// OCPP-J 4.2.3: the central system knows no such call, or no such form of it.
bool would_come_again(wire::ErrorCode code) {
    using enum wire::ErrorCode;
    return code == NotImplemented || code == NotSupported || code == FormationViolation ||
           code == PropertyConstraintViolation || code == OccurenceConstraintViolation ||
           code == TypeConstraintViolation;
}

std::string described(const shared::FieldError& error) {
    return (error.path.empty() ? "the payload" : error.path) + ' ' + error.reason;
}

// Parses an answer as far as possible: a field that the central system adds, leaves out or
// misspells is noted, and the rest counts.
template <class Response>
auto read_answer(Context& ctx, std::string_view action, const shared::JsonValue& payload) {
    using Answer = wire::AnswerOf<Response>;
    std::vector<shared::FieldError> overlooked;
    auto answer = shared::parse<Answer>(*payload, {shared::Unknown::Ignore, &overlooked});
    // A start with a number or a word about its tag was processed. Asked for again, another
    // transaction might be opened there.
    if constexpr (std::is_same_v<Response, wire::StartTransactionResponse>)
        if (answer && !answer->transaction_id && !answer->id_tag_info)
            answer = shared::Failure{shared::FieldError{
                shared::Violation::Occurrence, "transactionId", "and idTagInfo can't be read"}};
    // Any answer to a stop says that it was heard.
    if constexpr (std::is_same_v<Response, wire::StopTransactionResponse>)
        if (!answer) {
            overlooked.push_back(answer.error());
            answer = Answer{};
        }
    if (answer)
        for (const auto& error : overlooked)
            ctx.note(Severity::Warning, "frame",
                     "the answer to " + std::string(action) +
                         " is odd, and counts without this: " + described(error),
                     {{"action", action}});
    return answer;
}

}  // namespace

bool Parts::answered_late(Context& ctx, const wire::CallResult& result) {
    const auto transaction = core.mailbox.settle_late_start(result.id);
    if (!transaction) return false;
    ctx.facts.heard = true;
    ctx.out.received = "StartTransaction";
    const auto answer =
        read_answer<wire::StartTransactionResponse>(ctx, ctx.out.received, result.payload);
    const auto* record = core.ledger.find(*transaction);
    if (!answer || record == nullptr) return true;
    if (const auto id_tag = wire::IdToken::from_text(record->id_tag); id_tag && answer->id_tag_info)
        authorization.learn(ctx, *id_tag, *answer->id_tag_info);
    transactions.answered_late(ctx, *transaction, *answer);
    return true;
}

std::optional<Call> Parts::settled(Context& ctx, const std::string& id, std::string_view verb) {
    auto call = core.mailbox.settle(id);
    if (!call || !Mailbox::awaited(*call, core.ledger)) {
        ctx.note(Severity::Warning, "frame",
                 "the central system " + std::string(verb) + " what nobody asked: " + id);
        return std::nullopt;
    }
    ctx.facts.heard = true;
    ctx.out.received = call->action;
    ctx.out.about_log = features::RemoteDebug::sent(*call);
    return call;
}

void Parts::answered(Context& ctx, const wire::CallResult& result) {
    if (answered_late(ctx, result)) return;
    const auto call = settled(ctx, result.id, "answered");
    if (!call) return;
    // An error of the store was heard, even where its answer cannot be read.
    const bool error = call->queued && core.ledger.errors().begins_with(*call->queued);
    if (error) core.mailbox.delivered(*call, core.ledger, ctx.out);
    wire::visit_action(
        call->action, [&]<class Request, class Response>(const wire::Action<Request, Response>&) {
            if constexpr (Awaited<Request, Response>) {
                const auto response = read_answer<Response>(ctx, call->action, result.payload);
                const auto request = shared::parse_text<Request>(call->payload, stored_bounds);
                if (response && request) {
                    deliver(*this, ctx, *request, *response);
                } else if (error) {
                    return;
                } else {
                    const auto why = response ? std::string() : described(response.error());
                    return unanswered(ctx, *call, Delivery::Refused,
                                      "the answer is unreadable: " + why);
                }
            }
            if (!error) core.mailbox.delivered(*call, core.ledger, ctx.out);
        });
}

void Parts::answered(Context& ctx, const wire::CallError& error) {
    if (const auto call = settled(ctx, error.id, "refused"))
        unanswered(ctx, *call,
                   would_come_again(error.code) ? Delivery::Unwanted : Delivery::Refused,
                   std::string(shared::name_of(error.code)) + ' ' + error.description);
}

void Parts::unanswered(Context& ctx, const Call& call, Delivery how, std::string_view why) {
    ctx.note(Severity::Warning, "call",
             std::string(call.action) + " was not processed: " + std::string(why),
             {{"action", call.action}});
    const Retry retry{core.config.get(keys::transaction_message_attempts),
                      core.config.get(keys::transaction_message_retry_interval)};
    if (core.mailbox.failed(call, how, why, retry, core.ledger, ctx.now, ctx.out)) return;
    // Features hear of one kind of refusal; a message of the store that breaks each connection is
    // refused, too.
    if (how == Delivery::Unwanted || (how == Delivery::Lost && call.queued))
        how = Delivery::Refused;
    wire::visit_action(
        call.action, [&]<class Request, class Response>(const wire::Action<Request, Response>&) {
            if constexpr (Missed<Request>)
                if (const auto request = shared::parse_text<Request>(call.payload, stored_bounds))
                    failed(*this, ctx, *request, how, why);
        });
}

}  // namespace ocpp
