// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/circuit.hpp"

#include <algorithm>

namespace simulation {
namespace {

using namespace std::chrono_literals;

constexpr units::Millivolts plus{12'000};
constexpr units::Millivolts minus{-12'000};
constexpr auto closing_time = 20ms;
constexpr auto opening_time = 10ms;
constexpr hal::Moment lock_travel = 300ms;
constexpr units::Millivolts supply_needs{100'000};
constexpr hal::Moment warning_after =
    5ms;  // a missing line lasts so long, and as long until all is well
constexpr hal::Moment hold_up = 300ms;

}  // namespace

units::Millivolts pilot_level(units::Millivolts source, const PilotLoad& load) {
    const auto divided = [](std::int64_t volts, std::int64_t ohms) {
        return volts * ohms / (ohms + hal::source_ohms);
    };
    if (load.grounded) return {divided(source.count, ohms_to_earth)};
    if (load.open || !load.vehicle_ohms) return source;
    if (!load.diode) return {divided(source.count, *load.vehicle_ohms)};
    const auto drop = hal::vehicle_diode.count;
    if (source.count <= drop) return source;  // it blocks
    return {divided(source.count - drop, *load.vehicle_ohms) + drop};
}

hal::PilotSample pilot_sample(const hal::Outputs& outputs, const PilotLoad& load) {
    const auto high = pilot_level(plus, load);
    const auto low = pilot_level(minus, load);
    switch (outputs.pilot) {
        case hal::PilotDrive::Steady: return {high, high, plus, minus, high};
        case hal::PilotDrive::Oscillating: return {high, low, plus, minus, high};
        case hal::PilotDrive::Minus: return {low, low, plus, minus, low};
        case hal::PilotDrive::Disconnected: break;
    }
    return {plus, plus, plus, minus, plus};  // the source's side of the open switch
}

void Contactors::Coil::tick(bool want, hal::Moment now) {
    if (want != wanted) {
        wanted = want;
        since = now;
    }
    if (now - since >= (want ? closing_time : opening_time)) pulled = want;
}

void Contactors::tick(const hal::Outputs& outputs, const OutletFaults& faults, bool supplied,
                      hal::Moment now) {
    k1_.tick(outputs.k1 && supplied, now);
    k2_.tick(outputs.k2 && supplied, now);
    for (const auto pole : {hal::Pole::L1, hal::Pole::L2, hal::Pole::L3, hal::Pole::N}) {
        const bool on_k1 = pole == hal::Pole::L1 || pole == hal::Pole::N;
        const bool pulled = on_k1 ? k1_.pulled : k2_.pulled;
        const auto index = static_cast<std::size_t>(pole);
        poles_[index] = faults.welded[index] || (pulled && !faults.stuck_open);
    }
}

Lock::Lock(bool locked) : position_(locked ? lock_travel : hal::Moment{0}), locked_(locked) {}

void Lock::tick(bool want, bool jammed, hal::Moment elapsed) {
    if (jammed) return;
    position_ =
        std::clamp(want ? position_ + elapsed : position_ - elapsed, hal::Moment{0}, lock_travel);
    if (position_ == lock_travel) locked_ = true;
    if (position_ == hal::Moment{0}) locked_ = false;
}

void Supply::tick(units::Millivolts line, hal::Moment now) {
    auto& now_so = line >= supply_needs ? line_seen_ : line_missed_;
    auto& before = line >= supply_needs ? line_missed_ : line_seen_;
    before.reset();
    if (!now_so) now_so = now;
    const auto lasted = now - *now_so;
    if (line >= supply_needs) {
        good_ = good_ || lasted >= warning_after;
        feeds_meter_ = feeds_meter_ || good_;
    } else {
        good_ = good_ && lasted < warning_after;
        feeds_meter_ = feeds_meter_ && lasted < hold_up;
    }
}

}  // namespace simulation
