// SPDX-License-Identifier: Apache-2.0
#include "hal-service/protection.hpp"

#include <algorithm>
#include <cassert>

namespace hal {
namespace {

using namespace std::chrono_literals;

bool vehicle_seen(const Evidence& e) {
    return e.pilot == PilotState::B || e.pilot == PilotState::C || e.pilot == PilotState::D;
}

FaultDetail pilot_levels(const Evidence& e) {
    return {e.in.pilot.high.count, e.in.pilot.low.count};
}

// Whichever of Outlet and Body is hotter.
FaultDetail hottest(const Evidence& e) {
    const auto outlet = e.in.outlet_temperature.value_or(units::MilliCelsius{0});
    const auto body = e.in.body_temperature.value_or(units::MilliCelsius{0});
    if (body > outlet) return {static_cast<std::int64_t>(TemperaturePlace::Body), body.count};
    return {static_cast<std::int64_t>(TemperaturePlace::Outlet), outlet.count};
}

std::int64_t dead_poles(const Evidence& e) {
    std::int64_t dead = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(e.closed_phases); ++i)
        if (e.in.load_voltage[i] < live_pole) dead |= pole_bit(static_cast<Pole>(i));
    return dead;
}

// The vehicle may be 0.5 A and a tenth off: meters and on-board chargers are.
units::Milliamps tolerated(units::Milliamps allowance) {
    return {(allowance.count + 500) * 11 / 10};
}

template <std::size_t Phase>
bool over_current(const Evidence& e) {
    return e.closed_phases > 0 && e.current[Phase] > tolerated(e.allowance);
}
template <std::size_t Phase>
bool current_fits(const Evidence& e) {
    return !over_current<Phase>(e);
}
template <std::size_t Phase>
FaultDetail current_and_allowance(const Evidence& e) {
    return {e.current[Phase].count, e.allowance.count};
}
template <std::size_t Phase>
constexpr ProtectionRule over_current_rule(FaultCode code) {
    return {code,
            true,
            timing::overcurrent,
            Release::WhenUnplugged,
            timing::gone,
            over_current<Phase>,
            current_fits<Phase>,
            current_and_allowance<Phase>,
            "draws more than it was offered for longer than it may take to follow"};
}

using E = const Evidence&;
constexpr FaultDetail (*no_detail)(E) = [](E) { return FaultDetail{}; };

constexpr std::array rules = {
    ProtectionRule{FaultCode::ProtectiveEarth, true, timing::earth_lost, Release::WhenGone,
                   timing::gone, [](E e) { return e.in.power_good && !e.in.protective_earth; },
                   [](E e) { return e.in.protective_earth; }, no_detail,
                   "no protective earth; not judged while the supply is failing"},
    ProtectionRule{FaultCode::ResidualCurrentAC, true, timing::residual, Release::WhenUnplugged,
                   timing::gone, [](E e) { return e.in.residual.ac; },
                   [](E e) { return !e.in.residual.ac; }, no_detail, "30 mA AC: within 300 ms"},
    ProtectionRule{FaultCode::ResidualCurrentDC, true, timing::residual, Release::WhenUnplugged,
                   timing::gone, [](E e) { return e.in.residual.dc; },
                   [](E e) { return !e.in.residual.dc; }, no_detail,
                   "6 mA DC: within 10 s; 60 mA: within 300 ms"},
    ProtectionRule{FaultCode::PilotGrounded, true, 0ms, Release::WhenGone, timing::gone,
                   [](E e) { return e.has_pilot && e.pilot == PilotState::E; },
                   [](E e) { return e.pilot != PilotState::E; }, pilot_levels,
                   "IEC 61851-1 A.6 12: pilot shorted to earth, or earth lost in the cable"},
    ProtectionRule{FaultCode::PWMVoltageError, true, timing::pilot_unreadable, Release::WhenGone,
                   timing::gone, [](E e) { return e.has_pilot && implausible(e.in.pilot); },
                   [](E e) { return !implausible(e.in.pilot); }, pilot_levels,
                   "rails or levels that no sound pilot circuit shows"},
    ProtectionRule{FaultCode::PWMVoltageError, true, 0ms, Release::WhenGone, timing::gone,
                   [](E e) { return e.has_pilot && e.pilot_unreadable; },
                   [](E e) { return !e.pilot_unreadable; }, pilot_levels,
                   "no state can be read from the pilot"},
    ProtectionRule{FaultCode::B1NoDiode, true, timing::diode_test, Release::WhenUnplugged, 0ms,
                   [](E e) { return e.oscillating && !e.diode_seen && vehicle_seen(e); },
                   [](E e) { return !e.oscillating; }, pilot_levels,
                   "IEC 61851-1 Table A.4: no diode, so this is a resistor, water or a finger"},
    ProtectionRule{
        FaultCode::B1NoDiode, true, timing::diode_lost, Release::WhenUnplugged, 0ms,
        [](E e) {
            return e.oscillating && e.diode_seen && vehicle_seen(e) && !shows_diode(e.in.pilot);
        },
        [](E e) { return !e.oscillating; }, pilot_levels, "the diode was lost while charging"},
    ProtectionRule{FaultCode::DStateNotSupported, true, timing::close_after_c,
                   Release::GoneOrUnplugged, timing::gone_after_d,
                   [](E e) { return e.has_pilot && e.oscillating && e.pilot == PilotState::D; },
                   [](E e) { return e.pilot != PilotState::D; }, pilot_levels,
                   "the vehicle needs ventilation, which nobody can promise here"},
    ProtectionRule{FaultCode::RelayWelded, true, 0ms, Release::WhenUnplugged, timing::gone,
                   [](E e) { return e.welded != 0; }, [](E e) { return e.welded == 0; },
                   [](E e) {
                       return FaultDetail{e.welded, 0};
                   },
                   "voltage behind, or the mirror contact of, a contactor that is off"},
    ProtectionRule{FaultCode::RelayStuckOpen, true, 0ms, Release::WhenUnplugged, timing::gone,
                   [](E e) {
                       return e.in.power_good && e.closed_for >= timing::voltage_after_close &&
                              dead_poles(e) != 0;
                   },
                   [](E e) { return e.closed_phases == 0; },
                   [](E e) {
                       return FaultDetail{dead_poles(e), 0};
                   },
                   "no voltage behind a contactor that was switched on"},
    over_current_rule<0>(FaultCode::OverCurrentL1),
    over_current_rule<1>(FaultCode::OverCurrentL2),
    over_current_rule<2>(FaultCode::OverCurrentL3),
    ProtectionRule{FaultCode::OverTemperature, true, 0ms, Release::WhenGone, timing::gone,
                   [](E e) { return hottest(e).second >= off_from.count; },
                   [](E e) { return hottest(e).second < on_again_below.count; }, hottest,
                   "100 degrees at the outlet or in the body"},
    ProtectionRule{FaultCode::OverTemperature, false, 0ms, Release::WhenGone, timing::gone,
                   [](E e) { return hottest(e).second >= derate_from.count; },
                   [](E e) { return hottest(e).second < (derate_from - derate_hysteresis).count; },
                   hottest, "80 degrees at the outlet or in the body: less current is offered"},
    ProtectionRule{FaultCode::MeterOffline, true, timing::meter_stale, Release::WhenGone,
                   timing::gone, [](E e) { return e.in.power_good && e.meter_age > 0ms; },
                   [](E e) { return e.meter_age == 0ms; }, no_detail,
                   "without the meter over-current goes unseen"},
    ProtectionRule{FaultCode::ConnectorLock, true, timing::lock_moves, Release::WhenGone,
                   timing::gone, [](E e) { return e.lock_wanted != e.in.locked; },
                   [](E e) { return e.lock_wanted == e.in.locked; }, no_detail,
                   "the lock does not do what it is told"},
    ProtectionRule{FaultCode::ReaderOffline, false, timing::reader_silent, Release::WhenGone,
                   timing::gone, [](E e) { return !e.in.reader; }, [](E e) { return e.in.reader; },
                   no_detail, "the tag reader does not answer"},
};
static_assert(rules.size() <= max_rules);

}  // namespace

std::span<const ProtectionRule> protection_rules() { return rules; }

void Protection::tick(const Evidence& evidence) {
    prevents_ = false;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        advance(rules[i], states_[i], evidence);
        prevents_ |= states_[i].active && rules[i].prevents_charging;
    }
}

void Protection::advance(const ProtectionRule& rule, RuleState& state, const Evidence& evidence) {
    const bool present = rule.present(evidence);
    if (present && !state.present) state.present_since = evidence.now;
    state.present = present;
    if (present && !state.active && evidence.now - state.present_since >= rule.delay) {
        state.active = true;
        state.detail = rule.detail(evidence);
    }
    if (!state.active) return;
    if (present || !rule.gone(evidence)) {
        state.gone_since = Moment{-1};
    } else if (state.gone_since < Moment{0}) {
        state.gone_since = evidence.now;
    }
    const bool gone =
        state.gone_since >= Moment{0} && evidence.now - state.gone_since >= rule.release_after;
    const bool released = rule.release == Release::WhenGone        ? gone
                          : rule.release == Release::WhenUnplugged ? gone && !evidence.plugged
                                                                   : gone || !evidence.plugged;
    if (released) state = {};
}

std::size_t Protection::list(std::array<ActiveFault, max_faults>& out) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!states_[i].active) continue;
        const bool known = std::any_of(out.begin(), out.begin() + count,
                                       [&](const auto& f) { return f.code == rules[i].code; });
        if (!known && count < out.size())
            out[count++] = {rules[i].code, rules[i].prevents_charging, states_[i].detail};
    }
    return count;
}

units::Milliamps derated(units::Milliamps max, const Inputs& inputs, units::Milliamps present) {
    const auto at = [&](units::MilliCelsius warmer) {
        const Evidence evidence{.in = inputs};
        const units::MilliCelsius hot{hottest(evidence).second + warmer.count};
        if (hot < derate_from || max <= least_offer) return max;
        const auto span = (off_from - derate_from).count;
        const auto over = std::min((hot - derate_from).count, span);
        const auto less = (max - least_offer).count * over / span;
        return std::max(least_offer, units::Milliamps{(max.count - less) / 1000 * 1000});
    };
    const auto now = at({0});
    return now < present ? now : std::max(present, at(derate_hysteresis));
}

}  // namespace hal
