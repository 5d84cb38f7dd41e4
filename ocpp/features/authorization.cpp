// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/authorization.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

namespace {

const TransactionRecord* running(const State& state, const Connector& connector) {
    return connector.phase() == Phase::Running && connector.transaction
               ? state.ledger.find(*connector.transaction)
               : nullptr;
}

wire::IdToken token(const std::string& text) {
    return wire::IdToken{shared::Text<wire::IdToken::max>{text}};
}

// How much a connector invites a tag that is shown without further word; 0 = not at all. A vehicle
// that still sits in Finishing is its own driver's: another driver's tag means another connector.
int invitation(const Connector& connector, const wire::IdToken& id_tag) {
    if (!connector.can_start()) return 0;
    switch (connector.phase()) {
        case Phase::Preparing: return 4;
        case Phase::Finishing: return connector.last_id_tag == id_tag ? 3 : 1;
        default: return 2;
    }
}

Connector* start_target(State& state, const wire::IdToken& id_tag) {
    Connector* target = nullptr;
    for (auto& connector : state.connectors) {
        const int offer = invitation(connector, id_tag);
        const int best = target == nullptr ? 0 : invitation(*target, id_tag);
        const bool later = target != nullptr && offer == best && connector.plugged() &&
                           connector.plugged_since() > target->plugged_since();
        if (offer > best || later) target = &connector;
    }
    return target;
}

void note_tag(Context& ctx, Severity severity, const wire::IdToken& id_tag, std::string text) {
    ctx.note(severity, "authorization", std::move(text), {{"idTag", id_tag.to_text()}});
}

}  // namespace

void Authorization::tag_read(Context& ctx, const hal::TagRead& tag) {
    auto& state = ctx.state;
    const auto id_tag = token(tag.id_tag.value);
    if (id_tag.empty() || state.restarting)
        return note_tag(ctx, Severity::Info, id_tag, "tag ignored");
    if (std::any_of(pending_.begin(), pending_.end(),
                    [&](const Pending& p) { return p.id_tag == id_tag; }))
        return;

    // The same tag ends what it began, without asking anybody (OCPP 1.6 3.4).
    for (auto& connector : state.connectors) {
        const auto* record = running(state, connector);
        if (record != nullptr && token(record->id_tag) == id_tag) {
            connector.asked_stop = AskedStop{wire::Reason::Local, id_tag};
            return;
        }
    }
    for (auto& connector : state.connectors) {
        if (connector.phase() == Phase::Preparing && connector.authorization() &&
            connector.authorization()->id_tag == id_tag) {
            note_tag(ctx, Severity::Info, id_tag, "authorization withdrawn by its tag");
            connector.pull(Trigger::Deauthorized, ctx.now);
            return;
        }
    }
    if (auto* target = start_target(state, id_tag))
        return ask(ctx, {id_tag, Purpose::Start, Origin::Local, target->id()});

    // Nothing is free: a tag of the same group may end a transaction (OCPP 1.6 3.10).
    const bool groups = std::any_of(state.connectors.begin(), state.connectors.end(),
                                    [&](const Connector& connector) {
                                        const auto* record = running(state, connector);
                                        return record != nullptr && !record->parent_id_tag.empty();
                                    });
    if (groups && state.online()) return ask(ctx, {id_tag, Purpose::Stop, Origin::Local, 0});
    note_tag(ctx, Severity::Info, id_tag, "tag ignored: no connector is free");
}

void Authorization::remote_start(Context& ctx, Connector& connector, const wire::IdToken& id_tag) {
    if (ctx.state.config.get<"AuthorizeRemoteTxRequests">())
        ask(ctx, {id_tag, Purpose::Start, Origin::Remote, connector.id()});
    else
        grant(ctx, connector, id_tag, {}, Origin::Remote);
}

void Authorization::ask(Context& ctx, Pending pending) {
    const wire::AuthorizeRequest request{pending.id_tag};
    if (pending_.size() >= max_pending)
        return note_tag(ctx, Severity::Warning, pending.id_tag,
                        "tag ignored: too many wait for an answer");
    pending_.push_back(std::move(pending));
    if (!ctx.state.online()) return unanswered(ctx, request, "no connection to the central system");
    if (!ctx.state.outbox.put(request)) unanswered(ctx, request, "too many calls wait");
}

void Authorization::answered(Context& ctx, const wire::AuthorizeRequest& request,
                             const wire::AuthorizeResponse& response) {
    const auto pending = take(request.id_tag);
    if (!pending) return;
    const auto& info = response.id_tag_info;
    if (info.status != wire::AuthorizationStatus::Accepted)
        return note_tag(ctx, Severity::Info, request.id_tag,
                        "the central system says " + std::string(shared::name_of(info.status)));
    const auto parent = info.parent_id_tag.value_or(wire::IdToken{});
    if (pending->purpose == Purpose::Stop) return stop_by_parent(ctx, request.id_tag, parent);

    auto* connector = ctx.state.connector(pending->connector);
    // Meanwhile the vehicle may have gone to another connector, or this one may be out of order.
    if (pending->origin == Origin::Local) connector = start_target(ctx.state, request.id_tag);
    if (connector == nullptr || !connector->can_start())
        return note_tag(ctx, Severity::Info, request.id_tag,
                        "accepted, but no connector is free any more");
    grant(ctx, *connector, request.id_tag, parent, pending->origin);
}

void Authorization::unanswered(Context& ctx, const wire::AuthorizeRequest& request,
                               std::string_view why) {
    const auto pending = take(request.id_tag);
    if (!pending) return;
    auto* connector = ctx.state.connector(pending->connector);
    const bool allowed =
        !ctx.state.online() && ctx.state.config.get<"AllowOfflineTxForUnknownId">();
    if (allowed && pending->purpose == Purpose::Start && connector != nullptr &&
        connector->can_start())
        return grant(ctx, *connector, request.id_tag, {}, pending->origin);
    note_tag(ctx, Severity::Warning, request.id_tag, "tag refused: " + std::string(why));
}

void Authorization::grant(Context& ctx, Connector& connector, const wire::IdToken& id_tag,
                          const wire::IdToken& parent, Origin origin) {
    note_tag(ctx, Severity::Info, id_tag,
             "connector " + std::to_string(connector.id()) + " authorized");
    connector.authorize(
        {id_tag, parent, origin, ctx.now.steady + ctx.state.config.get<"ConnectionTimeOut">()},
        ctx.now);
}

void Authorization::stop_by_parent(Context& ctx, const wire::IdToken& id_tag,
                                   const wire::IdToken& parent) {
    for (auto& connector : ctx.state.connectors) {
        const auto* record = running(ctx.state, connector);
        if (record != nullptr && !parent.empty() && token(record->parent_id_tag) == parent) {
            connector.asked_stop = AskedStop{wire::Reason::Local, id_tag};
            return;
        }
    }
    note_tag(ctx, Severity::Info, id_tag, "tag ignored: it belongs to no running transaction");
}

void Authorization::plugged_in(Context& ctx, Connector& connector) {
    if (connector.authorization() || !connector.can_start()) return;
    for (auto& other : ctx.state.connectors) {
        if (&other == &connector || other.plugged() || other.phase() != Phase::Preparing ||
            !other.authorization() || other.authorization()->origin != Origin::Local)
            continue;
        auto moved = *other.authorization();
        other.pull(Trigger::Deauthorized, ctx.now);
        connector.authorize(std::move(moved), ctx.now);
        return;
    }
}

void Authorization::advance(Context& ctx) {
    for (auto& connector : ctx.state.connectors) {
        if (connector.phase() != Phase::Preparing || !connector.authorization() ||
            connector.authorization()->expires > ctx.now.steady)
            continue;
        note_tag(ctx, Severity::Info, connector.authorization()->id_tag,
                 "authorization expired: no transaction began in time");
        connector.pull(Trigger::Deauthorized, ctx.now);
    }
}

std::optional<Authorization::Pending> Authorization::take(const wire::IdToken& id_tag) {
    const auto found = std::find_if(pending_.begin(), pending_.end(),
                                    [&](const Pending& p) { return p.id_tag == id_tag; });
    if (found == pending_.end()) return std::nullopt;
    auto pending = std::move(*found);
    pending_.erase(found);
    return pending;
}

}  // namespace ocpp::features
