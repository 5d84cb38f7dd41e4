// SPDX-License-Identifier: Apache-2.0
#pragma once
// The circuit that decides without any program whether the coils of an outlet's contactors have a
// supply: the dead-man, fed by edges of WD_KICK, and the latch of the outlet's residual current
// sensor.

#include "tests/rig/board/lines.hpp"

#include "tests/rig/board/chips.hpp"

namespace rig {

class RelaySupply {
public:
    static constexpr std::chrono::milliseconds dead_man_time{150};

    void kick(Moment now) { fed_ = now, ever_fed_ = true; }
    // The latch holds while a contactor is asked for; it lets go when none is and the sensor is
    // quiet. Without one asked for a sensor that tests itself latches nothing.
    void watch(bool sensor_trips, bool any_coil_wanted);

    bool alive(Moment now) const { return ever_fed_ && now - fed_ < dead_man_time; }
    bool ok(Moment now) const { return alive(now) && !latched_; }

private:
    Moment fed_{0};
    bool ever_fed_ = false;
    bool latched_ = false;
};

inline void RelaySupply::watch(bool sensor_trips, bool any_coil_wanted) {
    if (sensor_trips && any_coil_wanted) latched_ = true;
    if (!sensor_trips && !any_coil_wanted) latched_ = false;
}

}  // namespace rig
