// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/connector.hpp"

#include <algorithm>

namespace ocpp::core {
namespace {

bool draws(const hal::Reading& reading) { return reading.contactor_closed && reading.ev_requests; }

// Current is offered at this moment, by the pilot or, where there is none, by the contactor.
bool offers(const hal::Reading& reading) { return reading.offered >= units::least_offer; }

}  // namespace

Connector::Sensed Connector::sense(const hal::Reading& reading, bool outlives, const Now& now) {
    const auto before = reading_ ? presence_of(*reading_) : earlier_;
    const bool was_plugged = before.plugged;
    const bool was_occupied = occupies(before);
    const bool resumed = !reading_ && transaction;
    const bool drew = reading_ && draws(*reading_);
    // Another visit between two readings counts as both events.
    const bool other_visit = !hal_restarted_ && was_plugged && reading.plugged &&
                             before.plug_count != reading.plug_count;
    hal_restarted_ = false;
    notice_offer(reading, now);
    reading_ = reading;
    silent_from_ = now.steady + silence_tolerated;
    hal_lost_ = false;
    if (draws(reading)) {
        starting_until_.reset();
        lifted_until_.reset();
        recovering_until_.reset();
    } else if (drew && reading.ev_requests && !reading.prevents_charging()) {
        recovering_until_ = now.steady + supply_grace;
    }

    Sensed sensed;
    if (was_plugged && (!reading.plugged || other_visit)) {
        reading_->plugged = false;
        sensed.effect = vehicle_left(outlives, now);
        reading_->plugged = reading.plugged;
    } else if (was_occupied && !occupied()) {
        sensed.effect = pull(Trigger::PlugOut, now);
    }
    if (!occupied()) cable_held_ = false;
    if (occupied() && (!was_occupied || !was_plugged || other_visit)) {
        if (reading.plugged && !resumed) plugged_since_ = now.steady;
        sensed.plugged_in = reading.plugged;
        pull(Trigger::PlugIn, now);
    }
    return sensed;
}

Effect Connector::vehicle_left(bool outlives, const Now& now) {
    // A household plug is pulled here, never at the vehicle's side.
    const bool here = !has_pilot() || (has_socket() && !occupied());
    if (stage_ == Stage::Running && outlives && !here) return Effect::None;
    ended_by_leaving_ = stage_ == Stage::Running;
    return pull(occupied() ? Trigger::VehicleLeft : Trigger::PlugOut, now);
}

bool Connector::left_by_vehicle() const {
    if (plugged()) return false;
    if (stage_ == Stage::Running) return true;
    return ended_by_leaving_ && (stage_ == Stage::Stopping || stage_ == Stage::Finishing);
}

// A vehicle has its time to answer whenever an offer begins to stand: at the start, after a pause
// of ours, a fault, a test of the hardware or a change of phases.
void Connector::notice_offer(const hal::Reading& reading, const Now& now) {
    if (stage_ != Stage::Running || !offers(reading)) return;
    // A session starts once: an offer that comes back later, for example after a fault, is lifted.
    if (starting_until_ && now.steady >= *starting_until_) starting_until_.reset();
    // A session resumed after a restart already has its offer: no start grace.
    if (!reading_)
        lifted_until_.reset();
    else if (!offers(*reading_))
        (starting_until_ ? starting_until_ : lifted_until_) = now.steady + start_grace;
}

Effect Connector::pull(Trigger trigger, const Now& now) {
    const Row* row = find(stage_, trigger, {.occupied = occupied()});
    if (row == nullptr) return Effect::None;
    stage_ = row->to;
    if (row->effect == Effect::StartTransaction) {
        starting_until_ = now.steady + start_grace;
        ended_by_leaving_ = cable_held_ = false;
        served_ = true;
    }
    if (stage_ == Stage::Idle) {
        served_ = ended_by_leaving_ = false;
        last_id_tag = last_parent_id_tag = {};
    }
    if (row->effect == Effect::BeginStop) stopping_until_ = now.steady + stop_grace;
    if (row->effect == Effect::StopTransaction) stopping_until_.reset();
    if (row->effect == Effect::DropAuthorization) authorization_.reset();
    if (stage_ != Stage::Running) {
        asked_stop_.reset();
        starting_until_.reset();
        lifted_until_.reset();
        recovering_until_.reset();
        suspended_ = false;
    }
    return row->effect;
}

void Connector::ask_stop(wire::Reason reason, const wire::IdToken& id_tag) {
    if (stage_ == Stage::Running && !asked_stop_) asked_stop_ = AskedStop{reason, id_tag};
}

void Connector::authorize(Authorization authorization, const Now& now) {
    authorization_ = std::move(authorization);
    pull(Trigger::Authorized, now);
}

void Connector::drop_authorization() { authorization_.reset(); }

void Connector::resume(std::int64_t id, bool stopping, const Now& now) {
    transaction = id;
    served_ = true;
    stage_ = stopping ? Stage::Stopping : Stage::Running;
    // Preparing would say that there is no transaction.
    if (stopping)
        stopping_until_ = now.steady + stop_grace;
    else
        lifted_until_ = now.steady + start_grace;
}

void Connector::resume(Visit visit) {
    plugged_since_ = visit.plugged_since;
    ended_by_leaving_ = visit.left;
    // The driver of the transaction before the running one is not taken for somebody else.
    last_id_tag = visit.last_id_tag;
    last_parent_id_tag = visit.last_parent_id_tag;
    if (transaction) return;
    earlier_ = visit.presence;
    const bool ran = visit.stage == Stage::Running || visit.stage == Stage::Stopping;
    // Its transaction is not known any more.
    stage_ = ran ? Stage::Finishing : visit.stage;
    served_ = visit.served;
    cable_held_ = visit.cable_held;
    if (stage_ == Stage::Preparing) authorization_ = std::move(visit.authorization);
    unclaimed_since = visit.unclaimed_since;
}

Visit Connector::visit() const {
    return {.stage = stage_,
            .presence = reading_ ? presence_of(*reading_) : earlier_,
            .served = served_,
            .cable_held = cable_held_,
            .left = ended_by_leaving_,
            .last_id_tag = last_id_tag,
            .last_parent_id_tag = last_parent_id_tag,
            .authorization = authorization_,
            .plugged_since = plugged_since_,
            .unclaimed_since = unclaimed_since};
}

void Connector::found_left(const Now& now) {
    ended_by_leaving_ = true;
    pull(occupied() ? Trigger::VehicleLeft : Trigger::PlugOut, now);
}

void Connector::suspend(bool suspended, const Now& now) {
    if (suspended_ && !suspended) lifted_until_ = now.steady + start_grace;
    // A vehicle that is offered nothing has nothing to answer.
    if (suspended) starting_until_.reset();
    suspended_ = suspended;
}

void Connector::limit(units::Milliamps share, units::Milliamps offer, int phases, const Now& now) {
    const bool was_paused = paused();
    share_ = share;
    offer_ = offer;
    phases_ = phases;
    if (stage_ != Stage::Running) return;
    if (paused()) starting_until_.reset();
    if (was_paused && !paused() && !suspended_) lifted_until_ = now.steady + start_grace;
}

bool Connector::ready() const {
    return stage_ == Stage::Preparing && plugged() && authorization_ && !hal_lost_ &&
           !reading_->prevents_charging() && (!has_socket() || reading_->locked);
}

bool Connector::opened(const Now& now) const {
    if (stage_ != Stage::Stopping) return false;
    if (reading_ && !hal_lost_ && !reading_->contactor_closed) return true;
    return stopping_until_ && *stopping_until_ <= now.steady;
}

bool Connector::unclaimed() const {
    return stage_ == Stage::Preparing && occupied() && !authorization_ && !reserved &&
           fit_to_start();
}

bool Connector::can_start() const { return record.scheduled != false && fit_to_start(); }

bool Connector::fit_to_start() const {
    if (stage_ == Stage::Running || stage_ == Stage::Stopping || authorization_) return false;
    return record.operative && !hal_lost_ && reading_ && !reading_->prevents_charging();
}

Conditions Connector::conditions(const Now& now) const {
    Conditions conditions;
    conditions.occupied = occupied();
    conditions.authorized = authorization_.has_value();
    conditions.operative = record.operative;
    conditions.leaves_service = record.scheduled == false;
    conditions.reserved = reserved;
    conditions.faulted = hal_lost_ || (reading_ && reading_->prevents_charging());
    const auto within = [&now](Deadline until) { return until && now.steady < *until; };
    conditions.ev_draws = (reading_ && draws(*reading_)) || within(recovering_until_);
    // A vehicle that is offered nothing, for whatever reason, suspends nothing. After it has gone
    // away it does.
    const bool offered = reading_ && (offers(*reading_) || !reading_->plugged);
    conditions.evse_offers = !suspended_ && !paused() && offered && !within(lifted_until_);
    conditions.starting = within(starting_until_);
    return conditions;
}

std::vector<ReasonNotToCharge> Connector::reasons_not_to_charge() const {
    using enum ReasonNotToCharge;
    std::vector<ReasonNotToCharge> reasons;
    const auto add = [&reasons](bool holds, ReasonNotToCharge reason) {
        if (holds) reasons.push_back(reason);
    };
    const bool lost = hal_lost_ || !reading_;
    add(lost, HalLost);
    add(!lost && !plugged(), NotPluggedIn);
    add(!lost && reading_->prevents_charging(), Faulted);
    add(!lost && !reading_->mains, MainsLost);
    add(!lost && reading_->phase_change, PhaseChange);
    switch (stage_) {
        case Stage::Running: break;
        case Stage::Stopping:
        case Stage::Finishing: add(true, Finishing); break;
        case Stage::Idle:
        case Stage::Preparing: add(true, authorization_ ? Beginning : NotAuthorized); break;
    }
    add(reserved && !authorization_, Reserved);
    add(suspended_, DeAuthorized);
    add(!record.operative || record.scheduled == false, Unavailable);
    return reasons;
}

bool Connector::may_charge() const {
    const auto reasons = reasons_not_to_charge();
    return std::none_of(reasons.begin(), reasons.end(), withholds_current);
}

hal::Setpoint Connector::setpoint(std::chrono::milliseconds valid_for) const {
    const bool allowed = may_charge() && offer_ >= units::least_offer;
    hal::Setpoint setpoint;
    setpoint.connector = info_.id;
    setpoint.power_allowed = allowed;
    setpoint.current_limit = allowed ? offer_ : units::Milliamps{};
    setpoint.phases = phases_;
    const bool begins = stage_ == Stage::Preparing && authorization_ && plugged();
    setpoint.lock_cable =
        has_socket() && occupied() &&
        (begins || stage_ == Stage::Running || stage_ == Stage::Stopping || cable_held_);
    setpoint.valid_for = valid_for;
    return setpoint;
}

Deadline Connector::wake_at(const Now& now) const {
    Deadline next;
    if (stopping_until_ && *stopping_until_ > now.steady) next = stopping_until_;
    if (!hal_lost_) next = earlier(next, silent_from_);
    for (const auto until : {starting_until_, lifted_until_, recovering_until_, refused_until})
        if (until && *until > now.steady) next = earlier(next, until);
    if (authorization_ && stage_ == Stage::Preparing) next = earlier(next, authorization_->expires);
    return next;
}

}  // namespace ocpp::core
