// SPDX-License-Identifier: Apache-2.0
#pragma once
// A car at the end of a mode 3 cable, or a household charging cable in a Schuko: what it makes of
// the pilot, and what it draws.

#include "hal-service/control/timing.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/simulation/world.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace simulation {

// The pilot and the mains at the vehicle's inlet.
struct AtInlet {
    bool connected = false;
    bool household = false;      // no pilot: a charging cable with its own box
    units::Milliamps offer;      // by the duty cycle, 0 without PWM
    bool pilot_dropped = false;  // E or F
    bool awake = false;          // although it is a sleepy one: Vehicle::awake() of the last tick
    std::array<units::Millivolts, 3> voltage{};
    units::Milliamps overcurrent;  // drawn in spite of the offer; 0: off
};

class Vehicle {
public:
    void tick(const Car& car, const AtInlet& inlet, hal::Moment now);

    // Returns nothing while the vehicle isn't connected.
    std::optional<std::int64_t> pilot_ohms(const Car& car) const;
    hal::PilotState state(const Car& car) const;
    const std::array<units::Milliamps, 3>& current() const { return current_; }
    // A sleepy car was woken by E or F; or it slept through an offer and was unplugged, so that
    // plugging it in again wakes it.
    bool awake() const { return awake_; }

private:
    void follow_drop(bool dropped, hal::Moment now);
    void follow_offer(const Car& car, units::Milliamps offer, hal::Moment now);
    bool pulsing(hal::Moment now);
    void draw(const Car& car, const AtInlet& inlet);

    bool connected_ = false;
    bool awake_ = false;
    bool missed_offer_ = false;
    bool s2_ = false;
    units::Milliamps seen_;      // the offer as it is
    units::Milliamps accepted_;  // the offer it acts by
    hal::Moment seen_since_{0};
    std::optional<hal::Moment> dropped_since_;
    int pulses_left_ = 0;
    hal::Moment pulse_begin_{0};
    std::array<units::Milliamps, 3> current_{};
};

}  // namespace simulation
