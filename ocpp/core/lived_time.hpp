// SPDX-License-Identifier: Apache-2.0
#pragma once
// The time through which the charge point could act. While its disk or the machine keeps it
// waiting it hears nobody and nobody hears it: what others owe it is not late by that.

#include "ocpp/core/step.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ocpp::core {

class LivedTime {
public:
    using Steady = std::chrono::steady_clock;

    // Less than this is nothing out of the ordinary, and shorter than anybody's patience.
    static constexpr std::chrono::seconds tolerated{2};

    explicit LivedTime(Steady::time_point machine) : alive_(machine) {}

    // What was to be done at `due` is done at `machine`. How long it was kept waiting; 0 when that
    // is tolerated.
    Steady::duration go_on(Steady::time_point due, Steady::time_point machine) {
        const auto late = machine - std::max(due, std::exchange(alive_, machine));
        if (late <= tolerated) return {};
        missed_ += late;
        return late;
    }

    Now now(Steady::time_point machine, std::chrono::system_clock::time_point utc) const {
        return {machine - missed_, utc, missed_};
    }
    // When a moment of it comes on the machine's clock, if nothing is missed until then.
    Steady::time_point of_machine(Steady::time_point lived) const { return lived + missed_; }

private:
    Steady::duration missed_{};
    Steady::time_point alive_;
};

}  // namespace ocpp::core
