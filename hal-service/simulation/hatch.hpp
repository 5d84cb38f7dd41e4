// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the thread that asks and the thread that owns the world meet: commands go in, the truth
// comes out.

#include "hal-service/loop/slot.hpp"
#include "hal-service/simulation/plant.hpp"
#include "hal-service/simulation/requests.hpp"

#include <cstdint>

namespace simulation {

// For the thread that asks.
struct Published : Truth {
    std::uint64_t done = 0;         // the newest command carried out
    const char* refusal = nullptr;  // of that command
};

struct NumberedCommand {
    std::uint64_t number = 0;
    Command command;
};

class Hatch {
public:
    // For the thread that asks.
    hal::Queue<NumberedCommand, 16>& commands() { return commands_; }
    hal::Slot<Published>& truth() { return published_; }

    // For the other one. True: there were commands.
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
