// SPDX-License-Identifier: Apache-2.0
#pragma once
// The protection of people and property as one table: condition, delay, reaction, release. It
// stands above the pilot sequences and above every wish, and no setting switches it off.

#include "hal-service/control/board.hpp"
#include "hal-service/control/cable.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/temperature.hpp"
#include "hal-service/control/timing.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hal {

// The rules judge each tick by these values and by the inputs themselves.
struct Evidence {
    const Inputs& in;
    const process::OutletSettings& settings;
    const Heat& heat;
    Moment now{0};
    bool believed = true;  // all inputs: without that no fault is let go
    bool has_pilot = true;
    bool has_socket = false;
    int phases = 3;       // that the outlet has
    int used_phases = 3;  // that are closed, or will be: what nobody uses may be absent
    bool plugged = false;
    PilotState pilot = PilotState::A;
    bool pilot_known = false;  // the pilot can be read now: neither F nor E is shown
    bool pilot_unreadable = false;
    bool pilot_too_noisy = false;
    Moment pilot_age{0};   // age of the newest valid sample
    PilotSample levels{};  // that sample
    bool oscillating = false;
    bool diode_seen = false;  // since the oscillation began
    Proximity cable = Proximity::Open;
    int closed_phases = 0;        // 1 or 3 of them; 0: open
    std::int64_t welded = 0;      // poles, as they are remembered
    bool weld_disproved = false;  // a process that began with that memory found all poles open
    bool monitor_checking = false;
    bool monitor_check_failed = false;
    Moment meter_age{0};
    bool supply_known = false;  // the meter has said lately what follows
    PerPhase<units::Millivolts> supply{};
    units::Millihertz frequency{};
    PerPhase<units::Milliamps> current{};
    units::Milliamps allowance{};  // the most that was signalled lately
    units::Milliamps rating{};     // the outlet's
    bool inrush = false;           // the contactors have closed just now
    bool lock_jammed = false;
    bool overrun = false;
    bool late = false;
    Moment lateness{0};

    // A reading at the end of the meter's range may be any current above it.
    bool exceeds(std::size_t phase, units::Milliamps limit) const {
        return current[phase] > limit || current[phase] >= settings.meter_range.current;
    }
    bool frequency_within(units::Millihertz below, units::Millihertz above) const {
        const auto nominal = settings.line_frequency;
        return frequency >= nominal - below && frequency <= nominal + above;
    }
};

enum class Reaction {
    Open,    // contactors at once, under load if need be
    Stop,    // PWM off, 6 s for the vehicle, then open, as when power is no longer wished
    Derate,  // a warning, and less is offered
    Warn
};
constexpr auto names(Reaction) { return std::array{"open at once", "stop", "derate", "warn"}; }

// F tells the vehicle that no power is available, and hides the vehicle; X1 lets it be seen.
enum class PilotAtFault {
    Unchanged,  // nothing is offered: X1
    MinusOnce,  // F for 300 ms, then X1
    MinusHeld   // F while the fault lasts, with looks
};
constexpr auto names(PilotAtFault) { return std::array{"X1", "F, then X1", "F held"}; }

enum class Release {
    WhenGone,         // the condition was absent for the row's time
    WhenUnplugged,    // as WhenGone, and the vehicle has left: the next one may charge
    GoneOrUnplugged,  // the condition was absent, or the vehicle has left
};

struct ProtectionRule {
    FaultCode code;
    const char* condition;
    std::chrono::milliseconds delay;  // the condition holds for so long without a break
    Reaction reaction;
    PilotAtFault pilot;
    Release release;
    const char* until;  // describes `gone` where it is more than the condition's absence
    std::chrono::milliseconds release_after;
    bool (*present)(const Evidence&);
    bool (*gone)(const Evidence&);  // with hysteresis where there is one
    FaultDetail (*detail)(const Evidence&);
    const char* why;

    constexpr bool prevents_charging() const {
        return reaction == Reaction::Open || reaction == Reaction::Stop;
    }
};

std::span<const ProtectionRule> protection_rules();

inline constexpr std::size_t max_rules = 48;

// The limits of a healthy supply. EN 50160 calls 207 to 253 V and 49.5 to 50.5 Hz normal; those of
// the frequency lie around the 50 or 60 Hz of the board file.
inline constexpr units::Millivolts over_voltage{264'000};
inline constexpr units::Millivolts severe_over_voltage{276'000};
inline constexpr units::Millivolts under_voltage{195'000};
inline constexpr units::Millivolts phase_lost_below{100'000};
inline constexpr units::Millivolts reconnect_from{207'000};
inline constexpr units::Millivolts reconnect_to{250'700};
// ISO 17409, effective, for a second after the contactors have closed.
inline constexpr units::Milliamps inrush_current{30'000};
inline constexpr units::Millihertz frequency_below{3'000};
inline constexpr units::Millihertz frequency_above{2'000};
inline constexpr units::Millihertz reconnect_frequency_within{100};

// A vehicle may draw as much for 7 s. Meters and on-board chargers may be 0.5 A and a tenth off.
// This is 50 mA more than the daemon allows a vehicle that follows its offer
// (ocpp/features/current), so that no vehicle that follows is switched off.
constexpr units::Milliamps tolerated(units::Milliamps allowance) {
    return {(allowance.count + 500) * 11 / 10};
}

class Protection {
public:
    void tick(const Evidence& evidence);

    // True: the contactors are to be open at once and stay open.
    bool trips() const { return trips_; }
    // True: no power is permitted.
    bool stops() const { return stops_; }
    bool minus_held() const { return minus_held_; }
    // True: a fault that was found just now wants F.
    bool minus_owed(Moment now) const { return now < minus_until_; }
    // Nothing is offered before this moment, after a fault that went away by itself.
    Moment quiet_until() const { return quiet_until_; }
    bool active(FaultCode code) const;
    // Writes each active code once; returns the number.
    std::size_t list(std::array<ActiveFault, max_faults>& out) const;

private:
    struct RuleState {
        bool present = false;
        Moment present_since{0};
        bool active = false;
        std::optional<Moment> gone_since;
        FaultDetail detail;
    };
    void advance(const ProtectionRule& rule, RuleState& state, const Evidence& evidence);

    std::array<RuleState, max_rules> states_{};
    bool trips_ = false;
    bool stops_ = false;
    bool minus_held_ = false;
    Moment minus_until_{0};
    Moment quiet_until_{0};
};

}  // namespace hal
