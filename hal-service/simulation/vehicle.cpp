// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/vehicle.hpp"

#include "hal-service/simulation/circuit.hpp"

#include <algorithm>

namespace simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto pulse = 300ms;
constexpr hal::Moment drop_noticed = 100ms;
constexpr units::Milliamps household_current{
    10'000};                                         // such a charging cable limits itself to this
constexpr units::Millivolts least_voltage{150'000};  // below it an on-board charger switches off

bool full(const Car& car) {
    return car.charge_uwh >= car.battery.count * microwatt_hours_per_watt_hour;
}

}  // namespace

void Vehicle::tick(const Car& car, const AtInlet& inlet, hal::Moment now) {
    awake_ = inlet.awake;
    if (!inlet.connected) {
        const bool next_visit_awake = connected_ ? missed_offer_ : awake_;
        *this = {};
        awake_ = next_visit_awake;
        return;
    }
    if (!connected_) {
        connected_ = true;
        seen_since_ = now;
    }
    follow_drop(inlet.pilot_dropped, now);
    const bool powered = inlet.voltage[0] >= least_voltage;
    follow_offer(
        car, inlet.household ? (powered ? household_current : units::Milliamps{0}) : inlet.offer,
        now);
    const bool asleep = car.sleepy && !awake_;
    missed_offer_ = asleep && (missed_offer_ || accepted_.count > 0);
    const bool wants = accepted_.count > 0 && car.ready && !asleep && !full(car);
    s2_ = wants && !pulsing(now);
    draw(car, inlet);
}

// S2 opens when the pilot is lost, and a sleeping vehicle wakes up.
void Vehicle::follow_drop(bool dropped, hal::Moment now) {
    if (!dropped) dropped_since_.reset();
    if (dropped && !dropped_since_) dropped_since_ = now;
    if (!dropped || now - *dropped_since_ < drop_noticed) return;
    awake_ = true;
    seen_ = accepted_ = {};
    seen_since_ = now;
}

void Vehicle::follow_offer(const Car& car, units::Milliamps offer, hal::Moment now) {
    if (offer != seen_) {
        seen_ = offer;
        seen_since_ = now;
    }
    if (accepted_ == seen_ || now - seen_since_ < car.response) return;
    if (accepted_.count == 0) {
        pulses_left_ = car.bcb_pulses;
        pulse_begin_ = now;
    }
    accepted_ = seen_;
}

// S2 toggles: true while it is open within the series.
bool Vehicle::pulsing(hal::Moment now) {
    if (pulses_left_ == 0) return false;
    const auto into = now - pulse_begin_;
    if (into >= 2 * pulse) {
        --pulses_left_;
        pulse_begin_ = now;
        return false;
    }
    return into >= pulse;
}

void Vehicle::draw(const Car& car, const AtInlet& inlet) {
    current_ = {};
    if (!s2_ || inlet.voltage[0] < least_voltage) return;
    auto each = std::min(accepted_, car.max_current);
    if (inlet.overcurrent.count > 0) each = inlet.overcurrent;
    const auto phases = inlet.household ? 1U : static_cast<unsigned>(car.phases);
    for (std::size_t i = 0; i < phases; ++i)
        if (inlet.voltage[i] >= least_voltage) current_[i] = each;
}

std::optional<std::int64_t> Vehicle::pilot_ohms(const Car& car) const {
    if (!connected_) return std::nullopt;
    if (!s2_) return ohms_b;
    return car.ventilation ? ohms_d : ohms_c;
}

hal::PilotState Vehicle::state(const Car& car) const {
    if (!connected_) return hal::PilotState::A;
    if (!s2_) return hal::PilotState::B;
    return car.ventilation ? hal::PilotState::D : hal::PilotState::C;
}

}  // namespace simulation
