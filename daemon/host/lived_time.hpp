// SPDX-License-Identifier: Apache-2.0
#pragma once
// A steady clock that stands still while this process is blocked, by its disk or by the machine.
// The process hears nobody then and nobody hears it, so that nothing expires meanwhile.

#include "ocpp/core/step.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace charge_daemon {

class LivedTime {
public:
    using Steady = std::chrono::steady_clock;

    // Delays up to this are ordinary, and shorter than every timeout.
    static constexpr std::chrono::seconds tolerated{2};

    explicit LivedTime(Steady::time_point machine) : alive_(machine) {}

    // Records that work due at `due` ran at `machine`; returns the delay, or 0 when it is
    // tolerated.
    Steady::duration go_on(Steady::time_point due, Steady::time_point machine) {
        const auto late = machine - std::max(due, std::exchange(alive_, machine));
        if (late <= tolerated) return {};
        missed_ += late;
        return late;
    }

    ocpp::core::Now now(Steady::time_point machine,
                        std::chrono::system_clock::time_point utc) const {
        return {machine - missed_, utc, missed_};
    }
    // When a moment of it comes on the machine's clock, if nothing is missed until then.
    Steady::time_point of_machine(Steady::time_point lived) const { return lived + missed_; }

private:
    Steady::duration missed_{};
    Steady::time_point alive_;
};

}  // namespace charge_daemon
