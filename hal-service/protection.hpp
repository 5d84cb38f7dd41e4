// SPDX-License-Identifier: Apache-2.0
#pragma once
// What protects people and property, as one table: condition, delay, reaction, release. It stands
// above the pilot sequences and above every wish; nobody can switch it off.

#include "hal-service/board.hpp"
#include "hal-service/report.hpp"
#include "hal-service/timing.hpp"
#include "hal-service/weld_check.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hal {

// What the rules judge by, besides the inputs themselves.
struct Evidence {
    const Inputs& in;
    Moment now{0};
    bool has_pilot = true;
    bool plugged = false;
    PilotState pilot = PilotState::A;
    bool pilot_unreadable = false;
    bool oscillating = false;
    bool diode_seen = false;  // since the oscillation began
    Moment closed_for{-1};    // since the contactors were told to close; negative: they are open
    int closed_phases = 0;    // 1 or 3 of them; 0: open
    std::int64_t welded = 0;  // WeldCheck::welded()
    Moment meter_age{0};
    PerPhase<units::Milliamps> current{};
    units::Milliamps allowance{};  // the most that was signalled lately
    bool lock_wanted = false;
};

enum class Release {
    WhenGone,         // the condition was absent for the row's time
    WhenUnplugged,    // ... and the vehicle is gone, too: the next one may charge
    GoneOrUnplugged,  // either
};

struct ProtectionRule {
    FaultCode code;
    bool prevents_charging;
    std::chrono::milliseconds delay;  // the condition holds for so long without a break
    Release release;
    std::chrono::milliseconds release_after;
    bool (*present)(const Evidence&);
    bool (*gone)(const Evidence&);  // with hysteresis where there is one
    FaultDetail (*detail)(const Evidence&);
    const char* why;
};

std::span<const ProtectionRule> protection_rules();

inline constexpr std::size_t max_rules = 32;

class Protection {
public:
    void tick(const Evidence& evidence);

    // The contactors are open and stay open.
    bool prevents_charging() const { return prevents_; }
    // Each code once, as ActiveFaults; returns how many.
    std::size_t list(std::array<ActiveFault, max_faults>& out) const;

private:
    struct RuleState {
        bool present = false;
        Moment present_since{0};
        bool active = false;
        Moment gone_since{-1};
        FaultDetail detail;
    };
    void advance(const ProtectionRule& rule, RuleState& state, const Evidence& evidence);

    std::array<RuleState, max_rules> states_{};
    bool prevents_ = false;
};

inline constexpr units::MilliCelsius derate_from{80'000};
inline constexpr units::MilliCelsius off_from{100'000};
inline constexpr units::MilliCelsius on_again_below{90'000};
inline constexpr units::MilliCelsius derate_hysteresis{2000};

// The most that may be offered at these temperatures (Outlet, Body): from `max` at 80 degrees
// linearly to 6 A at 100, in whole amps. `present` is what is allowed now; more is given back
// only after cooling by the hysteresis.
units::Milliamps derated(units::Milliamps max, const Inputs& inputs, units::Milliamps present);

}  // namespace hal
