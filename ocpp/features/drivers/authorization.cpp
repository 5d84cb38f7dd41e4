// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/authorization.hpp"

#include "ocpp/config/keys/drivers.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;

namespace {

// The connector with a running transaction of the group.
Connector* running_of_group(State& state, const wire::IdToken& parent) {
    for (auto& connector : state.connectors) {
        const auto* record = state.running(connector);
        if (record != nullptr && !parent.empty() &&
            wire::IdToken::kept(record->parent_id_tag) == parent)
            return &connector;
    }
    return nullptr;
}

// A tag of the group of a running transaction ends it (OCPP 1.6 3.10), also where another
// connector is free, but not where something says that its driver has come to begin.
bool ends_for_group(State& state, const Now& now, const wire::IdToken& id_tag,
                    const wire::IdToken& parent) {
    if (running_of_group(state, parent) == nullptr) return false;
    const auto* target = meant(state, now, id_tag, parent);
    return target == nullptr || suitability(state, *target, id_tag, parent) <= Suitability::Free;
}

// The answer about the tag that is known here. The list comes before the cache: 3.5.3.
std::optional<wire::IdTagInfo> known(const Context& ctx, const wire::IdToken& id_tag) {
    if (ctx.state.uses_local_list())
        if (auto listed = ctx.state.local_list.find(id_tag, ctx.utc())) return listed;
    if (!ctx.state.config.get(keys::authorization_cache_enabled)) return std::nullopt;
    return ctx.state.cache.find(id_tag, ctx.utc());
}

wire::IdToken parent_of(const wire::IdTagInfo& info) {
    return info.parent_id_tag.value_or(wire::IdToken{});
}

// The tag is good; that it charges elsewhere as well is for the central system to mind.
bool identifies(wire::AuthorizationStatus status) {
    return status == wire::AuthorizationStatus::Accepted ||
           status == wire::AuthorizationStatus::ConcurrentTx;
}

void note_tag(Context& ctx, Severity severity, const wire::IdToken& id_tag, std::string text) {
    ctx.note(severity, "authorization", std::move(text), {{"idTag", id_tag.to_text()}});
}

void give_cable_back(Context& ctx, Connector& connector, const wire::IdToken& id_tag) {
    connector.release();
    note_tag(ctx, Severity::Info, id_tag,
             "connector " + std::to_string(connector.id()) + ": the cable is given back");
}

}  // namespace

// A group that is not known here may be known to the central system.
Parent Authorization::known_parent(const Context& ctx, const wire::IdToken& id_tag) {
    const auto info = known(ctx, id_tag);
    return info ? info->parent_id_tag : std::nullopt;
}

void Authorization::tag_read(Context& ctx, const hal::TagRead& tag) {
    auto& state = ctx.state;
    const auto id_tag = wire::IdToken::kept(tag.id_tag.value);
    if (id_tag.empty() || state.restarting)
        return note_tag(ctx, Severity::Info, id_tag, "tag ignored");

    // A tag ends the transaction that it began, without asking anybody (OCPP 1.6 3.4).
    for (auto& connector : state.connectors) {
        const auto* record = state.running(connector);
        if (record != nullptr && wire::IdToken::kept(record->id_tag) == id_tag) {
            connector.ask_stop(wire::Reason::Local, id_tag);
            return;
        }
    }
    for (auto& connector : state.connectors) {
        if (connector.stage() == Stage::Preparing && connector.authorization() &&
            connector.authorization()->id_tag == id_tag) {
            note_tag(ctx, Severity::Info, id_tag, "authorization withdrawn by its tag");
            connector.pull(Trigger::Deauthorized, ctx.now);
            return;
        }
    }
    for (auto& connector : state.connectors)
        if (connector.cable_held() && connector.last_id_tag == id_tag)
            return give_cable_back(ctx, connector, id_tag);
    // Shown again, or already named by a remote start: one answer is enough. It hides nothing of
    // the above, which needs none.
    if (std::any_of(pending_.begin(), pending_.end(),
                    [&](const Pending& p) { return p.id_tag == id_tag; }))
        return;
    if (auto* target = meant(state, ctx.now, id_tag, known_parent(ctx, id_tag)))
        return judge(ctx, {id_tag, Purpose::Start, Origin::Local, target->id()});

    // Nothing is free.
    const bool groups = std::any_of(
        state.connectors.begin(), state.connectors.end(), [&](const Connector& connector) {
            const auto* record = state.running(connector);
            return (record != nullptr && !record->parent_id_tag.empty()) ||
                   (connector.cable_held() && !connector.last_parent_id_tag.empty());
        });
    if (groups) return judge(ctx, {id_tag, Purpose::Stop, Origin::Local, 0});
    note_tag(ctx, Severity::Info, id_tag, "tag ignored: no connector is free");
}

void Authorization::remote_start(Context& ctx, Connector& connector, const wire::IdToken& id_tag) {
    const Pending pending{id_tag, Purpose::Start, Origin::Remote, connector.id()};
    const auto info = known(ctx, id_tag);
    const auto parent = info ? parent_of(*info) : wire::IdToken{};
    // Only the central system can say whether a reservation of a group is for this tag.
    if (ctx.state.config.get(keys::authorize_remote_tx_requests) ||
        target_of(ctx, pending, parent) == nullptr)
        return judge(ctx, pending);
    permit(ctx, pending, parent);
}

// Where it begins now that its group is known; nothing when there is no such place (any more).
Connector* Authorization::target_of(Context& ctx, const Pending& pending,
                                    const wire::IdToken& parent) {
    // Meanwhile the vehicle may have gone to another connector.
    if (pending.origin == Origin::Local) return meant(ctx.state, ctx.now, pending.id_tag, parent);
    auto* connector = ctx.state.connector(pending.connector);
    const bool suits = connector != nullptr && suitability(ctx.state, *connector, pending.id_tag,
                                                           parent) != Suitability::None;
    return suits ? connector : nullptr;
}

bool Authorization::means_stop(Context& ctx, const Pending& pending, const wire::IdToken& parent) {
    return pending.purpose == Purpose::Stop ||
           (pending.origin == Origin::Local &&
            ends_for_group(ctx.state, ctx.now, pending.id_tag, parent));
}

void Authorization::judge(Context& ctx, const Pending& pending) {
    if (!ctx.state.online())
        return judge_alone(ctx, pending, "no connection to the central system");
    if (ctx.state.config.get(keys::local_pre_authorize)) {
        const auto info = known(ctx, pending.id_tag);
        if (info && info->status == wire::AuthorizationStatus::Accepted &&
            (pending.purpose == Purpose::Stop ||
             target_of(ctx, pending, parent_of(*info)) != nullptr))
            return permit(ctx, pending, parent_of(*info));
    }
    ask(ctx, pending);
}

// Nobody can be asked: 3.5.1, 3.5.4.
void Authorization::judge_alone(Context& ctx, const Pending& pending, std::string_view why) {
    const auto info = known(ctx, pending.id_tag);
    if (!info) {
        const bool allowed = !ctx.state.online() &&
                             ctx.state.config.get(keys::local_authorize_offline) &&
                             ctx.state.config.get(keys::allow_offline_tx_for_unknown_id);
        if (allowed && pending.purpose == Purpose::Start) return permit(ctx, pending, {});
        return refuse(ctx, pending, Severity::Warning, std::string(why));
    }
    if (!ctx.state.config.get(keys::local_authorize_offline))
        return refuse(ctx, pending, Severity::Warning, std::string(why));
    if (!identifies(info->status))
        return refuse(ctx, pending, Severity::Info,
                      "it is known as " + std::string(shared::name_of(info->status)));
    permit(ctx, pending, parent_of(*info));
}

void Authorization::ask(Context& ctx, const Pending& pending) {
    if (pending_.size() >= max_pending)
        return note_tag(ctx, Severity::Warning, pending.id_tag,
                        "tag ignored: too many wait for an answer");
    if (!ctx.state.mailbox.put(wire::AuthorizeRequest{pending.id_tag}))
        return judge_alone(ctx, pending, "too many calls wait");
    pending_.push_back(pending);
    show_who_waits(ctx.state);
}

void Authorization::show_who_waits(State& state) const {
    for (auto& connector : state.connectors)
        connector.asked = std::any_of(pending_.begin(), pending_.end(), [&](const Pending& p) {
            return p.origin == Origin::Local && p.connector == connector.id();
        });
}

void Authorization::refuse(Context& ctx, const Pending& pending, Severity severity,
                           const std::string& why) {
    note_tag(ctx, severity, pending.id_tag, "tag refused: " + why);
    auto* connector = ctx.state.connector(pending.connector);
    if (connector != nullptr && pending.origin == Origin::Local)
        connector->refused_until = ctx.now.steady + refusal_shown;
}

void Authorization::answered(Context& ctx, const wire::AuthorizeRequest& request,
                             const wire::AuthorizeResponse& response) {
    const auto& info = response.id_tag_info;
    learn(ctx, request.id_tag, info);
    const auto pending = take(ctx.state, request.id_tag);
    if (!pending) return;
    const bool accepted = means_stop(ctx, *pending, parent_of(info))
                              ? identifies(info.status)
                              : info.status == wire::AuthorizationStatus::Accepted;
    if (!accepted)
        return refuse(ctx, *pending, Severity::Info,
                      "the central system says " + std::string(shared::name_of(info.status)));
    permit(ctx, *pending, parent_of(info));
}

void Authorization::unanswered(Context& ctx, const wire::AuthorizeRequest& request,
                               std::string_view why) {
    if (const auto pending = take(ctx.state, request.id_tag)) judge_alone(ctx, *pending, why);
}

void Authorization::permit(Context& ctx, const Pending& pending, const wire::IdToken& parent) {
    for (auto& connector : ctx.state.connectors)
        if (pending.origin == Origin::Local && connector.cable_held() && !parent.empty() &&
            connector.last_parent_id_tag == parent)
            return give_cable_back(ctx, connector, pending.id_tag);
    if (means_stop(ctx, pending, parent)) return stop_by_parent(ctx, pending.id_tag, parent);
    auto* connector = target_of(ctx, pending, parent);
    if (connector == nullptr)
        return note_tag(ctx, Severity::Info, pending.id_tag,
                        "accepted, but no connector is free any more");
    grant(ctx, *connector, pending.id_tag, parent, pending.origin);
}

void Authorization::learn(Context& ctx, const wire::IdToken& id_tag, const wire::IdTagInfo& info) {
    auto& list = ctx.state.local_list;
    // A tag of the list never goes into the cache: 3.5.3.
    if (ctx.state.uses_local_list() && list.find(id_tag, ctx.utc()))
        return list.compare(id_tag, info, ctx.utc());
    if (ctx.state.config.get(keys::authorization_cache_enabled))
        ctx.state.cache.learn(id_tag, info, ctx.utc(), ctx.out);
}

void Authorization::clear_cache(Context& ctx) {
    ctx.note(Severity::Info, "authorization", "authorization cache cleared",
             {{"tags", ctx.state.cache.size()}});
    ctx.state.cache.clear(ctx.out);
}

// A cache that is switched off gets old, and must not be believed later.
void Authorization::cache_enabled_changed(Context& ctx) {
    if (!ctx.state.config.get(keys::authorization_cache_enabled)) clear_cache(ctx);
}

void Authorization::grant(Context& ctx, Connector& connector, const wire::IdToken& id_tag,
                          const wire::IdToken& parent, Origin origin) {
    note_tag(ctx, Severity::Info, id_tag,
             "connector " + std::to_string(connector.id()) + " authorized");
    connector.authorize(
        {id_tag, parent, origin, ctx.now.steady + ctx.state.config.get(keys::connection_time_out)},
        ctx.now);
}

void Authorization::stop_by_parent(Context& ctx, const wire::IdToken& id_tag,
                                   const wire::IdToken& parent) {
    if (auto* connector = running_of_group(ctx.state, parent))
        connector->ask_stop(wire::Reason::Local, id_tag);
    else
        note_tag(ctx, Severity::Info, id_tag, "tag ignored: it belongs to no running transaction");
}

void Authorization::plugged_in(Context& ctx, Connector& connector) {
    if (connector.authorization() || !connector.can_start()) return;
    for (auto& other : ctx.state.connectors) {
        if (&other == &connector || other.plugged() || other.stage() != Stage::Preparing ||
            !other.authorization() || other.authorization()->origin != Origin::Local)
            continue;
        auto moved = *other.authorization();
        const auto fit = ctx.state.reservations.fit(connector, moved.id_tag, moved.parent_id_tag);
        if (fit == Fit::Taken) continue;
        other.pull(Trigger::Deauthorized, ctx.now);
        connector.authorize(std::move(moved), ctx.now);
        return;
    }
}

void Authorization::advance(Context& ctx) {
    expire(ctx);
    give_up_unclaimed(ctx);
}

// Errata 4.0, 3.20: so that the next driver's tag does not start on this cable.
void Authorization::give_up_unclaimed(Context& ctx) {
    const auto patience = ctx.state.config.get(keys::connection_time_out);
    for (auto& connector : ctx.state.connectors) {
        if (!connector.unclaimed()) {
            connector.unclaimed_since.reset();
            continue;
        }
        if (!connector.unclaimed_since) connector.unclaimed_since = ctx.now.steady;
        // A tag that was shown in time was shown in time, whenever the answer comes.
        if (ctx.now.steady < *connector.unclaimed_since + patience || waits_for(connector))
            continue;
        connector.unclaimed_since.reset();
        ctx.note(Severity::Info, "authorization",
                 "connector " + std::to_string(connector.id()) +
                     ": plugged in, and nobody was authorized in time",
                 {{"connector", connector.id()}});
        connector.pull(Trigger::Unclaimed, ctx.now);
    }
}

bool Authorization::waits_for(const Connector& connector) const {
    return std::any_of(pending_.begin(), pending_.end(), [&](const Pending& p) {
        return p.purpose == Purpose::Start && p.connector == connector.id();
    });
}

Deadline Authorization::wake_at(const State& state) const {
    Deadline next;
    for (const auto& connector : state.connectors)
        if (connector.unclaimed_since && !waits_for(connector))
            next = earlier(
                next, *connector.unclaimed_since + state.config.get(keys::connection_time_out));
    return next;
}

void Authorization::expire(Context& ctx) {
    for (auto& connector : ctx.state.connectors) {
        if (connector.stage() != Stage::Preparing || !connector.authorization() ||
            connector.authorization()->expires > ctx.now.steady)
            continue;
        note_tag(ctx, Severity::Info, connector.authorization()->id_tag,
                 "authorization expired: no transaction began in time");
        connector.pull(Trigger::Deauthorized, ctx.now);
    }
}

std::optional<Authorization::Pending> Authorization::take(State& state,
                                                          const wire::IdToken& id_tag) {
    const auto found = std::find_if(pending_.begin(), pending_.end(),
                                    [&](const Pending& p) { return p.id_tag == id_tag; });
    if (found == pending_.end()) return std::nullopt;
    auto pending = std::move(*found);
    pending_.erase(found);
    show_who_waits(state);
    return pending;
}

}  // namespace ocpp::features
