// SPDX-License-Identifier: Apache-2.0
#pragma once
// A wish holds while it is renewed. When it is not, it falls to the fallback current and then to
// nothing.

#include "hal-service/control/pilot.hpp"
#include "hal-service/control/timing.hpp"
#include "hal-service/shared/messages.hpp"

#include <algorithm>
#include <chrono>

namespace hal {

// A setpoint as received. A new object wishes nothing and has expired.
struct LeasedSetpoint {
    bool power_allowed = false;
    units::Milliamps current_limit;
    int phases = 3;
    bool lock_cable = false;
    Moment received{-1};
    Moment expires{-1};
    bool wake_up = false;  // a vehicle that ignores the offer may be woken
};

struct Fallback {
    units::Milliamps current = units::least_offer;
    std::chrono::seconds time{60};
};

// The power that a wish permits at a moment.
struct Permission {
    bool live = false;
    bool power = false;
    units::Milliamps limit;
    int phases = 3;
};

// `longest` is this side's own bound (hal.lease_seconds): a peer can't wish itself a longer lease.
constexpr LeasedSetpoint leased(const Setpoint& setpoint, Moment now,
                                std::chrono::seconds longest) {
    return {setpoint.power_allowed,
            setpoint.current_limit,
            setpoint.phases,
            setpoint.lock_cable,
            now,
            now + std::min<Moment>(setpoint.valid_for, longest),
            setpoint.wake_up};
}

constexpr Permission permission(const LeasedSetpoint& wish, const Fallback& fallback, Moment now) {
    if (!wish.power_allowed) return {now < wish.expires, false, {}, wish.phases};
    if (now < wish.expires) return {true, true, wish.current_limit, wish.phases};
    if (now < wish.expires + fallback.time)
        return {false, true, std::min(wish.current_limit, fallback.current), wish.phases};
    return {false, false, {}, wish.phases};
}

}  // namespace hal
