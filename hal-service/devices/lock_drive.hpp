// SPDX-License-Identifier: Apache-2.0
#pragma once
// Moves a socket's lock: a magnet by a level, a motor by a pulse on one of two lines. Pure.

#include "hal-service/control/timing.hpp"

namespace devices {

class LockDrive {
public:
    struct Lines {
        bool engage = false;
        bool release = false;
        bool operator==(const Lines&) const = default;
    };

    LockDrive() = default;
    LockDrive(bool motor, std::chrono::milliseconds pulse) : motor_(motor), pulse_(pulse) {}

    // Each new wish is a pulse; trying again is the controller's wish withdrawn and repeated. The
    // first one counts, too: nobody knows where the motor stands.
    Lines tick(bool locked, hal::Moment now) {
        if (!motor_) return {locked, false};
        if (!started_ || locked != wanted_) since_ = now;
        started_ = true;
        wanted_ = locked;
        const bool moving = now - since_ < pulse_;
        return {moving && locked, moving && !locked};
    }

private:
    bool motor_ = false;
    std::chrono::milliseconds pulse_{300};
    bool started_ = false;
    bool wanted_ = false;
    hal::Moment since_{0};
};

}  // namespace devices
