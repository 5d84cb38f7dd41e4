// SPDX-License-Identifier: Apache-2.0
// What a person and the central system are told about the limits: GetCompositeSchedule,
// chargingLimitations, `chargepointctl limits`.

#include "ocpp/features/current/limits.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/current/composite.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;
using units::Milliamps;

namespace {

shared::Json amps(Milliamps current) { return static_cast<double>(current.count) / 1000.0; }

shared::Json words_of(const current::Bound& bound) {
    shared::Json json{{"source", shared::name_of(bound.source)}, {"A", amps(bound.current)}};
    if (bound.profile) {
        json["id"] = bound.profile->id;
        json["stackLevel"] = bound.profile->stack_level;
    }
    return json;
}

// Every reason why nothing can flow whatever the limits say.
shared::Json restrictions(const State& state, const Connector& connector) {
    auto list = shared::Json::array();
    if (connector.hal_lost() || !connector.reading()) {
        list.push_back("Faulted:HalLost");
    } else {
        if (!connector.plugged()) list.push_back("NotPluggedIn");
        for (const auto& fault : connector.reading()->faults)
            if (fault.prevents_charging)
                list.push_back("Faulted:" + std::string(shared::name_of(fault.code)));
        if (!connector.reading()->mains) list.push_back("MainsLost");
        if (connector.reading()->phase_change) list.push_back("PhaseChange");
    }
    if (connector.stage() == Stage::Stopping || connector.stage() == Stage::Finishing)
        list.push_back("Finishing");
    else if (connector.stage() != Stage::Running && !connector.authorization())
        list.push_back("NotAuthorized");
    if (connector.reserved && !connector.authorization()) list.push_back("Reserved");
    if (connector.suspended()) list.push_back("DeAuthorized");
    if (!connector.record.operative || connector.record.scheduled == false)
        list.push_back("Unavailable");
    if (state.restarting) list.push_back("Restarting");
    if (list.empty()) list.push_back("None");
    return list;
}

// Of the whole charge point.
shared::Json restrictions(const State& state) {
    auto list = shared::Json::array();
    if (!state.whole.operative || state.whole.scheduled == false) list.push_back("Unavailable");
    if (state.restarting) list.push_back("Restarting");
    if (list.empty()) list.push_back("None");
    return list;
}

}  // namespace

Answer<wire::GetCompositeScheduleResponse> Limits::handle(
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
    const auto supply = facts_of_whole(state);
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
Deadline Limits::changes_at(const State& state, const Now& now, int connector) const {
    const auto index = static_cast<std::size_t>(connector) - 1;
    const auto instant = connector == 0 ? offers_.supply_until : offers_.connectors[index].until;
    Deadline next;
    const auto soon = [&](Deadline at) {
        if (at && *at > now.steady) next = earlier(next, at);
    };
    if (instant) soon(state.clock.steady_at(now, *instant));
    if (state.config.get(keys::installation_offline_current)[connector] <
        state.config.get(keys::max_current)[connector])
        soon(falls_at(state));
    if (connector == 0) return next;
    soon(next_step_);
    if (courses_[index].charging) soon(turn_ends_);
    return next;
}

shared::Json Limits::described(const State& state, const Now& now, int connector) const {
    const bool whole = connector == 0;
    const auto index = static_cast<std::size_t>(connector) - 1;
    const auto& bounds = whole ? offers_.supply : offers_.connectors[index].bounds;
    auto list = shared::Json::array();
    for (const auto& bound : bounds) list.push_back(words_of(bound));
    Milliamps offered;
    int phases = whole ? 1 : offers_.connectors[index].phases;
    for (std::size_t i = 0; i < courses_.size(); ++i) {
        if (!whole && i != index) continue;
        offered += courses_[i].offered;
        phases = std::max(phases, offers_.connectors[i].phases);
    }
    shared::Json json{{"connectorId", connector},
                      {"offered", amps(offered)},
                      {"phases", phases},
                      {"binding", shared::name_of(current::least_of(bounds).source)},
                      {"limits", std::move(list)},
                      {"stateRestriction",
                       whole ? restrictions(state) : restrictions(state, state.connectors[index])}};
    if (const auto next = changes_at(state, now, connector))
        json["until"] = wire::DateTime{state.clock.at(now, *next)}.to_text();
    return json;
}

shared::Json Limits::describe(const State& state, const Now& now) const {
    auto list = shared::Json::array();
    // Before the first offer there is nothing to tell.
    for (std::size_t id = 0; id <= offers_.connectors.size() && !offers_.connectors.empty(); ++id)
        list.push_back(described(state, now, static_cast<int>(id)));
    return list;
}

}  // namespace ocpp::features
