// SPDX-License-Identifier: Apache-2.0
#pragma once
// People, the network and the grid treat a charge point so in a long life: 20 sessions a day on
// two outlets, while link, central system, disk, program and power fail at random.

#include "tests/support/world.hpp"

#include <random>

namespace test {

class Life {
public:
    static constexpr int sessions_a_day = 20;

    Life(World& world, unsigned seed) : w_(world), random_(seed) {}

    // The first boot, and what offline sessions need.
    void begin();
    // At its end the link is up, and one of the limits has changed.
    void day();

    // A number of the environment, of 1 or more.
    static int from_environment(const char* name, int usual);

    int troubles() const { return troubles_; }

private:
    void session(int outlet);
    void change_a_limit();
    void change_profile(int connector);
    void change_key(int connector, const char* key);
    void pass(seconds time);
    int amps();
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    bool chance(int one_in) { return pick(one_in) == 0; }

    World& w_;
    std::mt19937 random_;
    int troubles_ = 0;
};

}  // namespace test
