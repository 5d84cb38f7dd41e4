// SPDX-License-Identifier: Apache-2.0
#pragma once
// The command queue between the event loop, which asks, and the control loop, which owns the world:
// commands go in, the truth comes out.

#include "hal-service/loop/slot.hpp"
#include "hal-service/simulation/plant.hpp"
#include "hal-service/simulation/requests.hpp"

#include <cstdint>

namespace simulation {

// The event loop reads this.
struct Published : Truth {
    std::uint64_t done = 0;         // the newest command carried out
    const char* refusal = nullptr;  // reason why that command was refused
};

struct NumberedCommand {
    std::uint64_t number = 0;
    Command command;
};

class Hatch {
public:
    // The event loop uses these two.
    hal::Queue<NumberedCommand, 16>& commands() { return commands_; }
    hal::Slot<Published>& truth() { return published_; }

    // The control loop calls this. True: there were commands.
    bool obey(Plant& plant) {
        bool any = false;
        NumberedCommand next;
        while (commands_.pop(next)) {
            latest_.refusal = plant.obey(next.command);
            latest_.done = next.number;
            any = true;
        }
        return any;
    }
    void publish(const Plant& plant) {
        static_cast<Truth&>(latest_) = plant.truth();
        published_.write(latest_);
    }

private:
    Published latest_;
    hal::Slot<Published> published_;
    hal::Queue<NumberedCommand, 16> commands_;
};

}  // namespace simulation
