// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sequences of IEC 61851-1 Annex A as one table of stages.
//
// Theory of operation. Each connector is in one PilotStage, and each stage fixes two things: the
// drive of the pilot, and whether the contactors may be closed. The contactors close on entering
// Energised and on no other way, except for the technician's contactor check, which runs only in
// Waiting on an outlet that nobody uses. They stay closed in Stopping; entering any other stage
// opens them. The pilot oscillates in Offering and Energised. It shows F in Renewing, E in
// ChangingPhases, E or F in WakingUp, and +12 V (X1) in the remaining stages but Tripped.
//
// A session goes Waiting, Offering, Energised, and back to Offering whenever the vehicle opens S2.
// It ends through Stopping when it is no longer permitted: the vehicle has 6 s to lower its
// current before the contactors open under load. WakingUp and Woken are a detour of Offering for a
// vehicle that ignores the offer. ChangingPhases is a detour of Waiting between one and three
// phases. Starting and Renewing come once, after the start of the process.
//
// The table is pure. Controller computes the Signals of a tick and tries the rows of the present
// stage from the top; the first row that applies wins, and at most one row is taken in a tick. The
// order of the rows therefore is their precedence: a trip comes before the loss of the supply,
// and that before the vehicle and the wish. No row means that the stage stays.
//
// Three things lie over the stages and are not in the table:
//   * Protection (protection.hpp) has a table of its own. It reaches this one as two signals:
//     `tripped` opens the contactors at once from every stage that can have them closed, and
//     `minus` keeps Tripped while F has to be shown. In Tripped the fault owns the pilot, so
//     Controller::drive asks Protection instead of the stage. A fault that only stops, derates or
//     warns changes the permission, not the stage.
//   * The permission (lease.hpp, Controller::permitted) is the least of the wish, the board, the
//     cable and the temperature. It may be withdrawn in every stage; rows see `permitted` only.
//   * The current within Offering and Energised follows the permission at the pace of Offer
//     (offer.hpp) without a change of stage.
//
// Deadlines are of two kinds. The time that a stage lasts is counted from entering it and arrives
// as `lasted` and `shown`. The times of the vehicle (asking, leaving, pulses) are counted by
// PilotFilter from its samples, and arrive as `requests`, `left` and `cut_off`. The pauses
// before the next offer are moments in Controller and arrive as `may_offer`.
//
// A Schuko outlet has no pilot. The same stages serve it: its plug switch stands for the vehicle,
// and rows that need a pilot ask `has_pilot`. To add a row, write its clause and reason, which
// hal-service/README.md shows, and a case in sequences_test.cpp.

#include <array>
#include <span>
#include <string_view>

namespace hal {

enum class PilotStage {
    Starting,        // nothing is known yet: X1, contactors open
    Renewing,        // F, so that a vehicle that asked before the start asks anew
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

// The table judges each tick by these.
struct Signals {
    bool has_pilot = true;      // false: there is no vehicle's answer to wait for
    bool known = false;         // vehicle and contactors have shown a first state
    bool tripped = false;       // a fault wants the contactors open at once
    bool minus = false;         // a fault wants F
    bool dark = false;          // the supply is lost
    bool permitted = false;     // wish, hardware and protection allow power
    bool present = false;       // a vehicle is plugged in
    bool may_offer = false;     // the pauses are over and the monitor is tested
    bool asks = false;          // the vehicle has closed S2
    bool requests = false;      // S2 has been closed long enough to close the contactors
    bool proven = false;        // the diode is seen and the cable is locked
    bool left = false;          // S2 is open, the plug is out, or the pilot is cut off
    bool cut_off = false;       // the pilot no longer shows a vehicle
    bool chatters = false;      // S2 was closed several times in a short while
    bool lasted = false;        // the stage has lasted as long as it has to
    bool shown = false;         // E or F has been shown for its least time
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

// The first row of a stage that applies wins.
std::span<const SequenceRow> sequence_rows();

}  // namespace hal
