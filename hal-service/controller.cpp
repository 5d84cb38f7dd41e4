// SPDX-License-Identifier: Apache-2.0
#include "hal-service/controller.hpp"

#include <algorithm>
#include <array>

namespace hal {
namespace {

using F = const Facts&;

constexpr std::array rows = {
    // Without a clause: our own rule.
    SequenceRow{Phase::Waiting,
                [](F f) { return !f.prevented && f.permitted && f.present && f.may_offer; },
                Phase::Offering, "3: B1 to B2"},

    SequenceRow{Phase::Offering, [](F f) { return f.prevented; }, Phase::Waiting, "13"},
    SequenceRow{Phase::Offering, [](F f) { return !f.present; }, Phase::Waiting, "2.1: unplugged"},
    SequenceRow{Phase::Offering, [](F f) { return !f.permitted; }, Phase::Waiting, "9.2: B2 to B1"},
    SequenceRow{Phase::Offering, [](F f) { return f.requests && f.proven; }, Phase::Energised,
                "4: B2 to C2"},

    SequenceRow{Phase::Energised, [](F f) { return f.prevented; }, Phase::Waiting,
                "13: a trip opens at once"},
    SequenceRow{Phase::Energised, [](F f) { return f.cut_off; }, Phase::Waiting,
                "2.2, 12: unplugged, or no pilot"},
    SequenceRow{Phase::Energised, [](F f) { return f.left; }, Phase::Offering, "7, 8.1: C2 to B2"},
    SequenceRow{Phase::Energised, [](F f) { return !f.permitted && f.has_pilot; }, Phase::Stopping,
                "9.1: C2 to C1"},
    SequenceRow{Phase::Energised, [](F f) { return !f.permitted; }, Phase::Waiting,
                "without a pilot nobody can be asked to lower the current"},

    SequenceRow{Phase::Stopping, [](F f) { return f.prevented; }, Phase::Waiting, "13"},
    SequenceRow{Phase::Stopping, [](F f) { return f.left; }, Phase::Waiting, "8.2, 10.1: C1 to B1"},
    SequenceRow{Phase::Stopping, [](F f) { return f.waited; }, Phase::Waiting,
                "10.2: opened under load"},
};

// A cable's rating by its resistor, IEC 61851-1 Table B.2, split between the nominal values so
// that a reading in a gap counts as the lower current.
units::Milliamps cable_rating(std::int64_t ohms) {
    if (ohms >= 936) return {13'000};
    if (ohms >= 308) return {20'000};
    if (ohms >= 140) return {32'000};
    return {63'000};
}
constexpr std::int64_t cable_present_below_ohms = 4500;
constexpr std::int64_t cable_shorted_below_ohms = 60;

}  // namespace

std::span<const SequenceRow> sequence_rows() { return rows; }

Controller::Controller(const ConnectorInfo& wiring, const Fallback& fallback, const Kept& kept)
    : type_(wiring.type),
      phases_(wiring.phases),
      max_current_(wiring.max_current),
      fallback_(fallback),
      temperature_limit_(wiring.max_current) {
    report_.kept = kept;
}

Outputs Controller::tick(const Inputs& inputs, const Wish& wish, bool ending, Moment now) {
    if (!started_) {
        started_ = true;
        meter_seen_ = mains_seen_ = plugged_since_ = phase_since_ = now;
    }
    read(inputs, now);
    const auto allowed = permitted(inputs, wish, ending, now);
    lock_wanted_ = locks(inputs, wish, now);
    protect(inputs, now);
    const auto known = facts(inputs, allowed, now);
    for (const auto& row : rows)
        if (row.from == phase_ && row.when(known)) {
            if (row.to == Phase::Energised) closed_phases_ = std::min(allowed.phases, phases_);
            enter(row.to, now);
            break;
        }
    if (phase_ == Phase::Offering || phase_ == Phase::Energised) offer(allowed.limit, now);
    outputs_.lock = lock_wanted_;
    publish(inputs);
    return outputs_;
}

void Controller::read(const Inputs& inputs, Moment now) {
    if (inputs.power_good) mains_seen_ = now;
    mains_ = now - mains_seen_ < timing::mains_lost;
    read_meter(inputs.meter, now);
    cable_ = !has_socket() || inputs.proximity_ohms < cable_present_below_ohms;
    if (has_pilot()) {
        pilot_.add(inputs.pilot, now);
        if (!pilot_.settled()) return;
        const auto state = pilot_.state();
        // E and F hide whether something is plugged in.
        if (state != PilotState::E && state != PilotState::F)
            follow_plug(state != PilotState::A, now);
        const bool shown = outputs_.pilot == PilotDrive::Oscillating && shows_diode(inputs.pilot);
        if (outputs_.pilot != PilotDrive::Oscillating)
            diode_samples_ = 0;
        else if (diode_samples_ < timing::agreeing_samples)
            diode_samples_ = shown ? diode_samples_ + 1 : 0;
    } else {
        pilot_.add(
            {inputs.plug_detected ? units::Millivolts{9000} : units::Millivolts{12'000}, {-12'000}},
            now);
        if (pilot_.settled()) follow_plug(pilot_.state() == PilotState::B, now);
    }
}

void Controller::read_meter(const MeterSample& meter, Moment now) {
    if (!meter.valid) {
        if (now - meter_seen_ >= timing::meter_stale) {
            report_.current = {};
            report_.power = {};
            report_.power_factor = {};
        }
        return;
    }
    meter_seen_ = now;
    report_.current = meter.current;
    report_.voltage = meter.voltage;
    report_.power = meter.power;
    report_.power_factor = meter.power_factor;
    report_.frequency = meter.frequency;
    // A register that went back is another meter's, or was cleared: ours goes on from here.
    if (meter.energy > report_.kept.meter_register)
        report_.kept.energy += meter.energy - report_.kept.meter_register;
    report_.kept.meter_register = meter.energy;
}

void Controller::follow_plug(bool plugged, Moment now) {
    if (plugged == plugged_) {
        if (!plugged) report_.kept.plugged = 0;
        return;
    }
    plugged_ = plugged;
    plugged_since_ = now;
    if (plugged) {
        // Plugged in before this process began: still the same visit.
        if (report_.kept.plugged == 0) ++report_.kept.plug_count;
    } else {
        unplugged_at_ = now;
        offer_not_before_ = Moment{0};
        last_phases_ = 0;
    }
    report_.kept.plugged = plugged ? 1 : 0;
}

void Controller::protect(const Inputs& inputs, Moment now) {
    // One window's worth behind the outputs: what was commanded in the tick before is what these
    // inputs show.
    weld_check_.tick(inputs, !outputs_.k1 && !outputs_.k2, now);
    temperature_limit_ = derated(max_current_, inputs, temperature_limit_);
    const bool changed_lately = now - duty_changed_ < timing::duty_interval;
    Evidence evidence{.in = inputs};
    evidence.now = now;
    evidence.has_pilot = has_pilot();
    evidence.plugged = plugged_;
    evidence.pilot = pilot_.state();
    evidence.pilot_unreadable = pilot_.unreadable(now);
    evidence.oscillating = outputs_.pilot == PilotDrive::Oscillating;
    evidence.diode_seen = diode_samples_ >= timing::agreeing_samples;
    evidence.closed_phases = outputs_.k1 ? closed_phases_ : 0;
    evidence.closed_for = outputs_.k1 ? now - closed_since_ : Moment{-1};
    evidence.welded = weld_check_.welded();
    evidence.meter_age = inputs.meter.valid ? Moment{0} : now - meter_seen_;
    evidence.current = report_.current;
    evidence.allowance = !has_pilot()     ? max_current_
                         : changed_lately ? std::max(signalled_, signalled_before_)
                                          : signalled_;
    evidence.lock_wanted = has_socket() ? lock_wanted_ : inputs.locked;
    protection_.tick(evidence);
}

Permission Controller::permitted(const Inputs& inputs, const Wish& wish, bool ending, Moment now) {
    auto allowed = permission(wish, fallback_, now);
    allowed.phases = std::min(allowed.phases, phases_);
    allowed.limit = std::min({allowed.limit, max_current_, temperature_limit_});
    if (has_socket()) {
        allowed.limit = std::min(allowed.limit, cable_rating(inputs.proximity_ohms));
        if (inputs.proximity_ohms < cable_shorted_below_ohms) allowed.power = false;
    }
    if (allowed.limit < least_offer || ending) allowed.power = false;
    // What was wished before the vehicle left was not wished for the next one.
    if (wish.received <= unplugged_at_) allowed.power = false;
    // Poles are only ever changed with all of them open.
    if (phase_ == Phase::Energised && allowed.phases != closed_phases_) allowed.power = false;
    return allowed;
}

Facts Controller::facts(const Inputs& inputs, const Permission& allowed, Moment now) const {
    const auto state = pilot_.state();
    Facts facts;
    facts.has_pilot = has_pilot();
    facts.prevented = protection_.prevents_charging() || !mains_;
    facts.permitted = allowed.power;
    const bool other_phases = last_phases_ != 0 && allowed.phases != last_phases_;
    facts.may_offer = now >= offer_not_before_ &&
                      (!other_phases || now - phase_since_ >= timing::phase_change_pause);
    facts.waited = now - phase_since_ >= timing::stop_wait;
    if (!has_pilot()) {
        facts.present = plugged_;
        facts.requests = plugged_ && now - plugged_since_ >= timing::close_after_c;
        facts.proven = true;
        facts.left = facts.cut_off = !plugged_;
        return facts;
    }
    facts.present = pilot_.settled() && cable_ &&
                    (state == PilotState::B || state == PilotState::C || state == PilotState::D);
    facts.requests = state == PilotState::C && pilot_.out_of_c(now) == Moment{0} &&
                     now - pilot_.since() >= timing::close_after_c;
    facts.proven = diode_samples_ >= timing::agreeing_samples && (!has_socket() || inputs.locked);
    facts.cut_off = pilot_.cut_off(now) >= timing::open_after_a_or_e || !cable_;
    // While stopping, some vehicles pass through D: that is neither a reason to open nor to stay.
    facts.left = phase_ == Phase::Stopping
                     ? state != PilotState::C && state != PilotState::D
                     : facts.cut_off || pilot_.out_of_c(now) >= timing::open_after_b;
    return facts;
}

void Controller::enter(Phase phase, Moment now) {
    const bool was_closed = outputs_.k1;
    const bool commanded = phase_ == Phase::Stopping || protection_.prevents_charging() || !mains_;
    phase_ = phase;
    phase_since_ = now;
    const bool offers = phase == Phase::Offering || phase == Phase::Energised;
    if (!offers) outputs_.pilot = PilotDrive::Steady;
    if (phase == Phase::Energised) {
        outputs_.k1 = true;
        outputs_.k2 = closed_phases_ == 3;
        closed_since_ = now;
        last_phases_ = closed_phases_;
    } else if (phase != Phase::Stopping) {
        outputs_.k1 = outputs_.k2 = false;
        if (phase == Phase::Waiting) signalled_ = signalled_before_ = {};
        if (was_closed && commanded && plugged_) offer_not_before_ = now + timing::offer_pause;
    }
}

void Controller::offer(units::Milliamps limit, Moment now) {
    if (!has_pilot()) {
        signalled_ = limit;
        return;
    }
    const auto duty = duty_for(limit);
    const bool begins = outputs_.pilot != PilotDrive::Oscillating;
    if (!begins && (duty == outputs_.duty || now - duty_changed_ < timing::duty_interval)) return;
    signalled_before_ = signalled_;
    outputs_.pilot = PilotDrive::Oscillating;
    outputs_.duty = duty;
    signalled_ = current_from(duty);
    duty_changed_ = now;
}

bool Controller::locks(const Inputs& inputs, const Wish& wish, Moment now) const {
    if (!has_socket() || !cable_) return false;
    if (phase_ != Phase::Waiting || outputs_.k1 || inputs.k1_feedback) return true;
    // Without a daemon a cable that no vehicle uses is given back.
    return wish.lock_cable && (plugged_ || now < wish.expires);
}

void Controller::publish(const Inputs& inputs) {
    auto& condition = report_.condition;
    const auto state = pilot_.state();
    condition.plugged = plugged_;
    condition.cable = cable_;
    condition.plug_count = report_.kept.plug_count;
    condition.contactor_closed = inputs.k1_feedback;
    condition.locked = inputs.locked;
    condition.mains = mains_;
    condition.phases = closed_phases_ != 0 ? closed_phases_ : phases_;
    if (has_pilot()) {
        condition.pilot = state;
        condition.pwm = outputs_.pilot == PilotDrive::Oscillating;
        condition.ev_requests = state == PilotState::C || state == PilotState::D;
        condition.offered = condition.pwm ? current_from(outputs_.duty) : units::Milliamps{0};
    } else {
        condition.pilot = !plugged_            ? PilotState::A
                          : inputs.k1_feedback ? PilotState::C
                                               : PilotState::B;
        condition.pwm = false;
        condition.ev_requests = plugged_;
        condition.offered = phase_ == Phase::Energised ? signalled_ : units::Milliamps{0};
    }
    condition.faults = {};
    condition.fault_count = protection_.list(condition.faults);
    report_.outlet_temperature = inputs.outlet_temperature;
    report_.body_temperature = inputs.body_temperature;
    report_.inlet_temperature = inputs.inlet_temperature;
    report_.cable_limit =
        has_socket() ? std::min(max_current_, cable_rating(inputs.proximity_ohms)) : max_current_;
    report_.temperature_limit = temperature_limit_;
}

}  // namespace hal
