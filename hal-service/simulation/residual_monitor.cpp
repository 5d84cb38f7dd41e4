// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/residual_monitor.hpp"

#include <algorithm>
#include <cstdlib>

namespace simulation {
namespace {

using namespace std::chrono_literals;

// Reaction times of a module that keeps to its data sheet (< 180, 70, 20 ms and < 480, 240,
// 120 ms), near the limits: the worst there may be.
constexpr ResidualStage::Limits ac_limits{{30}, {12}, {175ms, 65ms, 18ms}};
constexpr ResidualStage::Limits dc_limits{{6}, {3}, {470ms, 235ms, 115ms}};

// The test input takes pulses of this length; all times count from the pulse's begin.
constexpr hal::Moment shortest_pulse = 30ms;
constexpr hal::Moment longest_pulse = 1200ms;
constexpr hal::Moment test_shows_dc = 990ms;
constexpr hal::Moment test_shows_ac = 1650ms;
constexpr hal::Moment test_over = 3200ms;

// An offset beyond it is no drift that a test may take out.
constexpr std::int64_t largest_zero = 20;

// An output stays for so long, so that what it switched off itself doesn't take it back.
constexpr hal::Moment release_after = 500ms;

constexpr std::array<std::int64_t, 3> multiples{1, 2, 5};

}  // namespace

void ResidualStage::tick(units::Milliamps current, hal::Moment now) {
    for (std::size_t i = 0; i < multiples.size(); ++i) {
        if (current.count < limits_->trips_at.count * multiples[i])
            since_[i].reset();
        else if (!since_[i])
            since_[i] = now;
        active_ = active_ || (since_[i] && now - *since_[i] >= limits_->reaction[i]);
    }
    if (current >= limits_->releases_below) exceeded_ = now;
    active_ = active_ && now - exceeded_ < release_after;
}

ResidualMonitor::ResidualMonitor() : ac_(ac_limits), dc_(dc_limits) {}

ResidualMonitor::ResidualMonitor(const std::optional<MonitorMemory>& memory) : ResidualMonitor() {
    if (!memory) return;
    zero_ = memory->zero;
    testing_ = memory->pulse_begin.has_value();
    pulse_begin_ = hal::Moment{memory->pulse_begin.value_or(0)};
}

std::optional<MonitorMemory> ResidualMonitor::memory() const {
    if (!pulsed_ && !testing_ && zero_.count == 0) return std::nullopt;
    MonitorMemory memory{zero_, {}};
    if (pulsed_ || testing_) memory.pulse_begin = pulse_begin_.count();
    return memory;
}

void ResidualMonitor::tick(const Leak& leak, const MonitorFault& fault, bool test,
                           hal::Moment now) {
    // The clock of a machine that has started anew: the test is long over.
    if (testing_ && now < pulse_begin_) pulse_begin_ = now - test_over;
    follow_test_input(fault, test, now);
    if (testing_) return show_test(now - pulse_begin_);
    const auto off_zero = std::abs(leak.dc.count + fault.offset.count - zero_.count);
    ac_.tick(fault.broken ? units::Milliamps{0} : leak.ac, now);
    dc_.tick(fault.broken ? units::Milliamps{0} : units::Milliamps{off_zero}, now);
    outputs_ = {dc_.active(), ac_.active(), false};
    // All three at once: the sensor itself is at fault.
    if (std::abs(fault.offset.count) > largest_zero && !fault.broken) outputs_ = {true, true, true};
}

void ResidualMonitor::follow_test_input(const MonitorFault& fault, bool test, hal::Moment now) {
    if (test && !pulsed_) pulse_begin_ = now;
    if (!test && pulsed_ && !testing_ && !fault.broken) {
        const auto length = now - pulse_begin_;
        testing_ = length >= shortest_pulse && length <= longest_pulse;
    }
    pulsed_ = test;
    if (!testing_ || now - pulse_begin_ < test_over) return;
    testing_ = false;
    ac_.clear();
    dc_.clear();
    if (std::abs(fault.offset.count) <= largest_zero) zero_ = fault.offset;
}

void ResidualMonitor::calm() {
    ac_.clear();
    dc_.clear();
    zero_ = {};
    if (!testing_) outputs_ = {};
}

void ResidualMonitor::show_test(hal::Moment into) {
    outputs_ = {into >= test_shows_dc, into >= test_shows_ac, false};
}

}  // namespace simulation
