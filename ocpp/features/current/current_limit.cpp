// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/current_limit.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/current/composite.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using current::ConnectorSituation;
using std::chrono::seconds;
using units::Milliamps;

namespace {

current::Session session_of(const State& state, const Connector& connector, const Now& now) {
    if (connector.transaction)
        if (const auto* record = state.ledger.find(*connector.transaction))
            return {record->started, record->id};
    return {state.clock.at(now), std::nullopt};
}

ConnectorSituation facts_of(const State& state, const Connector& connector, const Now& now) {
    const auto& config = state.config;
    const auto& reading = connector.reading();
    const int id = connector.id();
    ConnectorSituation facts;
    facts.connector = id;
    facts.rating = connector.info().max_current;
    facts.installation = Milliamps{config.get(keys::installation_current)[id]};
    facts.user = Milliamps{config.get(keys::user_current_limit)[id]};
    facts.assigned = Milliamps{config.get(keys::assigned_current)[id]};
    facts.temperature = reading ? reading->temperature_limit : facts.rating;
    facts.cable = reading ? reading->cable_limit : facts.rating;
    facts.wired = connector.info().phases;
    const auto phases_of = [id](const auto& key) { return std::min(key[0], key[id]); };
    facts.installation_phases = phases_of(config.get(keys::installation_phases));
    facts.assigned_phases = phases_of(config.get(keys::assigned_phase));
    facts.session = session_of(state, connector, now);
    facts.has_pilot = connector.has_pilot();
    return facts;
}

ConnectorSituation facts_of_supply(const State& state) {
    const auto& config = state.config;
    ConnectorSituation facts;
    facts.rating = Milliamps{config.get(keys::max_current)[0]};
    facts.installation = Milliamps{config.get(keys::installation_current)[0]};
    facts.user = Milliamps{config.get(keys::user_current_limit)[0]};
    facts.assigned = Milliamps{config.get(keys::assigned_current)[0]};
    return facts;
}

shared::Json words_of(const current::Bound& bound) {
    shared::Json json{{"source", shared::name_of(bound.source)},
                      {"A", shared::decimal(bound.current.count)}};
    if (bound.profile) {
        json["id"] = bound.profile->id;
        json["stackLevel"] = bound.profile->stack_level;
    }
    return json;
}

// Reasons in the limits themselves, beside those of ReasonNotToCharge.
constexpr std::string_view limit_too_low = "LimitTooLow";  // `binding` says which limit
constexpr std::string_view waits_for_turn = "WaitsForTurn";

// A reason that lasts for a moment is not told. `pause` is the one in the limits, if there is one.
shared::Json words_of(const std::vector<ReasonNotToCharge>& reasons, const Connector* connector,
                      std::string_view pause) {
    auto list = shared::Json::array();
    for (const auto reason : reasons) {
        if (reason == ReasonNotToCharge::HalLost) {
            list.push_back("Faulted:HalLost");
        } else if (reason == ReasonNotToCharge::Faulted && connector != nullptr) {
            for (const auto& fault : connector->reading()->faults)
                if (fault.prevents_charging)
                    list.push_back("Faulted:" + std::string(shared::name_of(fault.code)));
        } else if (reason != ReasonNotToCharge::Beginning) {
            list.push_back(shared::name_of(reason));
        }
    }
    if (!pause.empty()) list.push_back(pause);
    if (list.empty()) list.push_back("None");
    return list;
}

// Without a connector those of the whole charge point.
shared::Json restrictions(const State& state, const Connector* connector, std::string_view pause) {
    std::vector<ReasonNotToCharge> reasons;
    if (connector != nullptr)
        reasons = connector->reasons_not_to_charge();
    else if (!state.whole.operative || state.whole.scheduled == false)
        reasons.push_back(ReasonNotToCharge::Unavailable);
    if (state.restarting) reasons.push_back(ReasonNotToCharge::Restarting);
    return words_of(reasons, connector, pause);
}

}  // namespace

current::Situation CurrentLimit::situation(const Context& ctx) const {
    const auto& state = ctx.state;
    current::Situation situation;
    situation.at = ctx.utc();
    situation.whole = facts_of_supply(state);
    const auto& offline = state.config.get(keys::installation_offline_current);
    const bool unmanaged = circumstances_.unmanaged;
    if (unmanaged) situation.whole.offline = Milliamps{offline[0]};
    for (std::size_t i = 0; i < state.connectors.size(); ++i) {
        const auto& connector = state.connectors[i];
        auto& facts = situation.connectors.emplace_back(facts_of(state, connector, ctx.now));
        if (unmanaged) facts.offline = Milliamps{offline[connector.id()]};
        facts.power_up = circumstances_.power_up;
        facts.queue = turns_.queue(i);
        vehicles_[i].describe(facts, ctx.now);
    }
    return situation;
}

void CurrentLimit::advance(Context& ctx, const current::Profiles& profiles,
                           const Circumstances& circumstances) {
    using Begins = VehicleResponse::Begins;
    circumstances_ = circumstances;
    auto& connectors = ctx.state.connectors;
    for (std::size_t i = 0; i < connectors.size(); ++i) {
        if (!connectors[i].reading()) continue;
        const auto begins = vehicles_[i].see(connectors[i], ctx.now);
        if (begins != Begins::No) turns_.join(i, begins == Begins::BeforeStart);
    }
    turns_.advance(ctx.now);
    const auto facts = situation(ctx);
    offers_ = current::offers_now(profiles, facts);
    turns_.served(facts, offers_, ctx.now);
    for (std::size_t i = 0; i < connectors.size(); ++i) {
        const auto& offer = offers_.connectors[i];
        auto& vehicle = vehicles_[i];
        if (!vehicle.known()) continue;
        // A session that is interrupted takes no share; that is no pause of ours.
        const auto share = vehicle.charging() ? offer.share : offer.binding.current;
        connectors[i].limit(share, offer.current, offer.phases, ctx.now);
        vehicle.offered(offer);
    }
    plan_waking(ctx);
}

void CurrentLimit::plan_waking(const Context& ctx) {
    wake_at_ = turns_.end();
    if (offers_.until)
        wake_at_ = earlier(wake_at_, ctx.state.clock.steady_at(ctx.now, *offers_.until));
    for (const auto& vehicle : vehicles_)
        if (vehicle.charging() && vehicle.idle_at() > ctx.now.steady)
            wake_at_ = earlier(wake_at_, vehicle.idle_at());
}

Answer<wire::GetCompositeScheduleResponse> CurrentLimit::handle(
    Context& ctx, const current::Profiles& profiles,
    const wire::GetCompositeScheduleRequest& request) const {
    wire::GetCompositeScheduleResponse response;
    response.status = wire::GetCompositeScheduleStatus::Rejected;
    const auto& state = ctx.state;
    const auto count = state.connectors.size();
    if (request.connector_id < 0 || static_cast<std::size_t>(request.connector_id) > count ||
        request.duration <= 0)
        return response;
    const auto unit = request.charging_rate_unit.value_or(wire::ChargingRateUnitType::A);
    const current::Inquiry inquiry{ctx.utc(), seconds{request.duration}, unit};
    std::vector<current::ConnectorSituation> connectors;
    for (const auto& connector : state.connectors) {
        auto facts = facts_of(state, connector, ctx.now);
        // As if a session began with the schedule that is told.
        if (!connector.transaction)
            facts.session.beginning = std::chrono::floor<seconds>(inquiry.at);
        connectors.push_back(std::move(facts));
    }
    const auto supply = facts_of_supply(state);
    const auto composite =
        request.connector_id == 0
            ? current::composite(profiles, connectors, supply, inquiry)
            : current::composite(profiles,
                                 connectors[static_cast<std::size_t>(request.connector_id) - 1],
                                 supply, inquiry);
    response.status = wire::GetCompositeScheduleStatus::Accepted;
    response.connector_id = request.connector_id;
    // Periods are whole seconds, so the schedule begins with one.
    response.schedule_start = wire::DateTime{std::chrono::floor<seconds>(inquiry.at)};
    // Errata 4.0, 3.57: no startSchedule within.
    auto& schedule = response.charging_schedule.emplace();
    schedule.duration = static_cast<std::int32_t>(composite.covered.count());
    schedule.charging_rate_unit = unit;
    for (const auto& period : composite.periods)
        schedule.charging_schedule_period.push_back(period);
    return response;
}

// When the limit of the connector, or of all of them, can change next.
std::optional<Instant> CurrentLimit::changes_at(const State& state, const Now& now,
                                                int connector) const {
    const auto index = static_cast<std::size_t>(connector) - 1;
    auto next = connector == 0 ? offers_.supply_until : offers_.connectors[index].until;
    if (next && *next <= state.clock.at(now)) next.reset();
    const auto soon = [&](Deadline at) {
        if (at && *at > now.steady) next = earlier(next, state.clock.at(now, *at));
    };
    if (state.config.get(keys::installation_offline_current)[connector] <
        state.config.get(keys::max_current)[connector])
        soon(circumstances_.unmanaged_from);
    if (connector == 0) return next;
    soon(circumstances_.power_up_until);
    if (vehicles_[index].charging()) soon(turns_.end());
    return next;
}

std::string_view CurrentLimit::pause(int connector) const {
    if (connector == 0)
        return current::least_of(offers_.supply).current < units::least_offer ? limit_too_low : "";
    const auto index = static_cast<std::size_t>(connector) - 1;
    const auto& offer = offers_.connectors[index];
    if (offer.too_little) return limit_too_low;
    return vehicles_[index].charging() && offer.share.count == 0 ? waits_for_turn : "";
}

shared::Json CurrentLimit::described(const State& state, const Now& now, int connector) const {
    const bool whole = connector == 0;
    const auto index = static_cast<std::size_t>(connector) - 1;
    const auto& bounds = whole ? offers_.supply : offers_.connectors[index].bounds;
    auto list = shared::Json::array();
    for (const auto& bound : bounds) list.push_back(words_of(bound));
    Milliamps offered;
    int phases = whole ? 1 : offers_.connectors[index].phases;
    for (std::size_t i = 0; i < vehicles_.size(); ++i) {
        if (!whole && i != index) continue;
        offered += vehicles_[i].offered();
        phases = std::max(phases, offers_.connectors[i].phases);
    }
    shared::Json json{
        {"connectorId", connector},
        {"offered", shared::decimal(offered.count)},
        {"phases", phases},
        {"binding", shared::name_of(current::least_of(bounds).source)},
        {"limits", std::move(list)},
        {"stateRestriction",
         restrictions(state, whole ? nullptr : &state.connectors[index], pause(connector))}};
    if (const auto next = changes_at(state, now, connector))
        json["until"] = wire::DateTime{*next}.to_text();
    return json;
}

shared::Json CurrentLimit::describe(const State& state, const Now& now) const {
    auto list = shared::Json::array();
    // Before the first offer there is nothing to tell.
    for (std::size_t id = 0; id <= offers_.connectors.size() && !offers_.connectors.empty(); ++id)
        list.push_back(described(state, now, static_cast<int>(id)));
    return list;
}

}  // namespace ocpp::features
