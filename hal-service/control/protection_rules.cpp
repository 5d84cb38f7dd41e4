// SPDX-License-Identifier: Apache-2.0
// The table itself. The first row of a code that is active tells its particulars.

#include "hal-service/control/pilot.hpp"
#include "hal-service/control/protection.hpp"
#include "hal-service/control/weld_check.hpp"

#include <algorithm>

namespace hal {
namespace {

using namespace std::chrono_literals;
using E = const Evidence&;
using enum Reaction;
using enum PilotAtFault;
using enum Release;

constexpr auto nothing = [](E) { return FaultDetail{}; };
constexpr const char* absent = "";  // gone is when the condition is absent

bool vehicle_seen(E e) {
    return e.pilot == PilotState::B || e.pilot == PilotState::C || e.pilot == PilotState::D;
}
FaultDetail pilot_levels(E e) { return {e.levels.high.count, e.levels.low.count}; }
FaultDetail hot(E e) {
    if (!e.heat.hottest()) return unread_temperature;
    const auto [place, temperature] = *e.heat.hottest();
    return {static_cast<std::int64_t>(place), temperature.count};
}

template <class Condition>
std::int64_t phases_where(E e, int phases, Condition condition) {
    std::int64_t found = 0;
    for (std::size_t i = 0; e.supply_known && i < static_cast<std::size_t>(phases); ++i)
        if (condition(e.supply[i])) found |= pole_bit(static_cast<Pole>(i));
    return found;
}
// A voltage is too high on any phase that the outlet has, and missed on those that are in use.
template <class Condition>
std::int64_t high_where(E e, Condition condition) {
    return phases_where(e, e.phases, condition);
}
template <class Condition>
std::int64_t low_where(E e, Condition condition) {
    return phases_where(e, e.used_phases, condition);
}
std::int64_t used_phases(E e) { return (std::int64_t{1} << e.used_phases) - 1; }
std::int64_t lost_phases(E e) {
    return low_where(e, [](auto voltage) { return voltage < phase_lost_below; });
}
bool one_lost(E e) { return lost_phases(e) != 0 && lost_phases(e) != used_phases(e); }
std::int64_t low_phases(E e) {
    return low_where(e, [](auto voltage) { return voltage < under_voltage; });
}
// Without the supply's warning: as the dip goes on that is no longer an under-voltage.
bool too_low(E e) { return e.in.power_good && low_phases(e) != 0 && !one_lost(e); }
bool as_usual(E e) {
    return e.supply_known &&
           low_where(e, [](auto voltage) { return voltage < reconnect_from; }) == 0 &&
           high_where(e, [](auto voltage) { return voltage > reconnect_to; }) == 0;
}
template <const units::Millivolts& Limit>
bool too_high(E e) {
    return high_where(e, [](auto voltage) { return voltage > Limit; }) != 0;
}
FaultDetail most_extreme(E e, std::int64_t phases, bool highest) {
    FaultDetail detail{phases, 0};
    for (std::size_t i = 0; i < e.supply.size(); ++i) {
        if ((phases & pole_bit(static_cast<Pole>(i))) == 0) continue;
        const auto voltage = e.supply[i].count;
        detail.second = detail.second == 0 ? voltage
                        : highest          ? std::max(detail.second, voltage)
                                           : std::min(detail.second, voltage);
    }
    return detail;
}
FaultDetail high_phases(E e) {
    return most_extreme(e, high_where(e, [](auto voltage) { return voltage > over_voltage; }),
                        true);
}

bool frequency_known(E e) { return e.supply_known && e.frequency.count > 0; }

// Only where there is a voltage before the contactor there can be one behind it.
std::int64_t dead_poles(E e) {
    std::int64_t dead = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(e.closed_phases); ++i) {
        const bool pulled = i == 0 ? e.in.k1_feedback : e.in.k2_feedback;
        const bool supplied = e.supply_known && e.supply[i] > live_pole;
        if (!pulled || (supplied && e.in.load_voltage[i] < live_pole))
            dead |= pole_bit(static_cast<Pole>(i));
    }
    return dead;
}

bool monitor_trusted(E e) {
    return !e.monitor_checking && !e.monitor_check_failed && !e.in.residual.error;
}

units::Milliamps hard_limit(units::Milliamps allowance) { return {allowance.count * 13 / 10}; }
units::Milliamps severe_limit(units::Milliamps allowance) { return {allowance.count * 2}; }

// Just after closing a vehicle may draw what charges its capacitors, whatever is offered.
template <units::Milliamps (*Limit)(units::Milliamps)>
units::Milliamps limit_now(E e) {
    const auto limit = Limit(e.allowance);
    return e.inrush ? std::max(limit, tolerated(std::max(e.rating, inrush_current))) : limit;
}

template <std::size_t PilotStage, units::Milliamps (*Limit)(units::Milliamps)>
constexpr ProtectionRule over_current(FaultCode code, const char* condition,
                                      std::chrono::milliseconds delay, const char* why) {
    constexpr auto over = [](E e) {
        return e.closed_phases > 0 && e.exceeds(PilotStage, limit_now<Limit>(e));
    };
    return {code,
            condition,
            delay,
            Open,
            MinusOnce,
            WhenUnplugged,
            absent,
            timing::gone,
            over,
            [](E e) { return e.closed_phases == 0 || !e.exceeds(PilotStage, limit_now<Limit>(e)); },
            [](E e) {
                return FaultDetail{e.current[PilotStage].count, e.allowance.count};
            },
            why};
}
template <units::Milliamps (*Limit)(units::Milliamps)>
constexpr std::array<ProtectionRule, 3> over_currents(const char* condition,
                                                      std::chrono::milliseconds delay,
                                                      const char* why) {
    return {over_current<0, Limit>(FaultCode::OverCurrentL1, condition, delay, why),
            over_current<1, Limit>(FaultCode::OverCurrentL2, condition, delay, why),
            over_current<2, Limit>(FaultCode::OverCurrentL3, condition, delay, why)};
}

constexpr std::array leaks = {
    ProtectionRule{FaultCode::ProtectiveEarth, "no protective earth", timing::earth_lost, Open,
                   MinusOnce, WhenGone, absent, timing::gone,
                   [](E e) { return e.in.power_good && !e.in.protective_earth; },
                   [](E e) { return e.in.protective_earth; }, nothing,
                   "a failing supply looks the same and is not judged"},
    ProtectionRule{FaultCode::ResidualCurrentAC, "the monitor's 30 mA output", timing::residual,
                   Open, MinusOnce, WhenUnplugged, absent, timing::gone,
                   [](E e) { return monitor_trusted(e) && e.in.residual.ac; },
                   [](E e) { return !e.in.residual.ac; }, nothing,
                   "IEC 61008, 62955: 30 mA AC within 300 ms. The hardware has latched it already; "
                   "false ones just after switching are opened for, too"},
    ProtectionRule{FaultCode::ResidualCurrentDC, "the monitor's 6 mA output", timing::residual,
                   Open, MinusOnce, WhenUnplugged, absent, timing::gone,
                   [](E e) { return monitor_trusted(e) && e.in.residual.dc; },
                   [](E e) { return !e.in.residual.dc; }, nothing,
                   "IEC 62955: 6 mA DC within 10 s, 60 mA within 300 ms; never closed again before "
                   "the vehicle has gone"},
    ProtectionRule{FaultCode::RcdSelfTest, "the monitor's test has failed, or it reports an error",
                   0ms, Open, MinusHeld, WhenUnplugged, "a test without a vehicle is passed", 0ms,
                   [](E e) { return e.monitor_check_failed; },
                   [](E e) { return !e.monitor_check_failed; }, nothing,
                   "IEC 62955: no session without a monitor that has proved itself"},
};

constexpr std::array pilots = {
    ProtectionRule{FaultCode::PilotGrounded, "E: the pilot is at 0 V", 0ms, Open, Unchanged,
                   WhenGone, absent, timing::gone,
                   [](E e) { return e.pilot_known && e.pilot == PilotState::E; },
                   [](E e) { return e.pilot_known && e.pilot != PilotState::E; }, pilot_levels,
                   "IEC 61851-1 sequence 12: shorted to earth, or earth lost in the cable; 3 s are "
                   "allowed"},
    ProtectionRule{FaultCode::PWMVoltageError, "no valid sample of the pilot for 50 ms", 0ms, Open,
                   MinusOnce, WhenGone, absent, timing::gone,
                   [](E e) { return e.has_pilot && e.pilot_age >= timing::pilot_blind; },
                   [](E e) { return e.pilot_age == 0ms; }, pilot_levels,
                   "who doesn't see the vehicle can't cut it off within 100 ms"},
    ProtectionRule{
        FaultCode::PWMVoltageError, "six jumps of more than 6.5 V within 500 ms", 0ms, Open,
        Unchanged, WhenGone, "none for 1 s", timing::gone,
        [](E e) { return e.has_pilot && e.pilot_too_noisy; },
        [](E e) { return !e.pilot_too_noisy; }, pilot_levels,
        "noise: no state is concluded from it, nor that the vehicle has left. States lie "
        "3 V apart, A and C 6"},
    ProtectionRule{FaultCode::PWMVoltageError, "rails or levels that no sound circuit shows",
                   timing::pilot_unreadable, Open, Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return e.has_pilot && implausible(e.levels); },
                   [](E e) { return !implausible(e.levels); }, pilot_levels,
                   "IEC 61851-1 Table A.2: 12 V +- 0.6 V, with the ADC's error"},
    ProtectionRule{FaultCode::PWMVoltageError, "-12 V although +12 V is driven", 0ms, Open,
                   Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return e.pilot_known && e.pilot == PilotState::F; },
                   [](E e) { return e.pilot_known && e.pilot != PilotState::F; }, pilot_levels,
                   "the generator is stuck"},
    ProtectionRule{FaultCode::PWMVoltageError, "no three equal samples for 500 ms", 0ms, Open,
                   Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return e.has_pilot && e.pilot_unreadable; },
                   [](E e) { return !e.pilot_unreadable; }, pilot_levels,
                   "no state can be read from the pilot"},
    ProtectionRule{
        FaultCode::B1NoDiode, "offered, and -12 V was never seen", timing::diode_test, Open,
        Unchanged, WhenUnplugged, absent, 0ms,
        [](E e) { return e.oscillating && e.pilot_known && !e.diode_seen && vehicle_seen(e); },
        [](E e) { return !e.oscillating; }, pilot_levels,
        "IEC 61851-1 Table A.4: no diode, so this is a resistor, water or a finger"},
    ProtectionRule{FaultCode::B1NoDiode, "offered, and -12 V is no longer seen", timing::diode_lost,
                   Open, Unchanged, WhenUnplugged, absent, 0ms,
                   [](E e) {
                       return e.oscillating && e.pilot_known && e.diode_seen && vehicle_seen(e) &&
                              !shows_diode(e.levels);
                   },
                   [](E e) { return !e.oscillating; }, pilot_levels,
                   "the diode was lost while charging"},
    ProtectionRule{FaultCode::DStateNotSupported, "D, and no ventilation", timing::close_after_c,
                   Open, Unchanged, GoneOrUnplugged, absent, timing::pause_after_fault,
                   [](E e) {
                       return e.oscillating && e.pilot_known && e.pilot == PilotState::D &&
                              !e.settings.ventilation;
                   },
                   [](E e) { return e.pilot_known && e.pilot != PilotState::D; }, pilot_levels,
                   "it may only be served where the air is changed; a pass through D is no "
                   "request"},
};

constexpr std::array contactors = {
    ProtectionRule{FaultCode::RelayWelded, "a pole conducts although switched off", 0ms, Open,
                   MinusHeld, WhenUnplugged, "a new start of the process finds these poles open",
                   0ms, [](E e) { return e.welded != 0 && !e.weld_disproved; },
                   [](E e) { return e.weld_disproved; },
                   [](E e) {
                       return FaultDetail{e.welded, 0};
                   },
                   "three windows of 200 ms with more than 150 V behind it, all poles off; or its "
                   "mirror contact. Remembered over restarts"},
    ProtectionRule{FaultCode::RelayStuckOpen, "no voltage behind a pole that is switched on",
                   timing::voltage_after_close, Open, MinusHeld, WhenUnplugged, absent,
                   timing::gone,
                   [](E e) { return e.in.power_good && e.closed_phases > 0 && dead_poles(e) != 0; },
                   [](E e) { return e.closed_phases == 0; },
                   [](E e) {
                       return FaultDetail{dead_poles(e), 0};
                   },
                   "or its mirror contact; not tried again with the same vehicle"},
    ProtectionRule{FaultCode::RelaySupply, "the coils have no power although wanted",
                   timing::relay_supply_lost, Open, MinusOnce, WhenGone, absent, timing::gone,
                   [](E e) {
                       return e.in.power_good && !e.in.relay_supply && e.closed_phases > 0 &&
                              !e.in.residual.ac && !e.in.residual.dc;
                   },
                   [](E e) { return e.in.relay_supply; }, nothing,
                   "the dead-man circuit or a thermal contact has opened; a residual current does "
                   "so, too, and has its own row"},
};

constexpr auto mild = over_currents<tolerated>(
    "more than (offer + 0.5 A) * 1.1", timing::overcurrent,
    "IEC 61851-1 sequence 6: 5 s to follow; the offer is the largest of the last 6 s");
constexpr auto hard =
    over_currents<hard_limit>("more than 1.3 times the offer", timing::overcurrent_hard,
                              "no vehicle's control overshoots so far for so long; just after "
                              "closing as below");
constexpr auto severe = over_currents<severe_limit>(
    "more than twice the offer", timing::overcurrent_severe,
    "a fault in or before the vehicle. ISO 17409: for 1 s after closing a "
    "vehicle may draw 30 A; more than that and the rating still counts");

constexpr std::array supply = {
    ProtectionRule{FaultCode::OverVoltage, "a phase above 276 V", timing::overvoltage_severe, Open,
                   Unchanged, WhenGone, "207 to 250.7 V", timing::supply_returned,
                   too_high<severe_over_voltage>, as_usual, high_phases,
                   "1.2 times nominal destroys on-board chargers"},
    ProtectionRule{FaultCode::OverVoltage, "a phase above 264 V", timing::overvoltage, Open,
                   Unchanged, WhenGone, "207 to 250.7 V", timing::supply_returned,
                   too_high<over_voltage>, as_usual, high_phases,
                   "EN 50160: up to 253 V is normal; reconnection as R37 has it"},
    ProtectionRule{FaultCode::UnderVoltage, "a phase in use below 195 V", timing::undervoltage,
                   Stop, Unchanged, WhenGone, "207 to 250.7 V", timing::supply_returned, too_low,
                   as_usual, [](E e) { return most_extreme(e, low_phases(e), false); },
                   "EN 50160: down to 207 V is normal; R37: less than 0.8 for 3 s"},
    ProtectionRule{
        FaultCode::Frequency, "3 Hz below or 2 Hz above the board's 50 or 60 Hz", timing::frequency,
        Stop, Unchanged, WhenGone, "0.1 Hz around it", timing::supply_returned,
        [](E e) {
            return frequency_known(e) && !e.frequency_within(frequency_below, frequency_above);
        },
        [](E e) {
            return frequency_known(e) &&
                   e.frequency_within(reconnect_frequency_within, reconnect_frequency_within);
        },
        [](E e) {
            return FaultDetail{e.frequency.count, 0};
        },
        "a grid in trouble; reconnection as R37 has it"},
    ProtectionRule{FaultCode::PhaseLoss, "a phase in use below 100 V, others not",
                   timing::phase_lost, Stop, Unchanged, WhenGone, "207 to 250.7 V",
                   timing::supply_returned, one_lost, as_usual,
                   [](E e) { return most_extreme(e, lost_phases(e), false); },
                   "a blown fuse; the vehicle sees it, too, so it may lower its current first"},
};

constexpr std::array others = {
    ProtectionRule{
        FaultCode::OverTemperature, "Outlet or Body at the board's limit", 0ms, Open, Unchanged,
        WhenGone, "each sensor that is fitted reads below the board's limit for on again",
        timing::gone, [](E e) { return e.heat.trips(); },
        [](E e) { return e.heat.known() && !e.heat.trips(); }, hot,
        "100 degrees, on again below 90, unless the board file says otherwise. Remembered over "
        "restarts"},
    ProtectionRule{FaultCode::OverTemperature, "Outlet or Body warm", 0ms, Derate, Unchanged,
                   WhenGone, "2 K below", timing::gone, [](E e) { return e.heat.warm(); },
                   [](E e) { return e.heat.cool(); }, hot,
                   "from 80 degrees, unless the board file says otherwise, down to 6 A"},
    ProtectionRule{FaultCode::TemperatureSensor, "a sensor that is fitted is lost",
                   timing::temperature_sensor, Derate, Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return !e.heat.known() || e.in.lost_inlet; },
                   [](E e) { return e.heat.known() && !e.in.lost_inlet; }, nothing,
                   "10 A, unless the board file says otherwise, and never more than the heat "
                   "permitted before"},
    ProtectionRule{FaultCode::MeterOffline, "no believable transfer for 1 s", 0ms, Stop, Unchanged,
                   WhenGone, absent, timing::gone,
                   [](E e) { return e.in.power_good && e.meter_age >= timing::meter_stale; },
                   [](E e) { return e.meter_age < timing::meter_stale; }, nothing,
                   "without the meter over-current goes unseen"},
    ProtectionRule{FaultCode::MeterCalibration,
                   "its words are not what their checksum says, or its energy is not its power's",
                   0ms, Stop, Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return !e.in.meter.calibrated; },
                   [](E e) { return e.in.meter.calibrated; }, nothing,
                   "a current that is shown too low goes unprotected, and unpaid"},
    ProtectionRule{
        FaultCode::Proximity, "the cable's resistor is lost while energised", 0ms, Open, Unchanged,
        GoneOrUnplugged, "there again", timing::gone,
        [](E e) { return e.has_socket && e.closed_phases > 0 && e.cable == Proximity::Open; },
        [](E e) { return e.cable != Proximity::Open; },
        [](E e) {
            return FaultDetail{e.in.proximity_ohms, 0};
        },
        "the plug may have been torn out of its lock"},
    ProtectionRule{
        FaultCode::Proximity, "shorted, or between a resistor and none", timing::proximity, Open,
        Unchanged, WhenGone, absent, timing::gone,
        [](E e) {
            return e.has_socket && (e.cable == Proximity::Invalid || e.cable == Proximity::Shorted);
        },
        [](E e) { return e.cable != Proximity::Invalid && e.cable != Proximity::Shorted; },
        [](E e) {
            return FaultDetail{e.in.proximity_ohms, 0};
        },
        "IEC 61851-1 Table B.2: below 60 ohms, or 2460 to 4500: what it bears is "
        "unknown"},
    ProtectionRule{FaultCode::ConnectorLock, "three tries in vain", 0ms, Stop, Unchanged, WhenGone,
                   "it follows", timing::gone, [](E e) { return e.lock_jammed; },
                   [](E e) { return !e.lock_jammed; }, nothing,
                   "each 1 s, driven back 400 ms in between; while energised one, and never back"},
    ProtectionRule{FaultCode::LoopOverrun, "the loop came more than 50 ms late", 0ms, Open,
                   MinusHeld, WhenGone, absent, timing::in_time_again,
                   [](E e) { return e.overrun; }, [](E e) { return !e.overrun; },
                   [](E e) {
                       return FaultDetail{e.lateness.count() / 1000, 0};
                   },
                   "half of the 100 ms to open are gone; what was seen before is stale"},
    ProtectionRule{FaultCode::LoopOverrun, "three times more than 20 ms late", 0ms, Warn, Unchanged,
                   WhenGone, absent, timing::gone, [](E e) { return e.late; },
                   [](E e) { return !e.late; },
                   [](E e) {
                       return FaultDetail{e.lateness.count() / 1000, 0};
                   },
                   "within a minute: the machine is too busy"},
    ProtectionRule{FaultCode::ReaderOffline, "the tag reader is silent", timing::reader_silent,
                   Warn, Unchanged, WhenGone, absent, timing::gone,
                   [](E e) { return !e.in.reader; }, [](E e) { return e.in.reader; }, nothing,
                   "a session goes on without it"},
    ProtectionRule{FaultCode::Tamper, "the enclosure is open", timing::tamper, Warn, Unchanged,
                   WhenGone, absent, timing::gone, [](E e) { return e.in.tamper; },
                   [](E e) { return !e.in.tamper; }, nothing, "somebody should know"},
};

template <std::size_t... Sizes>
constexpr auto joined(const std::array<ProtectionRule, Sizes>&... parts) {
    std::array<ProtectionRule, (Sizes + ...)> all{};
    static_assert(all.size() <= max_rules);
    auto next = all.begin();
    ((next = std::copy(parts.begin(), parts.end(), next)), ...);
    return all;
}
constexpr auto rules = joined(leaks, pilots, contactors, severe, hard, mild, supply, others);

}  // namespace

std::span<const ProtectionRule> protection_rules() { return rules; }

}  // namespace hal
