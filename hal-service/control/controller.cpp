// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/controller.hpp"

#include <algorithm>

namespace hal {

Controller::Controller(const ConnectorInfo& wiring, const process::OutletSettings& settings,
                       const Fallback& fallback, const Registers& kept)
    : type_(wiring.type),
      phases_(wiring.phases),
      max_current_(wiring.max_current),
      settings_(settings),
      fallback_(fallback),
      heat_(wiring.max_current, settings.temperature, kept.heat_withheld),
      pilot_(settings.ventilation),
      monitor_check_(settings.residual_monitor,
                     settings.residual_dc && wiring.type != ConnectorType::Schuko),
      contactor_check_(wiring.phases),
      wake_up_(settings.wake_up),
      phase_change_(settings.phase_change, kept.plugged != 0 ? static_cast<int>(kept.phases) : 0),
      plugged_(kept.plugged != 0),
      weld_from_before_(kept.welded != 0) {
    report_.kept = kept;
}

Outputs Controller::tick(const Inputs& sampled, const LeasedSetpoint& wish, bool ending,
                         Moment now) {
    if (!started_) start(now);
    const auto& inputs = belief_.tick(sampled, has_pilot());
    wished_phases_ = wish.received < Moment{0} ? 1 : wish.phases;
    if (now - ticked_ > timing::tick + timing::overrun) {
        pilot_.missed(now);
        plugged_since_ = now;
    }
    // The time of a late tick is time without a sample, not without the supply.
    dark_for_ =
        inputs.power_good ? Moment{0} : dark_for_ + std::min<Moment>(now - ticked_, timing::tick);
    ticked_ = now;
    read(inputs, now);
    test_residual(inputs, now);
    protect(inputs, now);
    const auto allowed = permitted(wish, ending, now);
    const auto known = signals(inputs, wish, allowed, now);
    advance(known, allowed, now);
    test_relays(inputs, ending, now);
    if (offers() && has_pilot()) offer_.show(allowed.limit, now);
    if (offers() && !has_pilot()) offer_.set(allowed.limit);
    outputs_.duty = offers() && has_pilot() ? offer_.duty() : Duty{};
    const auto driven = drive(now);
    if (driven != outputs_.pilot) {
        toggles_.disregard();
        noise_.driven(now);
    }
    if (driven == PilotDrive::Minus && outputs_.pilot != driven) minus_since_ = now;
    outputs_.pilot = driven;
    outputs_.monitor_check = monitor_check_.pulse();
    lock_wanted_ = locks(inputs, wish, now);
    if (has_socket())
        outputs_.lock =
            lock_.tick(lock_wanted_, inputs.locked, !outputs_.k1 && !inputs.k1_feedback, now);
    publish(inputs, known);
    return outputs_;
}

void Controller::start(Moment now) {
    started_ = true;
    ticked_ = plugged_since_ = stage_since_ = pilot_seen_ = readable_since_ = now;
    // The monitor was tested for the session that goes on.
    const bool trusted = report_.kept.plugged != 0 && report_.kept.monitor_checked != 0;
    monitor_check_.start(trusted, report_.kept.monitor_testing != 0, now);
}

void Controller::read(const Inputs& inputs, Moment now) {
    mains_ = dark_for_ < timing::mains_lost;
    consumption_.tick(inputs.meter, report_.kept, now);
    heat_.tick(inputs, protection_.active(FaultCode::TemperatureSensor));
    report_.kept.heat_withheld = heat_.withheld();
    watch_contactors(inputs, now);
    if (has_socket() && inputs.pilot.valid) proximity_.add(inputs.proximity_ohms);
    if (has_pilot()) {
        read_pilot(inputs.pilot, now);
    } else {
        pilot_.add(
            {inputs.plug_detected ? units::Millivolts{9000} : units::Millivolts{12'000}, {-12'000}},
            now);
        readable_ = true;
        if (pilot_.settled()) follow_plug(pilot_.state() == PilotState::B, now);
    }
    known_ = known_ || pilot_.settled() || plug_unseen();
}

void Controller::watch_contactors(const Inputs& inputs, Moment now) {
    const bool off = !outputs_.k1 && !outputs_.k2;
    weld_check_.tick(inputs, {consumption_.last().voltage, belief_.meter()}, outputs_, now);
    const bool open = off && inputs.lines && !inputs.k1_feedback && !inputs.k2_feedback &&
                      std::all_of(inputs.load_voltage.begin(), inputs.load_voltage.end(),
                                  [](units::Millivolts voltage) { return voltage < live_pole; });
    if (!open)
        open_since_.reset();
    else if (!open_since_)
        open_since_ = now;
}

void Controller::follow_plug(bool plugged, Moment now) {
    if (plugged == plugged_) {
        if (plugged) return;
        report_.kept.plugged = 0;
        report_.kept.phases = 0;
        return;
    }
    plugged_ = plugged;
    plugged_since_ = now;
    if (plugged) {
        // A vehicle that was plugged in before this process began is on the same visit.
        if (report_.kept.plugged == 0) ++report_.kept.plug_count;
        toggles_.clear();
        report_.condition.wake_ups = 0;
    } else {
        unplugged_at_ = now;
        chatter_.forget();
        offer_not_before_ = Moment{0};
        offer_.forget();
        phase_change_.unplugged();
    }
    report_.kept.plugged = plugged;
}

void Controller::test_residual(const Inputs& inputs, Moment now) {
    const bool idle = stage_ == PilotStage::Waiting || stage_ == PilotStage::Renewing ||
                      stage_ == PilotStage::ChangingPhases || stage_ == PilotStage::Tripped;
    monitor_check_.tick(inputs.residual, idle && mains_ && open_since_, plugged_, now);
    report_.kept.monitor_checked = monitor_check_.passed() ? 1 : 0;
    report_.kept.monitor_testing = monitor_check_.busy() ? 1 : 0;
}

void Controller::protect(const Inputs& inputs, Moment now) {
    Evidence evidence{.in = inputs, .settings = settings_, .heat = heat_};
    evidence.now = now;
    evidence.believed = belief_.complete();
    evidence.has_pilot = has_pilot();
    evidence.has_socket = has_socket();
    evidence.phases = phases_;
    evidence.used_phases = used_phases();
    evidence.plugged = plugged_;
    evidence.pilot = pilot_.state();
    evidence.pilot_known = has_pilot() && readable_ && pilot_.settled() && !noise_.too_noisy();
    evidence.pilot_too_noisy = noise_.too_noisy();
    evidence.pilot_unreadable = pilot_.unreadable(now);
    evidence.pilot_age = now - pilot_seen_;
    evidence.levels = levels_;
    evidence.oscillating = outputs_.pilot == PilotDrive::Oscillating;
    evidence.diode_seen = diode_samples_ >= timing::agreeing_samples;
    evidence.cable = proximity_.cable();
    evidence.closed_phases = outputs_.k1 ? closed_phases_ : 0;
    evidence.monitor_checking = monitor_check_.may_show() && open_since_;
    evidence.monitor_check_failed = monitor_check_.failed();
    evidence.meter_age = consumption_.age(now);
    evidence.supply_known = consumption_.known(now);
    evidence.supply = consumption_.last().voltage;
    evidence.frequency = consumption_.last().frequency;
    evidence.current = consumption_.last().current;
    evidence.allowance = has_pilot() ? offer_.allowance(now) : max_current_;
    evidence.rating = max_current_;
    evidence.inrush = outputs_.k1 && now - closed_at_ < timing::inrush;
    evidence.lock_jammed = lock_.jammed();
    evidence.overrun = lateness_.overrun(now);
    evidence.late = lateness_.late(now);
    evidence.lateness = lateness_.worst();
    remember_weld();
    evidence.welded = report_.kept.welded;
    evidence.weld_disproved = weld_disproved();
    protection_.tick(evidence);
    if (weld_disproved() && !protection_.active(FaultCode::RelayWelded)) {
        report_.kept.welded = 0;
        weld_from_before_ = false;
    }
}

// A wish is for no more phases than the installation has. Before the first one nobody knows how
// many these are.
int Controller::used_phases() const {
    return outputs_.k1 && closed_phases_ != 0 ? closed_phases_ : std::min(wished_phases_, phases_);
}

// A weld is remembered across restarts. It is cleared by a process that saw the poles open since
// its start and then saw the vehicle leave.
void Controller::remember_weld() {
    if (weld_check_.welded() == 0) return;
    report_.kept.welded |= weld_check_.welded();
    weld_from_before_ = false;
}

bool Controller::weld_disproved() const {
    return weld_from_before_ && (report_.kept.welded & ~weld_check_.clean()) == 0;
}

// Without a pilot a load can't be told to draw less, so it is switched off.
bool Controller::heat_stops() const { return !has_pilot() && heat_.limit() < max_current_; }

// While a lost sensor is only suspected nothing more is given; once it is known to be lost the
// board's current for that case is.
bool Controller::believed() const {
    return belief_.complete() &&
           (heat_.known() || protection_.active(FaultCode::TemperatureSensor));
}

Permission Controller::permitted(const LeasedSetpoint& wish, bool ending, Moment now) const {
    auto allowed = permission(wish, fallback_, now);
    allowed.phases = std::min(allowed.phases, phases_);
    allowed.limit = std::min({allowed.limit, max_current_, heat_.limit()});
    if (protection_.active(FaultCode::TemperatureSensor))
        allowed.limit = std::min(allowed.limit, settings_.temperature.without_sensor);
    if (heat_stops()) allowed.power = false;
    if (has_socket()) allowed.limit = std::min(allowed.limit, cable_rating(proximity_.cable()));
    if (allowed.limit < least_offer || ending || protection_.stops()) allowed.power = false;
    // A wish from before the vehicle left does not hold for the next vehicle.
    if (wish.received <= unplugged_at_) allowed.power = false;
    if (offers() && !believed()) allowed.limit = std::min(allowed.limit, offer_.signalled());
    // The monitor's test needs the contactors open and nothing offered.
    const bool offering = stage_ == PilotStage::Offering || stage_ == PilotStage::WakingUp;
    if (offering && !monitor_check_.valid(now)) allowed.power = false;
    // When the changes of an hour are used up the vehicle keeps the phases that it has.
    const int known = phase_change_.known();
    if (known != 0 && stage_ != PilotStage::ChangingPhases &&
        !phase_change_.due(allowed.phases, now))
        allowed.phases = known;
    return allowed;
}

Signals Controller::signals(const Inputs& inputs, const LeasedSetpoint& wish,
                            const Permission& allowed, Moment now) const {
    Signals signals;
    signals.has_pilot = has_pilot();
    signals.known = known_ && !inputs.k1_feedback && !inputs.k2_feedback;
    signals.tripped = protection_.trips();
    signals.minus = has_pilot() && (protection_.minus_held() || minus_owed(now));
    signals.dark = !mains_;
    signals.permitted = allowed.power;
    signals.may_offer = believed() && open_since_ && now >= offer_not_before_ &&
                        now >= protection_.quiet_until() && offer_.may_begin(now) &&
                        monitor_check_.valid(now);
    signals.lasted = lasted(now);
    signals.shown = now - stage_since_ >= timing::least_minus;
    signals.other_phases = phase_change_.known() != 0 && allowed.phases != phase_change_.known();
    signals.chatters = chatter_.goes_on(now);
    signals.open = open_since_ && now - *open_since_ >= timing::weld_check_after;
    look_at_vehicle(signals, inputs, now);
    signals.requests = signals.requests && believed();
    signals.sleeps = has_pilot() && wish.wake_up && allowed.live && signals.present &&
                     !signals.asks && wake_up_.due(now);
    return signals;
}

void Controller::look_at_vehicle(Signals& signals, const Inputs& inputs, Moment now) const {
    if (!has_pilot()) {
        signals.present = signals.asks = plugged_;
        signals.requests =
            plugged_ && pilot_.connected_now() && now - plugged_since_ >= timing::close_after_c;
        signals.proven = true;
        signals.left = signals.cut_off = !plugged_;
        return;
    }
    const auto state = pilot_.state();
    const bool cable = !has_socket() || proximity_.present();
    signals.present = pilot_.settled() && cable &&
                      (state == PilotState::B || state == PilotState::C || state == PilotState::D);
    signals.asks = pilot_.asks();
    signals.requests = pilot_.asks_now() && now - pilot_.since() >= timing::close_after_c;
    signals.proven = diode_samples_ >= timing::agreeing_samples && (!has_socket() || inputs.locked);
    signals.cut_off = pilot_.cut_off(now) >= timing::open_after_a_or_e || !cable;
    // Some vehicles pass through D while stopping, which neither opens the contactors nor keeps
    // them.
    signals.left = stage_ == PilotStage::Stopping
                       ? state != PilotState::C && state != PilotState::D
                       : signals.cut_off || pilot_.not_asking(now) >= timing::open_after_b;
}

bool Controller::lasted(Moment now) const {
    const auto time = now - stage_since_;
    switch (stage_) {
        case PilotStage::Renewing: return time >= timing::least_minus;
        case PilotStage::Stopping: return time >= timing::stop_wait;
        case PilotStage::WakingUp: return time >= wake_up_.duration();
        case PilotStage::Woken: return time >= timing::x1_after_wake_up;
        case PilotStage::ChangingPhases: return time >= phase_change_.pause();
        default: return false;
    }
}

void Controller::advance(const Signals& signals, const Permission& allowed, Moment now) {
    if (stage_ == PilotStage::Offering) {
        if (signals.asks) wake_up_.moved(now);
        if (signals.requests) wake_up_.asked();
    }
    for (const auto& row : sequence_rows())
        if (row.from == stage_ && row.when(signals)) {
            const auto from = stage_;
            if (from == PilotStage::Stopping && signals.lasted && !signals.left)
                phase_change_.opened_under_load();
            if (from == PilotStage::ChangingPhases && row.to == PilotStage::Waiting) {
                offer_not_before_ = now + timing::x1_after_phase_change;
                if (signals.lasted && signals.other_phases && signals.permitted) {
                    phase_change_.changed(allowed.phases, now);
                    report_.kept.phases = allowed.phases;
                }
            }
            if (from == PilotStage::Energised && row.to == PilotStage::Waiting && signals.chatters)
                offer_not_before_ = now + timing::offer_pause;
            enter(row.to, allowed, now);
            return;
        }
}

void Controller::enter(PilotStage stage, const Permission& allowed, Moment now) {
    const auto from = stage_;
    stage_ = stage;
    stage_since_ = now;
    switch (stage) {
        case PilotStage::Energised:
            chatter_.closed(now);
            closed_at_ = now;
            closed_phases_ = allowed.phases;
            outputs_.k1 = true;
            outputs_.k2 = closed_phases_ == 3;
            energised_ = true;
            phase_change_.energised(closed_phases_);
            report_.kept.phases = closed_phases_;
            return;
        case PilotStage::Stopping: return;
        case PilotStage::Offering:
            if (from == PilotStage::Waiting) wake_up_.offered(now);
            if (from == PilotStage::Woken) wake_up_.done(now);
            break;
        case PilotStage::WakingUp: ++report_.condition.wake_ups; break;
        case PilotStage::Waiting:
        case PilotStage::Tripped:
            // The monitor has to be tested again for the next session.
            if (energised_) monitor_check_.renew();
            energised_ = false;
            offer_.end();
            break;
        default: break;
    }
    open_contactors(from, now);
}

void Controller::open_contactors(PilotStage from, Moment now) {
    const bool commanded = from == PilotStage::Stopping || stage_ == PilotStage::Tripped || !mains_;
    if (outputs_.k1 && commanded && plugged_) offer_not_before_ = now + timing::offer_pause;
    outputs_.k1 = outputs_.k2 = false;
}

bool Controller::locks(const Inputs& inputs, const LeasedSetpoint& wish, Moment now) const {
    if (!has_socket() || !proximity_.present()) return false;
    const bool used = stage_ == PilotStage::Offering || stage_ == PilotStage::Energised ||
                      stage_ == PilotStage::Stopping || stage_ == PilotStage::WakingUp ||
                      stage_ == PilotStage::Woken || stage_ == PilotStage::ChangingPhases;
    if (used || outputs_.k1 || inputs.k1_feedback) return true;
    // A cable that no vehicle uses is unlocked when the daemon is gone.
    return wish.lock_cable && (plugged_ || now < wish.expires);
}

}  // namespace hal
