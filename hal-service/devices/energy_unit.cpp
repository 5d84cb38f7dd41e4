// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/energy_unit.hpp"

namespace devices {
namespace {

using namespace std::chrono_literals;

// Below it a chip shows power that it does not count: its start-up threshold and its noise.
constexpr units::Watts least_power{200};
constexpr hal::Moment longest_gap = 2s;  // from one look at the power to the next
constexpr std::int64_t microjoules_per_milliwatt_hour = 3'600'000;
// A window is 1.25 Wh, 400 counts of the coarsest register: a second and a half at 3 kW.
constexpr std::int64_t window = 1250 * microjoules_per_milliwatt_hour;

// Between 1 and 10 lies their geometric mean, 3.16.
constexpr bool far_apart(std::int64_t one, std::int64_t other) {
    return one * 100 > other * 316 || other * 100 > one * 316;
}

}  // namespace

void EnergyUnit::add(units::MilliwattHours gained, units::Watts power, hal::Moment now) {
    const auto before = last_;
    last_ = power < least_power ? std::nullopt : std::optional(Seen{power, now});
    if (!before || !last_ || now - before->at > longest_gap) {
        expected_ = 0;
        gained_ = {};
        return;
    }
    expected_ += (before->power.count + power.count) * (now - before->at).count() / 2;
    gained_ += gained;
    if (expected_ < window) return;
    wrong_ = far_apart(gained_.count * microjoules_per_milliwatt_hour, expected_) ? wrong_ + 1 : 0;
    expected_ = 0;
    gained_ = {};
}

}  // namespace devices
