// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/consumption.hpp"

#include <algorithm>

namespace hal {

bool believable(const MeterSample& sample) {
    const auto within = [](const auto& values, auto greatest) {
        return std::all_of(values.begin(), values.end(), [&](auto value) {
            return value.count >= -greatest.count && value.count <= greatest.count;
        });
    };
    return within(sample.voltage, greatest_voltage) && within(sample.current, greatest_current) &&
           within(sample.power, greatest_power) && sample.frequency.count >= 0 &&
           sample.frequency <= greatest_frequency && sample.energy.count >= 0;
}

void Consumption::tick(const MeterSample& sample, Registers& kept, Moment now) {
    if (!started_) {
        started_ = true;
        seen_ = now;
    }
    if (!sample.valid || !believable(sample)) {
        if (age(now) >= timing::meter_stale) {
            const auto energy = last_.energy;
            last_ = {};
            last_.energy = energy;
        }
        return;
    }
    seen_ = now;
    any_ = true;
    last_ = sample;
    // A register that went back is another meter's, or was cleared: ours goes on from here.
    if (sample.energy > kept.meter_register) kept.energy += sample.energy - kept.meter_register;
    kept.meter_register = sample.energy;
}

}  // namespace hal
