// SPDX-License-Identifier: Apache-2.0
#pragma once
// A residual current monitor, IEC 62955, as a module on the board: two outputs that switch after
// their reaction time, an input that starts a test of itself and finds the zero anew.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"
#include "hal-service/simulation/world.hpp"

#include <array>
#include <optional>

namespace simulation {

// The current to earth behind the contactors.
struct Leak {
    units::Milliamps ac;
    units::Milliamps dc;
};

// One output: it comes the faster, the larger the current, and goes some time after the current
// has fallen below a lower threshold.
class ResidualStage {
public:
    struct Limits {
        units::Milliamps trips_at;
        units::Milliamps releases_below;
        std::array<hal::Moment, 3> reaction;  // at once, twice and five times the threshold
    };

    explicit ResidualStage(const Limits& limits) : limits_(&limits) {}
    void tick(units::Milliamps current, hal::Moment now);
    void clear() { *this = ResidualStage(*limits_); }
    bool active() const { return active_; }

private:
    const Limits* limits_;
    bool active_ = false;
    hal::Moment exceeded_{0};  // last above the lower threshold
    std::array<std::optional<hal::Moment>, 3> since_{};
};

class ResidualMonitor {
public:
    ResidualMonitor();
    // A pulse that was remembered has ended with the process that gave it, and began a test.
    explicit ResidualMonitor(const std::optional<MonitorMemory>& memory);
    // `test`: its test input is driven.
    void tick(const Leak& leak, const MonitorFault& fault, bool test, hal::Moment now);
    // Forgets all leaks and returns the zero to that of a new monitor. A test goes on, because the
    // charge point waits for it.
    void calm();
    const hal::ResidualSample& outputs() const { return outputs_; }
    std::optional<MonitorMemory> memory() const;

private:
    void follow_test_input(const MonitorFault& fault, bool test, hal::Moment now);
    void show_test(hal::Moment into);

    ResidualStage ac_;
    ResidualStage dc_;
    hal::ResidualSample outputs_;
    units::Milliamps zero_;
    bool pulsed_ = false;  // the test input was driven at the last tick
    bool testing_ = false;
    hal::Moment pulse_begin_{0};
};

}  // namespace simulation
