// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/visits.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/drivers.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ocpp::features {

using namespace core;

namespace {

constexpr std::string_view visit_prefix = "visit/";

// No visit is older; a stored time before that says as much.
constexpr std::chrono::hours longest_visit{24 * 3'650};

std::string name_of_visit(int connector) {
    return std::string(visit_prefix) + std::to_string(connector);
}

std::int64_t ms_at(const Context& ctx, std::chrono::steady_clock::time_point steady) {
    return ctx.state.clock.at(ctx.now, steady).time_since_epoch().count();
}

// However the clock was set meanwhile, nothing began in the future or lasts longer than usual.
std::chrono::steady_clock::time_point steady_of(const Context& ctx, std::int64_t ms,
                                                std::chrono::seconds at_most_in) {
    const auto now = ctx.utc();
    const auto at =
        std::clamp(Instant{std::chrono::milliseconds{ms}}, now - longest_visit, now + at_most_in);
    return ctx.state.clock.steady_at(ctx.now, at);
}

std::string text_of_visit(const Context& ctx, const Visit& visit) {
    KeptVisit document{.hal_instance = ctx.state.hal_instance,
                       .plug_count = visit.presence.plug_count,
                       .plugged = visit.presence.plugged,
                       .cable = visit.presence.cable,
                       .stage = visit.stage,
                       .served = visit.served,
                       .cable_held = visit.cable_held,
                       .left = visit.left,
                       .last_id_tag = visit.last_id_tag,
                       .last_parent_id_tag = visit.last_parent_id_tag,
                       .authorization = {},
                       .plugged_since = ms_at(ctx, visit.plugged_since),
                       .unclaimed_since = {}};
    if (const auto& who = visit.authorization)
        document.authorization = KeptAuthorization{who->id_tag, who->parent_id_tag, who->origin,
                                                   ms_at(ctx, who->expires)};
    if (visit.unclaimed_since) document.unclaimed_since = ms_at(ctx, *visit.unclaimed_since);
    return shared::to_text(document);
}

Visit visit_of(const Context& ctx, const KeptVisit& document) {
    Visit visit{.stage = document.stage,
                .presence = {document.plugged, document.cable, document.plug_count},
                .served = document.served,
                .cable_held = document.cable_held,
                .left = document.left,
                .last_id_tag = document.last_id_tag,
                .last_parent_id_tag = document.last_parent_id_tag,
                .authorization = {},
                .plugged_since = steady_of(ctx, document.plugged_since, {}),
                .unclaimed_since = {}};
    const auto patience = ctx.state.config.get(keys::connection_time_out);
    if (const auto& who = document.authorization)
        visit.authorization = core::Authorization{who->id_tag, who->parent_id_tag, who->origin,
                                                  steady_of(ctx, who->expires, patience)};
    if (document.unclaimed_since)
        visit.unclaimed_since = steady_of(ctx, *document.unclaimed_since, {});
    return visit;
}

// A vehicle that only waits loses less than a minute by a power cut: no reason to write for it.
// Afterwards only a change of whose the vehicle and its cable are is urgent.
Durability urgency(const Visit& visit, const Visit& before) {
    const auto owner = [](const Visit& of) {
        return std::tie(of.stage, of.served, of.cable_held, of.last_id_tag, of.last_parent_id_tag);
    };
    const bool urgent = (visit.served || visit.cable_held) && owner(visit) != owner(before);
    return urgent ? Durability::Now : Durability::Relaxed;
}

// Both processes have begun anew: nothing when there is nothing to be careful about.
std::optional<Visit> safely_read(Visit visit, const Connector& connector, const Presence& now) {
    const bool had_its_turn = visit.served || visit.cable_held || visit.stage == Stage::Finishing;
    if (!had_its_turn || !connector.occupies(now)) return std::nullopt;
    if (visit.stage == Stage::Idle || visit.stage == Stage::Preparing)
        visit.stage = Stage::Finishing;
    visit.presence = now;
    visit.authorization.reset();
    visit.unclaimed_since.reset();
    return visit;
}

}  // namespace

void Visits::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    load_numbered<int>(snapshot, visit_prefix, "a visit", complaints,
                       [this](int connector, const std::string& text) {
                           auto visit = shared::parse_text<KeptVisit>(text, stored_bounds,
                                                                      shared::Unknown::Ignore);
                           if (visit) found_.insert_or_assign(connector, *std::move(visit));
                           return bool(visit);
                       });
}

void Visits::found(Context& ctx, Connector& connector, const hal::Reading& reading) {
    const auto found = found_.extract(connector.id());
    if (!found) return;
    const auto& document = found.mapped();
    std::optional<Visit> visit = visit_of(ctx, document);
    const auto now = Connector::presence_of(reading);
    const bool same_run = document.hal_instance == ctx.state.hal_instance;
    if (!same_run) visit = safely_read(*std::move(visit), connector, now);
    // Until it is kept anew, what is in the store counts as kept.
    kept_[connector.id()] = {};
    if (!visit) return;
    connector.resume(*std::move(visit));
    ctx.note(Severity::Info, "visit",
             "connector " + std::to_string(connector.id()) +
                 (same_run ? ": the visit goes on after the restart"
                           : ": whoever is plugged in counts as the one before the restart"),
             {{"connector", connector.id()}});
}

void Visits::keep(Context& ctx) {
    for (const auto& connector : ctx.state.connectors) {
        // Counts of two runs of the hardware process are not mixed in one document.
        if (!connector.reading() || connector.awaits_new_hal()) continue;
        auto visit = connector.visit();
        const auto before = kept_.find(connector.id());
        if (visit.stage == Stage::Idle) {
            if (before == kept_.end()) continue;
            kept_.erase(before);
            ctx.out.changes.push_back(
                Remove{Kind::Document, name_of_visit(connector.id()), Durability::Relaxed});
            continue;
        }
        Kept kept{std::move(visit), ctx.state.hal_instance};
        if (before != kept_.end() && before->second == kept) continue;
        const auto how =
            urgency(kept.visit, before == kept_.end() ? Visit{} : before->second.visit);
        ctx.out.changes.push_back(Put{Kind::Document, name_of_visit(connector.id()),
                                      text_of_visit(ctx, kept.visit), how});
        kept_.insert_or_assign(connector.id(), std::move(kept));
    }
}

// Times of this run are known by the steady clock: they are written anew.
void Visits::restamp() {
    for (auto& [connector, kept] : kept_) kept = {};
}

}  // namespace ocpp::features
