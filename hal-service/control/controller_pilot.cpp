// SPDX-License-Identifier: Apache-2.0
// The part of the controller that reads the pilot and drives it.

#include "hal-service/control/controller.hpp"

namespace hal {

// A fault may hold F from the start on, so that no plug can be seen.
bool Controller::plug_unseen() const { return has_pilot() && !readable_; }

// Nothing is concluded while F or E is shown; the filters begin anew afterwards.
void Controller::read_pilot(const PilotSample& sample, Moment now) {
    const bool shows =
        outputs_.pilot == PilotDrive::Steady || outputs_.pilot == PilotDrive::Oscillating;
    if (!shows) {
        pilot_.restart();
        noise_.restart();
        readable_since_ = now + timing::pilot_settles;
    }
    readable_ = shows && now >= readable_since_;
    if (sample.valid) {
        pilot_seen_ = now;
        levels_ = sample;
        if (readable_) {
            pilot_.add(sample, now);
            noise_.add(sample, now);
        }
    }
    if (!readable_ || !pilot_.settled() || noise_.too_noisy()) {
        toggles_.disregard();
        diode_samples_ = 0;
        return;
    }
    const auto state = pilot_.state();
    // E and F hide whether a vehicle is plugged in, and levels that can't be say nothing of it. A
    // short bounce to A does not count as leaving.
    if (state != PilotState::E && state != PilotState::F && !implausible(sample) && !bounces(now))
        follow_plug(state != PilotState::A, now);
    if (!outputs_.k1) toggles_.tick(pilot_, now);
    if (outputs_.pilot != PilotDrive::Oscillating)
        diode_samples_ = 0;
    else if (sample.valid && diode_samples_ < timing::agreeing_samples)
        diode_samples_ = shows_diode(sample) ? diode_samples_ + 1 : 0;
}

bool Controller::bounces(Moment now) const {
    if (pilot_.state() != PilotState::A) return false;
    const bool still = noise_.still() >= timing::open_after_a_or_e / timing::tick;
    return pilot_.cut_off(now) < (still ? timing::open_after_a_or_e : timing::gone_in_noise);
}

// In Tripped the fault owns the pilot: Protection decides, not the stage.
PilotDrive Controller::drive(Moment now) const {
    if (!has_pilot()) return PilotDrive::Steady;
    switch (stage_) {
        case PilotStage::Offering:
        case PilotStage::Energised: return PilotDrive::Oscillating;
        case PilotStage::Renewing: return PilotDrive::Minus;
        case PilotStage::WakingUp:
            return wake_up_.level() == process::WakeUpLevel::F ? PilotDrive::Minus
                                                               : PilotDrive::Disconnected;
        case PilotStage::ChangingPhases: return PilotDrive::Disconnected;
        case PilotStage::Tripped: break;
        default: return PilotDrive::Steady;
    }
    // A weld is remembered from before this start: look at the pilot once before holding state F.
    if (weld_from_before_ && now - stage_since_ < timing::look_lasts) return PilotDrive::Steady;
    if (minus_owed(now)) return PilotDrive::Minus;
    const auto into = (now - stage_since_) % (timing::look_every + timing::look_lasts);
    return protection_.minus_held() && into < timing::look_every ? PilotDrive::Minus
                                                                 : PilotDrive::Steady;
}

// Once begun, F is shown for at least 300 ms.
bool Controller::minus_owed(Moment now) const {
    const bool begun =
        outputs_.pilot == PilotDrive::Minus && now - minus_since_ < timing::least_minus;
    return begun || protection_.minus_owed(now);
}

}  // namespace hal
