// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/protection.hpp"

#include <algorithm>

namespace hal {

void Protection::tick(const Evidence& evidence) {
    trips_ = stops_ = minus_held_ = false;
    const auto rules = protection_rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        advance(rules[i], states_[i], evidence);
        if (!states_[i].active) continue;
        trips_ |= rules[i].reaction == Reaction::Open;
        stops_ |= rules[i].prevents_charging();
        minus_held_ |= rules[i].pilot == PilotAtFault::MinusHeld;
    }
    if (!evidence.plugged) quiet_until_ = Moment{0};
}

void Protection::advance(const ProtectionRule& rule, RuleState& state, const Evidence& evidence) {
    const auto now = evidence.now;
    const bool present = rule.present(evidence);
    if (present && !state.present) state.present_since = now;
    state.present = present;
    // Half a tick is added because ticks come a little early or late.
    const auto lasted = now - state.present_since + timing::tick / 2;
    if (present && !state.active && lasted >= rule.delay) {
        state.active = true;
        state.detail = rule.detail(evidence);
        if (rule.pilot != PilotAtFault::Unchanged) minus_until_ = now + timing::least_minus;
    }
    if (!state.active) return;
    if (present || !rule.gone(evidence)) {
        state.gone_since.reset();
    } else if (!state.gone_since) {
        state.gone_since = now;
    }
    const bool gone = state.gone_since && now - *state.gone_since >= rule.release_after;
    const bool released = rule.release == Release::WhenGone        ? gone
                          : rule.release == Release::WhenUnplugged ? gone && !evidence.plugged
                                                                   : gone || !evidence.plugged;
    if (!released || !evidence.believed) return;
    if (rule.prevents_charging() && state.gone_since)
        quiet_until_ =
            std::max<Moment>(quiet_until_, *state.gone_since + timing::pause_after_fault);
    state = {};
}

bool Protection::active(FaultCode code) const {
    const auto rules = protection_rules();
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (states_[i].active && rules[i].code == code) return true;
    return false;
}

std::size_t Protection::list(std::array<ActiveFault, max_faults>& out) const {
    const auto rules = protection_rules();
    std::size_t count = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!states_[i].active) continue;
        const bool known = std::any_of(out.begin(), out.begin() + count,
                                       [&](const auto& f) { return f.code == rules[i].code; });
        if (!known && count < out.size())
            out[count++] = {rules[i].code, rules[i].prevents_charging(), states_[i].detail};
    }
    return count;
}

}  // namespace hal
