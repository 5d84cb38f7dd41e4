// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sequences of IEC 61851-1 Annex A as one table: in which phase a connector is, what it judges
// by, and where it goes from there.

#include <array>
#include <span>
#include <string_view>

namespace hal {

enum class PilotStage {
    Starting,        // nothing is known yet: X1, contactors open
    Renewing,        // F, so that a vehicle that asks from before the start asks anew
    Waiting,         // nothing offered: X1, contactors open
    Offering,        // the pilot oscillates, contactors open
    Energised,       // contactors closed
    Stopping,        // X1; the vehicle is given time to lower its current
    WakingUp,        // E or F
    Woken,           // X1 for a moment
    ChangingPhases,  // E, contactors proven open
    Tripped          // a fault has opened the contactors and owns the pilot
};
constexpr auto names(PilotStage) {
    return std::array{"Starting", "Renewing", "Waiting", "Offering",       "Energised",
                      "Stopping", "WakingUp", "Woken",   "ChangingPhases", "Tripped"};
}

// What the table judges by.
struct Signals {
    bool has_pilot = true;  // without one there is nothing to wait for
    bool known = false;     // the first state of vehicle and contactors
    bool tripped = false;   // a fault wants the contactors open at once
    bool minus = false;     // a fault wants F
    bool dark = false;      // the supply is lost
    bool permitted = false;
    bool present = false;       // plugged in
    bool may_offer = false;     // the pauses are over, the monitor is tested
    bool asks = false;          // S2 is closed
    bool requests = false;      // ... steadily enough to close
    bool proven = false;        // diode seen, cable locked: may be energised
    bool left = false;          // opened S2, unplugged, or the pilot is cut off
    bool chatters = false;      // S2 was closed several times in a short while
    bool cut_off = false;       // ... of these, the pilot no longer shows a vehicle
    bool lasted = false;        // the phase has lasted as long as it has to
    bool shown = false;         // ... or as long as E or F has to be shown, at least
    bool other_phases = false;  // the wish is for another number of phases than the vehicle knows
    bool open = false;          // the contactors are proven open
    bool sleeps = false;        // the vehicle ignores the offer and may be woken
};

struct SequenceRow {
    PilotStage from;
    bool (*when)(const Signals&);
    PilotStage to;
    std::string_view clause;  // number in Table A.6; without one it is our own rule
    std::string_view reason;
};

// The first row of a phase that applies wins.
std::span<const SequenceRow> sequence_rows();

}  // namespace hal
