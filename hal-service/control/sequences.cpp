// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/sequences.hpp"

namespace hal {
namespace {

using F = const Signals&;

bool tripped(F f) { return f.tripped; }
bool dark(F f) { return f.dark; }
bool stop(F f) { return !f.permitted || f.other_phases; }

constexpr std::array rows = {
    SequenceRow{PilotStage::Starting, tripped, PilotStage::Tripped, "13",
                "a fault is there at the start"},
    SequenceRow{PilotStage::Starting, [](F f) { return f.known && f.asks && f.has_pilot; },
                PilotStage::Renewing, "13",
                "found in C with open contactors: never close on stale state, let it ask anew"},
    SequenceRow{PilotStage::Starting, [](F f) { return f.known; }, PilotStage::Waiting, "",
                "the vehicle's state is known, the contactors are open"},

    SequenceRow{PilotStage::Renewing, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::Renewing, [](F f) { return f.lasted; }, PilotStage::Waiting, "13",
                "F has lasted: back to X1"},

    SequenceRow{PilotStage::Waiting, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::Waiting,
                [](F f) { return f.permitted && f.present && f.other_phases && f.open && !f.dark; },
                PilotStage::ChangingPhases, "",
                "the poles are proven open: the vehicle is shown E before it gets other phases"},
    SequenceRow{
        PilotStage::Waiting,
        [](F f) { return f.permitted && f.present && f.may_offer && !f.other_phases && !f.dark; },
        PilotStage::Offering, "1, 3", "plugged in and permitted: B1 to B2"},

    SequenceRow{PilotStage::Offering, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::Offering, dark, PilotStage::Waiting, "9.2", "the supply is lost"},
    SequenceRow{PilotStage::Offering, [](F f) { return !f.present; }, PilotStage::Waiting, "2.1",
                "unplugged: B2 to A"},
    SequenceRow{PilotStage::Offering, stop, PilotStage::Waiting, "9.2",
                "no longer permitted: B2 to B1"},
    SequenceRow{PilotStage::Offering, [](F f) { return f.requests && f.proven && f.open; },
                PilotStage::Energised, "4", "the vehicle asks steadily: B2 to C2"},
    SequenceRow{PilotStage::Offering, [](F f) { return f.sleeps; }, PilotStage::WakingUp, "A.5.3",
                "the vehicle ignores the offer"},

    SequenceRow{PilotStage::Energised, tripped, PilotStage::Tripped, "13", "a trip opens at once"},
    SequenceRow{PilotStage::Energised, dark, PilotStage::Waiting, "9.1", "the supply is lost"},
    SequenceRow{PilotStage::Energised, [](F f) { return f.cut_off; }, PilotStage::Waiting,
                "2.2, 12", "unplugged, or the pilot is lost"},
    SequenceRow{PilotStage::Energised, [](F f) { return f.left && f.chatters; },
                PilotStage::Waiting, "",
                "the vehicle opens S2 again and again: spares the contactors"},
    SequenceRow{PilotStage::Energised, [](F f) { return f.left; }, PilotStage::Offering, "7, 8.1",
                "the vehicle opens S2: C2 to B2"},
    SequenceRow{PilotStage::Energised, [](F f) { return stop(f) && f.has_pilot; },
                PilotStage::Stopping, "9.1", "no longer permitted: C2 to C1"},
    SequenceRow{PilotStage::Energised, stop, PilotStage::Waiting, "",
                "without a pilot nobody can be asked to lower the current"},

    SequenceRow{PilotStage::Stopping, tripped, PilotStage::Tripped, "13", "a trip opens at once"},
    SequenceRow{PilotStage::Stopping, dark, PilotStage::Waiting, "9.1", "the supply is lost"},
    SequenceRow{PilotStage::Stopping, [](F f) { return f.left; }, PilotStage::Waiting, "8.2, 10.1",
                "the vehicle has opened S2: C1 to B1"},
    SequenceRow{PilotStage::Stopping, [](F f) { return f.lasted; }, PilotStage::Waiting, "10.2",
                "it does not react: opened under load"},

    SequenceRow{PilotStage::WakingUp, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::WakingUp, [](F f) { return (stop(f) || f.dark) && f.shown; },
                PilotStage::Waiting, "9.2",
                "no longer permitted, and the level was shown for 300 ms"},
    SequenceRow{PilotStage::WakingUp, [](F f) { return f.lasted; }, PilotStage::Woken, "A.5.3",
                "the level has lasted: back to X1"},

    SequenceRow{PilotStage::Woken, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::Woken,
                [](F f) { return stop(f) || f.dark || (f.lasted && !f.present); },
                PilotStage::Waiting, "9.2", "no longer permitted, or unplugged meanwhile"},
    SequenceRow{PilotStage::Woken, [](F f) { return f.lasted && f.may_offer; },
                PilotStage::Offering, "3", "offered again: B1 to B2"},

    SequenceRow{PilotStage::ChangingPhases, tripped, PilotStage::Tripped, "13", "a trip"},
    SequenceRow{PilotStage::ChangingPhases,
                [](F f) { return (!f.permitted || !f.other_phases || f.dark) && f.shown; },
                PilotStage::Waiting, "", "withdrawn or unplugged, and E was shown for 300 ms"},
    SequenceRow{PilotStage::ChangingPhases, [](F f) { return f.lasted; }, PilotStage::Waiting, "",
                "the pause is over, the poles are changed"},

    SequenceRow{PilotStage::Tripped, [](F f) { return !f.tripped && !f.minus; },
                PilotStage::Waiting, "13", "no fault is left, and F has lasted"},
};

}  // namespace

std::span<const SequenceRow> sequence_rows() { return rows; }

}  // namespace hal
