// SPDX-License-Identifier: Apache-2.0
#include "hal-service/sequences.hpp"

namespace hal {
namespace {

using F = const Facts&;

bool tripped(F f) { return f.tripped; }
bool dark(F f) { return f.dark; }
bool stop(F f) { return !f.permitted || f.other_phases; }

constexpr std::array rows = {
    SequenceRow{Phase::Starting, tripped, Phase::Tripped, "13", "a fault is there at the start"},
    SequenceRow{Phase::Starting, [](F f) { return f.known && f.asks && f.has_pilot; },
                Phase::Renewing, "13",
                "found in C with open contactors: never close on stale state, let it ask anew"},
    SequenceRow{Phase::Starting, [](F f) { return f.known; }, Phase::Waiting, "",
                "the vehicle's state is known, the contactors are open"},

    SequenceRow{Phase::Renewing, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::Renewing, [](F f) { return f.lasted; }, Phase::Waiting, "13",
                "F has lasted: back to X1"},

    SequenceRow{Phase::Waiting, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::Waiting,
                [](F f) { return f.permitted && f.present && f.other_phases && f.open && !f.dark; },
                Phase::ChangingPhases, "",
                "the poles are proven open: the vehicle is shown E before it gets other phases"},
    SequenceRow{
        Phase::Waiting,
        [](F f) { return f.permitted && f.present && f.may_offer && !f.other_phases && !f.dark; },
        Phase::Offering, "1, 3", "plugged in and permitted: B1 to B2"},

    SequenceRow{Phase::Offering, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::Offering, dark, Phase::Waiting, "9.2", "the supply is lost"},
    SequenceRow{Phase::Offering, [](F f) { return !f.present; }, Phase::Waiting, "2.1",
                "unplugged: B2 to A"},
    SequenceRow{Phase::Offering, stop, Phase::Waiting, "9.2", "no longer permitted: B2 to B1"},
    SequenceRow{Phase::Offering, [](F f) { return f.requests && f.proven && f.open; },
                Phase::Energised, "4", "the vehicle asks steadily: B2 to C2"},
    SequenceRow{Phase::Offering, [](F f) { return f.sleeps; }, Phase::WakingUp, "A.5.3",
                "the vehicle ignores the offer"},

    SequenceRow{Phase::Energised, tripped, Phase::Tripped, "13", "a trip opens at once"},
    SequenceRow{Phase::Energised, dark, Phase::Waiting, "9.1", "the supply is lost"},
    SequenceRow{Phase::Energised, [](F f) { return f.cut_off; }, Phase::Waiting, "2.2, 12",
                "unplugged, or the pilot is lost"},
    SequenceRow{Phase::Energised, [](F f) { return f.left && f.chatters; }, Phase::Waiting, "",
                "the vehicle opens S2 again and again: spares the contactors"},
    SequenceRow{Phase::Energised, [](F f) { return f.left; }, Phase::Offering, "7, 8.1",
                "the vehicle opens S2: C2 to B2"},
    SequenceRow{Phase::Energised, [](F f) { return stop(f) && f.has_pilot; }, Phase::Stopping,
                "9.1", "no longer permitted: C2 to C1"},
    SequenceRow{Phase::Energised, stop, Phase::Waiting, "",
                "without a pilot nobody can be asked to lower the current"},

    SequenceRow{Phase::Stopping, tripped, Phase::Tripped, "13", "a trip opens at once"},
    SequenceRow{Phase::Stopping, dark, Phase::Waiting, "9.1", "the supply is lost"},
    SequenceRow{Phase::Stopping, [](F f) { return f.left; }, Phase::Waiting, "8.2, 10.1",
                "the vehicle has opened S2: C1 to B1"},
    SequenceRow{Phase::Stopping, [](F f) { return f.lasted; }, Phase::Waiting, "10.2",
                "it does not react: opened under load"},

    SequenceRow{Phase::WakingUp, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::WakingUp, [](F f) { return (stop(f) || f.dark) && f.shown; }, Phase::Waiting,
                "9.2", "no longer permitted, and the level was shown for 300 ms"},
    SequenceRow{Phase::WakingUp, [](F f) { return f.lasted; }, Phase::Woken, "A.5.3",
                "the level has lasted: back to X1"},

    SequenceRow{Phase::Woken, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::Woken, [](F f) { return stop(f) || f.dark || (f.lasted && !f.present); },
                Phase::Waiting, "9.2", "no longer permitted, or unplugged meanwhile"},
    SequenceRow{Phase::Woken, [](F f) { return f.lasted && f.may_offer; }, Phase::Offering, "3",
                "offered again: B1 to B2"},

    SequenceRow{Phase::ChangingPhases, tripped, Phase::Tripped, "13", "a trip"},
    SequenceRow{Phase::ChangingPhases,
                [](F f) { return (!f.permitted || !f.other_phases || f.dark) && f.shown; },
                Phase::Waiting, "", "withdrawn or unplugged, and E was shown for 300 ms"},
    SequenceRow{Phase::ChangingPhases, [](F f) { return f.lasted; }, Phase::Waiting, "",
                "the pause is over, the poles are changed"},

    SequenceRow{Phase::Tripped, [](F f) { return !f.tripped && !f.minus; }, Phase::Waiting, "13",
                "no fault is left, and F has lasted"},
};

}  // namespace

std::span<const SequenceRow> sequence_rows() { return rows; }

}  // namespace hal
